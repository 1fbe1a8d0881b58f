"""Finds street addresses and the numbers of licences."""

import re
from collections.abc import Iterator

_STREETS = (
    r"Street|St\.?|Avenue|Ave\.?|Road|Rd\.?|Boulevard|Blvd\.?|Lane|Ln\.?|Court|Terrace|Crescent|"
    r"Parkway|Pkwy\.?|Highway|Hwy\.?|Square|Gardens|Mews|Drive|Dr\.?|Way|Place|Pl\.?|Close|Row"
)
_UNIT = r"(?:,?\s(?:Suite|Ste\.?|Unit|Apt\.?|Floor|Room|Level|#)\s?#?[\w-]{1,6})"
_POSTCODE = r"(?:\d{5}(?:-\d{4})?|[A-Z]{1,2}\d[\dA-Z]?\s?\d[A-Z]{2}|[A-Z]\d[A-Z]\s?\d[A-Z]\d|\d{4})"
_TOWN = r"(?:,?\s[A-Z][\w.'\u2019-]{1,20}){1,3}"
#: Each of these begins with a digit or a capital, which is read before all else is tried:
#: the search for one passes over what is neither.
_NUMBER_FIRST = (
    r"(?<=\b\d)(?:\d{0,4}[A-Za-z]?,?\s(?:[NSEW]{1,2}\.?\s)?(?:[A-Z][\w.'\u2019-]{1,25}\s){1,4}"
    rf"(?:{_STREETS})(?:(?:{_UNIT}|,\s\w{{1,15}}\sFloor)(?:{_TOWN}(?:,?\s{_POSTCODE})?)?"
    rf"|{_TOWN}(?:,\s|\s){_POSTCODE}|,{_TOWN}(?=[\s.,;\n]|$)|(?=[,.;]?\s*(?:\n|$)))"
    r"|\d{0,3},?\s(?:bis\s)?(?:rue|avenue|boulevard|chemin|impasse|all\u00e9e|quai)\s"
    r"(?:de\s(?:la\s|l['\u2019])?|du\s|des\s|d['\u2019])?[A-Z\u00c9][\w'\u2019-]{1,25}"
    r"(?:\s[A-Z\u00c9][\w'\u2019-]{1,25}){0,3}(?:,?\s\d{5}\s[A-Z][\w-]{2,25})?)"
)
_WORD_FIRST = (
    r"(?<=\bP)\.?\s?O\.?\sBox\s\d{1,6}\b"
    r"|(?<=\b[A-Z\u00c4\u00d6\u00dc])[\w\u00e4\u00f6\u00fc\u00df-]{1,30}"
    r"(?:stra\u00dfe|strasse|str\.|weg|platz|gasse|allee)\s\d{1,4}\s?[a-z]?\b"
    r"(?:,?\s\d{4,5}\s[A-Z\u00c4\u00d6\u00dc][\w\u00e4\u00f6\u00fc\u00df-]{2,30})?"
    r"|(?:(?<=\bV)(?:ia|iale)|(?<=\bP)(?:iazza|laza)|(?<=\bC)(?:orso|alle)|(?<=\bA)venida|"
    r"(?<=\bR)ua)\s(?:[A-Z][\w.'\u2019]{1,25}\s?){1,4},?\s"
    r"(?:n\.?\s?)?\d{1,4}\b(?:,?\s\d{5}\s[A-Z]\w{2,25})?"
)
_NUMBERED = re.compile(rf"\d{_NUMBER_FIRST}")
_ADDRESS = re.compile(rf"[\dA-Z\u00c4\u00d6\u00dc](?:{_NUMBER_FIRST}|{_WORD_FIRST})")
#: What a text has in which an address begins with a word, ...
_WORDS = ("Box", "Via", "Piazza", "Corso", "Calle", "Avenida", "Plaza", "Rua")
#: ... or else has the name of a street before its number.
_BEHIND = re.compile(
    r"\d(?:(?<=stra\u00dfe\s\d)|(?<=strasse\s\d)|(?<=str\.\s\d)|(?<=weg\s\d)|(?<=platz\s\d)|"
    r"(?<=gasse\s\d)|(?<=allee\s\d))"
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
#: The least number of a licence, and how far before it the words for it begin at the most.
_FOUR = re.compile(r"\d{4}")
_BEFORE = 60
_NAMED = re.compile(rf"[Ll]icen|Lic\.|Membership|Reg|{_BODIES}")


def addresses(text: str) -> Iterator[tuple[int, int]]:
    """Where street addresses stand: start and end of each."""
    is_any = any(word in text for word in _WORDS) or _BEHIND.search(text)
    pattern = _ADDRESS if is_any else _NUMBERED
    return (match.span() for match in pattern.finditer(text))


def licences(text: str) -> Iterator[tuple[int, int]]:
    """Where the numbers of licences and memberships stand, without the words before them."""
    starts = (match.start() for match in _FOUR.finditer(text))
    if not any(_NAMED.search(text, max(0, start - _BEFORE), start) for start in starts):
        return iter(())
    return (match.span("number") for match in _LICENCE.finditer(text))
