"""Finds in a text what would let a reader reach or look up a person."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from phonenumbers import SUPPORTED_REGIONS, Leniency, PhoneNumberMatcher

from pipelines.core.crisis import is_crisis_line


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A stretch of a text that identifies somebody."""

    start: int
    end: int
    #: A field of `Redactions`.
    kind: str


#: RFC 5322's dot-atom as people use it, and RFC 1035's labels.
_EMAIL = re.compile(
    r"(?<![\w.+-])[\w.+%-]{1,64}@(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}\b", re.IGNORECASE
)
_AT = r"\s?[\[({<]\s?(?:at|@|\u00e4t|arroba|chiocciola)\s?[\])}>]\s?"
_DOT = r"(?:\s?[\[({<]\s?(?:dot|\.|punkt|punto|point)\s?[\])}>]\s?|\s(?:dot|DOT)\s|\.)"
_LABEL = r"[a-z0-9-]{2,63}"
#: Written so that programs shall not read it: "anna [at] practice [dot] example", or with
#: bare words for both marks.
_VEILED = re.compile(
    rf"(?<![\w.])[\w.+-]{{1,64}}(?:{_AT}{_LABEL}(?:{_DOT}{_LABEL}){{1,4}}"
    rf"|\sat\s{_LABEL}(?:\sdot\s{_LABEL}){{1,4}})\b",
    re.IGNORECASE,
)
#: Lines without such a run of digits hold no phone number.
_DIGITS = re.compile(r"\d(?:[\s().\-/\u2011\u2013]{0,3}\d){5,14}")
#: What stands before digits that are no phone number.
_NO_PHONE = re.compile(
    r"(?:isbn(?:-1[03])?|issn|doi|pmid|pmcid|arxiv|vol(?:ume)?|no|nr|npi|id|ref|order|invoice|"
    r"account|iban|[$\u20ac\u00a3\u00a5])\W{0,3}$",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}|(?:19|20)\d\d\s?[\u2013-]\s?(?:19|20)?\d\d")
_LONGEST_LINE = 20_000
#: Regions that are tried for the languages of a text, the likeliest first.
_REGIONS = {
    "en": ("US", "GB", "AU", "NZ", "IE", "IN", "ZA"),
    "de": ("DE", "AT", "CH"),
    "fr": ("FR", "BE", "CH", "CA"),
    "es": ("ES", "MX", "AR", "CL", "CO"),
    "it": ("IT", "CH"),
    "pt": ("BR", "PT"),
    "nl": ("NL", "BE"),
}
_TOP_LEVEL = {"uk": "GB"}

_PLACES = (
    r"facebook|fb|instagram|twitter|x|linkedin|tiktok|youtube|threads|pinterest|bsky|mastodon|"
    r"snapchat|medium|wa|t"
)
_PROFILE = re.compile(
    rf"(?<![\w.-])(?:https?://)?(?:www\.|m\.|pic\.)?(?:{_PLACES})\.(?:com|net|me|app|social|org)/"
    r"[\w@%./?=&+-]{2,200}",
    re.IGNORECASE,
)
_HANDLE = re.compile(r"(?<![\w@/.])@[A-Za-z_][A-Za-z0-9_.]{2,29}(?![\w@])(?!\.\w)")
_SERVICES = (
    r"calendly|simplepractice|acuityscheduling|janeapp|setmore|zocdoc|therapyportal|"
    r"theraplatform|youcanbook|appointlet|squareup|booksy|cliniko|halaxy|headway|growtherapy|"
    r"therapynotes|practicebetter|doctolib|jameda|treatwell|psychologytoday|"
    r"counselling-directory|goodtherapy|therapyden|mentalhealthmatch"
)
#: A text without one of these names has no booking link; the search for a link costs more.
_SERVICE = re.compile(rf"(?:{_SERVICES}|clientsecure|as)\.", re.IGNORECASE)
_BOOKING = re.compile(
    r"(?:https?://)?(?:[\w-]{1,63}\.){0,4}(?:"
    rf"(?:{_SERVICES})(?:\.co)?\.[a-z]{{2,4}}/[\w%./?=&+#-]{{2,300}}|"
    r"(?<=\.)(?:clientsecure\.me|as\.me|janeapp\.com|simplepractice\.com|cliniko\.com)"
    r"(?:/[\w%./?=&+#-]{0,300})?)",
    re.IGNORECASE,
)
_STREETS = (
    r"Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Boulevard|Blvd\.?|Lane|Ln\.?|Court|Terrace|Crescent|"
    r"Parkway|Pkwy\.?|Highway|Hwy\.?|Square|Gardens|Mews|Drive|Dr\.?|Way|Place|Pl\.?|Close|Row"
)
_UNIT = r"(?:,?\s(?:Suite|Ste\.?|Unit|Apt\.?|Floor|Room|Level|#)\s?#?[\w-]{1,6})"
_POSTCODE = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4})"
_TOWN = r"(?:,?\s[A-Z][\w.'\u2019-]{1,20}){1,3}"
_ADDRESS = re.compile(
    rf"\b\d{{1,5}}[A-Za-z]?,?\s(?:[NSEW]{{1,2}}\.?\s)?(?:[A-Z][\w.'\u2019-]{{1,25}}\s){{1,4}}"
    rf"(?:{_STREETS})(?:(?:{_UNIT}|,\s\w{{1,15}}\sFloor)(?:{_TOWN}(?:,?\s{_POSTCODE})?)?"
    rf"|{_TOWN}(?:,\s|\s){_POSTCODE}|,{_TOWN}(?=[\s.,;\n]|$)|(?=[,.;]?\s*(?:\n|$)))"
    r"|\bP\.?\s?O\.?\sBox\s\d{1,6}\b"
    r"|\b[A-Z\u00c4\u00d6\u00dc][\w\u00e4\u00f6\u00fc\u00df-]{1,30}"
    r"(?:stra\u00dfe|strasse|str\.|weg|platz|gasse|allee)\s\d{1,4}\s?[a-z]?\b"
    r"(?:,?\s\d{4,5}\s[A-Z\u00c4\u00d6\u00dc][\w\u00e4\u00f6\u00fc\u00df-]{2,30})?"
    r"|\b\d{1,4},?\s(?:bis\s)?(?:rue|avenue|boulevard|chemin|impasse|all\u00e9e|quai)\s"
    r"(?:de\s(?:la\s|l['\u2019])?|du\s|des\s|d['\u2019])?[A-Z\u00c9][\w'\u2019-]{1,25}"
    r"(?:\s[A-Z\u00c9][\w'\u2019-]{1,25}){0,3}(?:,?\s\d{5}\s[A-Z][\w-]{2,25})?"
    r"|\b(?:Via|Viale|Piazza|Corso|Calle|Avenida|Plaza|Rua)\s(?:[A-Z][\w.'\u2019]{1,25}\s?){1,4},?\s"
    r"(?:n\.?\s?)?\d{1,4}\b(?:,?\s\d{5}\s[A-Z]\w{2,25})?"
)
_BODIES = (
    r"BACP|UKCP|HCPC|AHPRA|BABCP|NCPS|NCS|BPS|PACFA|ACA|NPI|LMFT|LCSW|LICSW|LMHC|LPCC?|LCPC|LMSW|"
    r"LMFTA|LPC-?S?|MFT|MFC|PSY|RP|CRPO|BCACC|RCC|IACP"
)
_LICENCE = re.compile(
    rf"\b(?:(?:{_BODIES})(?:\s(?:Registered|Accredited|Member(?:ship)?|Registration|Licen[cs]e|"
    r"Lic\.?|No\.?|Number|#)){0,3}|(?:State\s)?Licen[cs]e(?:d)?(?:\s(?:No\.?|Number|#))|"
    r"Lic\.(?:\s(?:No\.?|#))?|(?:Membership|Registration|Reg\.?)\s(?:No\.?|Number|#))"
    r"\s?[:#]{0,2}\s?(?P<number>[A-Z]{0,4}\s?-?\d{4,8})\b"
)


def contacts(text: str, site: str, language: str | None) -> list[Found]:
    """What identifies people in a text, in order and apart from each other.

    Args:
        text: Any text.
        site: Its site, whose top-level domain names a region for phone numbers.
        language: Its language, which names more of them.
    """
    found = [*_emails(text), *_links(text), *_phones(text, site, language), *_places(text)]
    apart: list[Found] = []
    for one in sorted(found, key=lambda one: (one.start, -one.end, one.kind)):
        if not apart or one.start >= apart[-1].end:
            apart.append(one)
    return apart


def _emails(text: str) -> Iterator[Found]:
    patterns = [_EMAIL] if "@" in text else []
    for pattern in (*patterns, _VEILED):
        for match in pattern.finditer(text):
            yield Found(start=match.start(), end=match.end(), kind="email")


def _links(text: str) -> Iterator[Found]:
    patterns = [("booking", _BOOKING)] if _SERVICE.search(text) else []
    if "/" in text:
        patterns.append(("handle", _PROFILE))
    if "@" in text:
        patterns.append(("handle", _HANDLE))
    for kind, pattern in patterns:
        for match in pattern.finditer(text):
            end = match.start() + len(match[0].rstrip("./?,"))
            yield Found(start=match.start(), end=end, kind=kind)


def _places(text: str) -> Iterator[Found]:
    for match in _ADDRESS.finditer(text):
        yield Found(start=match.start(), end=match.end(), kind="address")
    for match in _LICENCE.finditer(text):
        yield Found(start=match.start("number"), end=match.end("number"), kind="licence")


def _phones(text: str, site: str, language: str | None) -> Iterator[Found]:
    regions = _regions(site, language)
    start = 0
    for line in text.split("\n"):
        if len(line) <= _LONGEST_LINE and _DIGITS.search(line):
            yield from _in_line(line, start, regions)
        start += len(line) + 1


def _in_line(line: str, offset: int, regions: Sequence[str]) -> Iterator[Found]:
    """Numbers of one line: of the first region any valid one, of others well grouped ones."""
    for place, region in enumerate(regions):
        leniency = Leniency.EXACT_GROUPING if place else Leniency.VALID
        for match in PhoneNumberMatcher(line, region, leniency=leniency):
            number = match.raw_string
            if _is_phone(line, match.start, number) and not is_crisis_line(
                number, str(match.number.country_code)
            ):
                yield Found(start=offset + match.start, end=offset + match.end, kind="phone")


def _is_phone(line: str, start: int, number: str) -> bool:
    before = line[max(0, start - 12) : start]
    return _NO_PHONE.search(before) is None and _DATE.fullmatch(number.strip("() ")) is None


def _regions(site: str, language: str | None) -> list[str]:
    end = site.rpartition(".")[2].lower()
    own = _TOP_LEVEL.get(end, end.upper())
    named = [own] if own in SUPPORTED_REGIONS else []
    spoken = _REGIONS.get((language or "en").partition("-")[0], _REGIONS["en"])
    return list(dict.fromkeys([*named, *spoken, "US", "GB"]))
