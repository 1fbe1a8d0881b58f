"""A date as pages write it: for programs, in mails, or with the name of its month."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from pipelines.core.document import Origin, Precision

#: The web was opened to the public in 1991; an earlier date is a mistake.
_FIRST_YEAR = 1991
_ISO = re.compile(
    r"(?<!\d)(?P<day>\d{4}([-/.])\d{1,2}\2\d{1,2})(?!\d)(?:[T\s](?P<time>\d{1,2}:\d{2}"
    r"(?::\d{2}(?:[.,]\d{1,9})?)?)\s?(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?"
)
#: The first letters of the months in English, German, French, Spanish, Italian, Portuguese
#: and Dutch.
_MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen", "j\u00e4n"), 1),
    **dict.fromkeys(("feb", "f\u00e9v", "fev"), 2),
    **dict.fromkeys(("mar", "m\u00e4r", "maa", "mrt"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mei", "mag"), 5),
    **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7),
    **dict.fromkeys(("aug", "ao\u00fb", "aou", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "ott", "out"), 10),
    "nov": 11,
    **dict.fromkeys(("dec", "dez", "d\u00e9c", "dic"), 12),
}
_NAMED = re.compile(
    r"(?<![\w.])(?:(?P<d1>\d{1,2})(?:st|nd|rd|th|\.|\u00ba)?\s(?:de\s)?(?P<m1>[^\W\d_]{3,10})\.?,?\s"
    r"(?:de\s)?(?P<y1>\d{4})|(?P<m2>[^\W\d_]{3,10})\.?\s(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s"
    r"(?P<y2>\d{4}))(?!\d)"
)
#: A day in digits; which number is the month shows only where the other one is above twelve.
_NUMBERED = re.compile(r"(?<![\d.])(\d{1,2})([./-])(\d{1,2})\2(\d{4})(?![\d.]\d)")
_MOST_MONTHS = 12
#: Where English is written with the month first (CLDR), and languages that put the day first.
_MONTH_FIRST = frozenset(("us", "ph"))
_DAY_FIRST = frozenset(
    ("de", "fr", "es", "it", "pt", "nl", "da", "no", "nb", "fi", "pl", "cs", "el")
)
#: ECMA-262, Date.prototype.toString: "Tue Nov 19 2019 03:05:46 GMT+0000".
_SCRIPT = re.compile(
    r"(?P<month>[A-Z][a-z]{2}) (?P<day>\d\d) (?P<year>\d{4}) (?P<time>\d\d:\d\d:\d\d) GMT"
    r"(?P<zone>[+-]\d{4})"
)
#: Characters of a value that are looked at.
_MOST = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A moment as a source tells it."""

    #: UTC; where only the day is known, its midnight.
    at: datetime
    precision: Precision
    origin: Origin
    #: The source's own distance from UTC, in minutes; None where it names none.
    offset: int | None = None


def month_comes_first(language: str) -> bool | None:
    """Whether 4/5/2023 is the fifth of April; None where the language leaves it open.

    Args:
        language: As a page declares it, such as "en-US" (BCP 47).
    """
    spoken, _, region = language.strip().lower().replace("_", "-").partition("-")
    if spoken == "en":
        return region in _MONTH_FIRST if region else None
    return False if spoken in _DAY_FIRST else None


def moment(
    value: object, origin: Origin, fetched_at: datetime, *, month_first: bool | None = None
) -> Moment | None:
    """A date as text; None where it is none, lies after the visit, or before the web.

    A time without a zone tells the day only, since it may be anywhere; so does midnight,
    which programs write where they know no time. `month_first` tells how to read a day in
    digits that can be read in two ways.
    """
    if not isinstance(value, str) or not (text := value.strip()[:_MOST]):
        return None
    found = (
        _iso(_SCRIPT.sub(_as_iso, text))
        or _mail(text)
        or _named(text)
        or _numbered(text, month_first=month_first)
    )
    if found is None:
        return None
    at, offset = found
    if at.year < _FIRST_YEAR or at > fetched_at + timedelta(days=1):
        return None
    return Moment(
        at=min(at, fetched_at),
        precision=Precision.DAY if offset is None else Precision.TIME,
        origin=origin,
        offset=offset,
    )


def _as_iso(match: re.Match[str]) -> str:
    month = _MONTHS.get(match["month"].lower(), 0)
    return f"{match['year']}-{month:02}-{match['day']}T{match['time']}{match['zone']}"


def _iso(value: str) -> tuple[datetime, int | None] | None:
    """A date in the order of ISO 8601, with the minutes of its zone if it tells a time."""
    match = _ISO.search(value)
    if match is None:
        return None
    try:
        year, month, number = map(int, re.split("[-/.]", match["day"]))
        day = datetime(year, month, number, tzinfo=UTC)
        if not match["time"] or not match["zone"]:
            return day, None
        hours = [float(part.replace(",", ".")) for part in match["time"].split(":")]
        at = day + timedelta(hours=hours[0], minutes=hours[1], seconds=(*hours, 0.0)[2])
    except (ValueError, OverflowError):
        return None
    if at == day:
        return day, None
    offset = _minutes(match["zone"])
    return at - timedelta(minutes=offset), offset


def _minutes(zone: str) -> int:
    digits = zone[1:].replace(":", "")
    if not digits.isdecimal():
        return 0
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return -minutes if zone[0] == "-" else minutes


def _mail(value: str) -> tuple[datetime, int | None] | None:
    """A date as mails and feeds write it (RFC 5322, section 3.3)."""
    try:
        at = parsedate_to_datetime(value)
        offset = at.utcoffset()
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if offset is None:
        return at.replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=UTC), None
    return at.astimezone(UTC), int(offset.total_seconds() // 60)


def _named(value: str) -> tuple[datetime, None] | None:
    """A day with the name of its month, anywhere in a short text."""
    for match in _NAMED.finditer(value):
        name = (match["m1"] or match["m2"]).lower()
        month = _MONTHS.get(name[:4]) or _MONTHS.get(name[:3])
        day, year = match["d1"] or match["d2"], match["y1"] or match["y2"]
        if found := _day(int(year), month or 0, int(day)):
            return found, None
    return None


def _numbered(value: str, *, month_first: bool | None) -> tuple[datetime, None] | None:
    """A day in digits, where it can be read in one way only."""
    for match in _NUMBERED.finditer(value):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == "." or first > _MOST_MONTHS:
            found = _day(year, second, first)
        elif second > _MOST_MONTHS or first == second or month_first:
            found = _day(year, first, second)
        else:
            found = _day(year, second, first) if month_first is False else None
        if found:
            return found, None
    return None


def _day(year: int, month: int, day: int) -> datetime | None:
    try:
        return datetime(year, month, day, tzinfo=UTC)
    except ValueError:
        return None
