"""Finds phone numbers in a text: runs of digits that are shaped or announced as numbers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from phonenumbers import (
    SUPPORTED_REGIONS,
    NumberParseException,
    is_possible_number,
    is_valid_number,
    parse,
)

from pipelines.core.crisis import is_crisis_line
from pipelines.core.phone_context import EXTENSION, Line
from pipelines.core.phone_regions import REGIONS, TOP_LEVEL, Regions

Span = tuple[int, int]

_LONGEST_LINE = 20_000
_LEAST_DIGITS, _MOST_DIGITS = 6, 15
_MOST_GROUPS = 9
#: Digits of the shortest number with a country code or an area code, and of most with the latter.
_LEAST_ABROAD = 9
_TRUNK_DIGITS = (10, 11)
#: Groups of a number that is written in pairs.
_PAIRS = 4
#: Letters that need a free number before them: "1-800-FLOWERS".
_ONLY_LETTERS = 7
_POSTCODE = 5
#: What stands for a digit, a hyphen or a space in print, one sign for one sign.
_PLAIN = {
    **{0xFF10 + digit: str(digit) for digit in range(10)},
    **dict.fromkeys((*range(0x2010, 0x2016), 0x2212, 0xFE63, 0xFF0D), "-"),
    **dict.fromkeys((0xA0, *range(0x2000, 0x200E), 0x202F, 0x2060, 0x3000, 0xFEFF), " "),
    **dict.fromkeys((0xFF0E, 0xB7, 0x2024, 0x2027), "."),
    0xFF0B: "+",
    0xFF08: "(",
    0xFF09: ")",
    0xFF0F: "/",
}
#: Groups of digits with little between them. Nothing is given back, so that it is linear.
_RUN = re.compile(r"(?:\+\s?)?\(?\+?\d(?:[ .\-/()]{0,3}\d)*+")
_DIGIT = re.compile(r"\d")
_GROUP = re.compile(r"\d+")
_ENOUGH = re.compile(r"\d(?:[^\da-z\n]{0,4}\d){5}")
_DATE = re.compile(
    r"(?<![\d./-])(?:\d{1,2}([./-]) ?\d{1,2}\1 ?(?:1[5-9]|20)\d\d"
    r"|(?:1[5-9]|20)\d\d([./-])\d{1,2}\2\d{1,2}|\d{1,2}([./-])\d{1,2}\3\d\d|24/7"
    r"|\d{1,2}\.\d\d ?- ?\d{1,2}\.\d\d"
    r"|(?:1[5-9]|20)\d\d ?[-/] ?(?:(?:1[5-9]|20)\d\d|\d\d))(?![\d./-]*\d)"
)
#: Postcodes of the United States and of Brazil, book numbers, addresses of computers.
_NO_PHONE = re.compile(
    r"\d{5}-\d{3,4}|(?:97[89][ -]?)?\d{1,5}[ -]\d{1,7}[ -]\d{1,6}[ -][\dXx]"
    r"|(?:[1-9]\d?|[12]\d\d)(?:\.(?:[01]?\d?\d|2[0-5]\d)){3}|\d{1,2}(?:[ .-]\d){3,}"
)
#: Groupings that no other numbers have, in the order of NANP, FR, JP and KR, BR, IN, AU and IE.
_SHAPE = re.compile(
    r"\+?(?:1[ .-]?)?(?:\([2-9]\d\d\)[ .-]{0,2}|[2-9]\d\d[.-] ?|[2-9]\d\d/ ?)\d{3}[ .-]{1,2}\d{4}"
    r"|0[1-9](?:[ .-]?\d\d){4}"
    r"|0\d{1,3}-\d{3,4}-\d{4}|\(0\) ?\d{2,4}[ -]\d{3,4}[ -]?\d{3,4}"
    r"|\(0?[1-9]\d\) ?9? ?\d{4}[ .-]\d{4}"
    r"|[6-9]\d{4}[ -]\d{5}|[6-9]\d\d(?:[ -]\d\d){3}"
    r"|(?:1[38]00|18[59]0|1[ -][78]00)[ -]\d{3}[ -]\d{3}"
)
_SPACED = re.compile(r"(?:1 )?[2-9]\d\d[ .-]\d{3}[ .-]\d{4}")
_CAPITALS = re.compile(r"[A-Z]{3}")
#: Numbers with letters, as they are said aloud: "1-800-555-HELP", "212-555-CALM".
_VANITY = re.compile(
    r"(?<![\w.-])(?:\+?1[ .-]?)?\(?(?:(?:1[38]00|0[58]0[08])[ -]?(?=[A-Z0-9-]*[A-Z]{3})"
    r"|[2-9]\d\d\)?[ .-]{1,2}(?=(?:[A-Z0-9][.-]?){7,10}(?![\w-]))(?=[A-Z0-9.-]*[A-Z]{3}))"
    r"[A-Z0-9](?:[.-]?[A-Z0-9]){5,9}(?![\w-])(?: ?\([\d-]{4,8}\))?"
)
#: The digits that letters stand for, given once more: "1-800-273-TALK (8255)".
_REPEATED = re.compile(r" ?\([\d-]{4,8}\)$")
_FREE = re.compile(r"\+?1?[ .-]?\(?8(?:00|33|44|55|66|77|88)|1[38]00|0[58]0[08]")
_TRUNK = re.compile(r"\(?0\d")
_THOUSANDS = re.compile(r"\d{1,3}(?:([ .])\d{3})(?:\1\d{3})*")
_KEYS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


def phones(text: str, site: str, language: str | None) -> Iterator[tuple[int, int]]:
    """Where phone numbers stand, those of crisis lines aside: start and end of each.

    Args:
        text: Any text.
        site: Its site, whose top-level domain names a region for phone numbers.
        language: Its language, which names more of them.
    """
    if not _may_have(text):
        return
    regions = _regions(site, language)
    start = 0
    for line in text.split("\n"):
        if len(line) <= _LONGEST_LINE and _may_have(line):
            plain = line if line.isascii() else line.translate(_PLAIN)
            for found in _in_line(Line(plain), regions):
                yield start + found[0], start + found[1]
        start += len(line) + 1


def _may_have(text: str) -> bool:
    """Whether a text has as many digits or capitals in a row as the least number has."""
    return bool(_ENOUGH.search(text) or (_CAPITALS.search(text) and _DIGIT.search(text)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Groups of digits with little between them."""

    line: Line
    groups: list[Span]
    #: Where it begins, with a plus or a bracket before its digits.
    first: int
    regions: Regions

    def span(self, at: int, end: int) -> Span:
        """Where some groups stand, with the plus and the bracket that belong to the first."""
        text = self.line.text
        start, stop = self.groups[at][0], self.groups[end - 1][1]
        while start > self.first and text[start - 1] in ("+(" if at else "+( "):
            start -= 1
        while text[start] == " " or (text[start] == "(" and ")" not in text[start:stop]):
            start += 1
        return start, stop

    def number(self, span: Span) -> str:
        """What stands there."""
        return self.line.text[slice(*span)]


def _in_line(line: Line, regions: Regions) -> Iterator[Span]:
    has_letters = _CAPITALS.search(line.text) is not None
    if has_letters:
        vanity = _VANITY.finditer(line.text)
        yield from (match.span() for match in vanity if _is_vanity(line, match))
    if not _ENOUGH.search(line.text):
        return
    blanked = line.text
    for pattern in (_VANITY, _DATE) if has_letters else (_DATE,):
        blanked = pattern.sub(lambda other: "_" * len(other[0]), blanked)
    for run in _RUN.finditer(blanked):
        groups = [group.span() for group in _GROUP.finditer(blanked, *run.span())]
        digits = sum(stop - start for start, stop in groups)
        if digits >= _LEAST_DIGITS and line.stands_free(*run.span()):
            yield from _in_run(line, groups, regions)


def _is_vanity(line: Line, match: re.Match[str]) -> bool:
    """Whether letters are meant to be dialled, and lead to no crisis line."""
    spoken = re.sub(r"\D", "", _REPEATED.sub("", match[0]).translate(_KEYS))
    if any(is_crisis_line(spoken[:length]) for length in range(len(spoken), 7, -1)):
        return False
    if not (match[0][0] in "+1(" or "-" in match[0][:6] or line.announced(match.start())):
        return False
    letters = re.sub(r"[^A-Z]", "", match[0])
    return bool(_FREE.match(match[0])) or len(letters) < _ONLY_LETTERS


def _in_run(line: Line, groups: list[Span], regions: Regions) -> Iterator[Span]:
    """The numbers of a run: those of a shape that no others have, or else announced ones."""
    first = groups[0][0]
    while first and line.text[first - 1] in "+( ":
        first -= 1
    if line.named_otherwise(first):
        return
    run = _Run(line=line, groups=groups, first=first, regions=regions)
    yield from list(_sweep(run, _shaped)) or _sweep(run, _said)


def _sweep(run: _Run, is_phone: Callable[[_Run, int, Span], bool]) -> Iterator[Span]:
    """The numbers of a run by one judgement, the longest that begins first."""
    at = 0
    while at < len(run.groups):
        if crisis := _crisis_line(run, at):
            at = crisis
        elif found := _number(run, at, is_phone):
            at, span = found
            yield span
        elif _may_go_on(run, at):
            at += 1
        else:
            return


def _crisis_line(run: _Run, at: int) -> int:
    """The group behind a crisis line that begins at one; 0 where none does."""
    groups = run.groups
    for end in range(min(len(groups), at + _MOST_DIGITS), at, -1):
        digits = sum(behind - before for before, behind in groups[at:end])
        # A short number with more digits close behind it is the beginning of another one.
        ends = end == len(groups) or groups[end][0] - groups[end - 1][1] > 1
        if (digits > _LEAST_DIGITS or ends) and is_crisis_line(run.number(run.span(at, end))):
            return end
    return 0


def _number(
    run: _Run, at: int, is_phone: Callable[[_Run, int, Span], bool]
) -> tuple[int, Span] | None:
    """The group behind a number that begins at one, and where the number stands."""
    for end in range(min(len(run.groups), at + _MOST_GROUPS), at, -1):
        start, stop = run.span(at, end)
        digits = len(_digits(run.number((start, stop))))
        if not _LEAST_DIGITS <= digits <= _MOST_DIGITS or run.line.counted(stop):
            continue
        if not _NO_PHONE.fullmatch(run.line.text, start, stop) and is_phone(run, at, (start, stop)):
            extension = EXTENSION.match(run.line.text, stop)
            return end, (start, extension.end() if extension else stop)
    return None


def _may_go_on(run: _Run, at: int) -> bool:
    """Whether a number may begin at the next group: after a house number or a postcode."""
    groups = run.groups
    if at + 1 >= len(groups):
        return False
    between = run.line.text[groups[at][1] : groups[at + 1][0]]
    short = groups[at][1] - groups[at][0] <= _POSTCODE
    return "(" in between or "/" in between or len(between) > 1 or (short and at == 0)


def _shaped(run: _Run, _at: int, span: Span) -> bool:
    """Whether a stretch has the shape of a phone number and of nothing else."""
    number = run.number(span)
    digits = _digits(number)
    if "+" in number[:2] or digits.startswith("00"):
        long = len(digits) >= _LEAST_ABROAD and ("+" in number or " " in number)
        return _valid(number, run.regions, possible=long)
    if _SHAPE.fullmatch(number) or (_SPACED.fullmatch(number) and _valid(number, run.regions)):
        return True
    if not (_TRUNK.match(number) and _grouped(number)):
        return False
    known = len(digits) >= _LEAST_ABROAD and _valid(number, run.regions)
    return known or (len(digits) in _TRUNK_DIGITS and number != digits)


def _said(run: _Run, at: int, span: Span) -> bool:
    """Whether words before a stretch, or its place in a line of its own, make it a number."""
    number = run.number(span)
    digits = _digits(number)
    if run.line.announced(span[0]):
        short = len(digits) < _LEAST_ABROAD and number == digits and digits[0] != "0"
        if short and not run.line.labelled(span[0]):
            return False
        possible = _THOUSANDS.fullmatch(number) is None
        return _valid(number, run.regions, possible=possible)
    whole = at == 0 and span[1] == run.groups[-1][1]
    if not whole or not _grouped(number) or not run.line.alone(*span):
        return False
    return _valid(number, run.regions)


def _grouped(number: str) -> bool:
    """Whether a number with a zero before it is grouped as those who dial it group it."""
    sizes = [len(group) for group in _GROUP.findall(number)]
    most_in_pairs = len(sizes) >= _PAIRS
    return sizes[0] > 1 and max(sizes) >= (2 if most_in_pairs else 3)


def _digits(number: str) -> str:
    return "".join(_GROUP.findall(number))


@lru_cache(maxsize=4096)
def _valid(number: str, regions: tuple[str, ...], *, possible: bool = False) -> bool:
    """Whether a number is one of a region, or has at least the length of one."""
    for region in regions:
        try:
            parsed = parse(number, region)
        except NumberParseException:
            continue
        if is_valid_number(parsed) or (possible and is_possible_number(parsed)):
            return True
    return False


def _regions(site: str, language: str | None) -> Regions:
    end = site.rpartition(".")[2].lower()
    own = TOP_LEVEL.get(end, end.upper())
    named = [own] if own in SUPPORTED_REGIONS else []
    spoken = REGIONS.get((language or "en").partition("-")[0], REGIONS["en"])
    return tuple(dict.fromkeys([*named, *spoken, "US", "GB"]))
