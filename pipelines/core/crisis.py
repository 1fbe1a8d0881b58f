"""The numbers of crisis lines: what no redaction may take from a text."""

import re
import tomllib
from functools import cache
from importlib.resources import files

_DIGITS = re.compile(r"\D+")
#: Shorter numbers are dialled as they are and never with a country code.
_LEAST = 5


@cache
def numbers() -> frozenset[str]:
    """The digits of every line, with and without the zero or one that is dialled before."""
    text = files(__package__).joinpath("crisis_lines.toml").read_text(encoding="utf-8")
    lines = tomllib.loads(text)
    found = {
        _DIGITS.sub("", number)
        for country in lines.values()
        for named in country.values()
        for number in named
    }
    return frozenset(found | {number[1:] for number in found if number[0] in "01"})


def is_crisis_line(number: str, country_code: str = "") -> bool:
    """Whether a number is that of a crisis line, however it is written.

    Args:
        number: As it stands in a text, such as "+44 116 123" or "988".
        country_code: Digits that may stand before it, such as "44".
    """
    digits = _DIGITS.sub("", number).removeprefix("00")
    spellings = {digits, digits.removeprefix(country_code), digits.lstrip("0")}
    return any(
        one in numbers() and (len(one) >= _LEAST or one == digits or number.startswith("+"))
        for one in spellings
    )
