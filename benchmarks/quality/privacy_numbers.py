"""Phone numbers as people type them: valid ones of many countries, in many forms of writing."""

import random
from collections.abc import Callable

from phonenumbers import (
    PhoneNumber,
    PhoneNumberFormat,
    PhoneNumberType,
    example_number_for_type,
    format_number,
    is_valid_number,
    national_significant_number,
    parse,
)

#: Ranges kept for fiction, as far as the library holds them for valid: NANPA (555-01XX), Ofcom,
#: ACMA, ARCEP, Bundesnetzagentur. Each "#" is any digit.
_FICTION = {
    "US": ("212 555 01##", "303 555 01##", "617 555 01##"),
    "CA": ("416 555 01##", "604 555 01##"),
    "GB": ("020 7946 0###", "0808 157 0###", "0117 496 0###"),
    "AU": ("0491 570 ###", "02 5550 ####", "03 7010 ####"),
    "FR": ("01 99 00 ## ##", "05 36 49 ## ##"),
    "DE": ("030 23125 ###", "069 90009 ###", "0152 2881 7###", "0171 3920 0##"),
}
_TYPES = (PhoneNumberType.FIXED_LINE, PhoneNumberType.MOBILE)
_VANITY = ("CALM", "HELP", "CARE", "TALK", "HOPE", "MIND", "REST")
_FULL_WIDTH = {ord("0") + n: 0xFF10 + n for n in range(10)}
_UNBREAKING = {ord(" "): 0xA0, ord("-"): 0x2011}


def number_of(region: str, chance: random.Random) -> PhoneNumber:
    """A valid number of a country, from a range for fiction where there is one."""
    if region in _FICTION and chance.random() < 0.6:
        drawn = parse(_filled(chance.choice(_FICTION[region]), chance), region)
        if is_valid_number(drawn):
            return drawn
    while True:
        example = example_number_for_type(region, chance.choice(_TYPES))
        if example is None:
            continue
        digits = national_significant_number(example)
        # In North America the exchange 555 with 01 behind it is the one for fiction.
        start = f"{digits[:3]}55501" if example.country_code == 1 else digits[:-5]
        drawn = _of_length(start, len(digits), example.country_code, chance)
        if is_valid_number(drawn):
            return drawn


def _of_length(start: str, length: int, code: int | None, chance: random.Random) -> PhoneNumber:
    return parse(f"+{code}{start}{_filled('#' * (length - len(start)), chance)}")


def _filled(pattern: str, chance: random.Random) -> str:
    return "".join(str(chance.randrange(10)) if one == "#" else one for one in pattern)


def _national(number: PhoneNumber) -> str:
    return format_number(number, PhoneNumberFormat.NATIONAL)


def _international(number: PhoneNumber) -> str:
    return format_number(number, PhoneNumberFormat.INTERNATIONAL)


def _joined(mark: str) -> Callable[[PhoneNumber], str]:
    def written(number: PhoneNumber) -> str:
        plain = _national(number).replace("(", "").replace(")", "").replace("-", " ")
        return plain.replace(" ", mark)

    return written


def _bracketed(number: PhoneNumber) -> str:
    first, _, rest = _national(number).partition(" ")
    return f"({first.strip('()')}) {rest}" if rest else first


def _optional_zero(number: PhoneNumber) -> str:
    national = _national(number)
    if not national.startswith("0") or number.italian_leading_zero:
        return _international(number)
    return f"+{number.country_code} (0){national[1:]}"


def _slashed(number: PhoneNumber) -> str:
    first, _, rest = _national(number).partition(" ")
    return (
        f"{first}/{rest.replace(' ', '')}" if rest and first.startswith("0") else _national(number)
    )


def _vanity(number: PhoneNumber) -> str:
    chosen = number.national_number or 0
    word = _VANITY[chosen % len(_VANITY)]
    return f"1-8{chosen % 2 * 22 + 66}-555-{word}" if number.country_code == 1 else ""


def _extended(mark: str) -> Callable[[PhoneNumber], str]:
    return lambda number: f"{_national(number)}{mark}{(number.national_number or 0) % 89 + 10}"


#: Every form with how often it is drawn; one that a number cannot have gives the national form.
FORMS: dict[str, tuple[Callable[[PhoneNumber], str], int]] = {
    "national": (_national, 6),
    "international": (_international, 5),
    "E.164": (lambda number: format_number(number, PhoneNumberFormat.E164), 2),
    "00": (lambda number: _international(number).replace("+", "00", 1), 1),
    "international, hyphens": (lambda number: _international(number).replace(" ", "-"), 1),
    "international, dots": (lambda number: _international(number).replace(" ", "."), 1),
    "(0)": (_optional_zero, 2),
    "dots": (_joined("."), 2),
    "hyphens": (_joined("-"), 3),
    "spaces": (_joined(" "), 2),
    "unbroken": (_joined(""), 3),
    "brackets": (_bracketed, 2),
    "slash": (_slashed, 1),
    "ext.": (_extended(" ext. "), 1),
    "x": (_extended(" x"), 1),
    "extension": (_extended(", extension "), 1),
    "vanity": (_vanity, 1),
    "full width": (lambda number: _national(number).translate(_FULL_WIDTH), 1),
    "unbreaking": (lambda number: _national(number).translate(_UNBREAKING), 2),
}


def written(number: PhoneNumber, chance: random.Random) -> tuple[str, str]:
    """A number in some form, and the form's name."""
    names = list(FORMS)
    name = chance.choices(names, [FORMS[one][1] for one in names])[0]
    return FORMS[name][0](number) or _national(number), name
