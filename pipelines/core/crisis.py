"""The numbers of crisis lines: what no redaction may take from a text."""

import re
import tomllib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

_NOT_DIGITS = re.compile(r"\D+")
#: Shorter numbers are dialled as they are and never with a country code.
_LEAST = 5
#: The list of countries with the code of each, such as "GB 44"; all else are countries.
_CODES = "calling_codes"


@cache
def numbers() -> frozenset[str]:
    """The digits of every line, with and without the zero or one that is dialled before."""
    return frozenset(
        spelling
        for country, lines in _table().items()
        if country != _CODES
        for numbers_of_one in lines.values()
        for number in numbers_of_one
        for spelling in _without_trunk(_NOT_DIGITS.sub("", number))
    )


@cache
def _with_codes() -> frozenset[str]:
    """The digits of every line that can be called from abroad, after its country's code."""
    table = _table()
    return frozenset(
        f"{code}{spelling}"
        for country, code in map(str.split, table[_CODES])
        for numbers_of_one in table[country].values()
        for number in numbers_of_one
        for spelling in _without_trunk(_NOT_DIGITS.sub("", number))
        if len(spelling) >= _LEAST or spelling[0] == "0"
    )


def is_crisis_line(number: str, country_code: str = "") -> bool:
    """Whether a number is that of a crisis line, however it is written.

    Args:
        number: As it stands in a text, such as "+44 116 123" or "988".
        country_code: Digits that may stand before it, such as "44".
    """
    digits = _NOT_DIGITS.sub("", number)
    if digits in numbers() and (len(digits) > _LEAST or "+" not in number):
        return True
    abroad = digits.removeprefix("00")
    if len(abroad) < _LEAST:
        return False
    rest = abroad.removeprefix(country_code).removeprefix("0")
    return abroad in _with_codes() or (bool(country_code) and rest in numbers())


def _without_trunk(digits: str) -> Iterator[str]:
    yield digits
    if digits[0] in "01" and len(digits) > _LEAST:
        yield digits[1:]


@cache
def _table() -> dict[str, Any]:
    text = files(__package__).joinpath("crisis_lines.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)
