"""Finds e-mail addresses, as they are typed and as they are hidden from programs."""

import re
from collections.abc import Iterator

from pipelines.core.letters import small

#: Joiners and spaces without width, which pages put into addresses against collectors.
_UNSEEN = "\u200b-\u200d\u2060\ufeff"
#: RFC 5321's limits; letters of all scripts (RFC 6531), and a sign for "at" of full width.
_LOCAL = rf"\w(?:[\w.+%&'\u2019{_UNSEEN}-]{{0,62}}[\w+{_UNSEEN}-])?"
_LABEL = rf"[^\W_](?:[\w{_UNSEEN}-]{{0,61}}[^\W_])?"
_TOP = r"(?!(?:png|jpe?g|gif|svg|webp|css|js|html?|php|pdf)\b)[^\W\d_]{2,24}"
_EMAIL = re.compile(
    rf"(?<![\w.+@-]){_LOCAL}[@\uff20\ufe6b](?:[{_UNSEEN}]*{_LABEL}\.){{1,8}}[{_UNSEEN}]*{_TOP}(?![\w@])"
)
_AT_WORDS = (
    r"at|@|\u00e4t|arroba|chiocciola|arobase|apenstaartje|klammeraffe|snabel-?a|\u0430\u0442"
)
_DOT_WORDS = r"dot|\.|punkt|punto|ponto|point|punt|d0t"
#: The word for the sign in brackets or between dashes; letters that also count are glued to both.
_AT = (
    rf"(?:\s?(?:[\[({{<]\s?(?:{_AT_WORDS})\s?[\])}}>]|[-_*]{{1,2}}at[-_*]{{1,2}})\s?"
    r"|[\[({](?:a|\u00e0|et)[\])}])"
)
_DOT = (
    rf"(?:\s?[\[({{<]\s?(?:{_DOT_WORDS})\s?[\])}}>]\s?|\s?[-_*]{{1,2}}dot[-_*]{{1,2}}\s?"
    r"|\s(?:dot|punkt|punto|ponto|point|punt)\s"
    # Behind a full stop a sentence may begin.
    r"|\.(?!(?-i:[A-Z][a-z])))"
)
_SPELT_DOT = (
    r"(?:\s?[\[({]\s?(?:dot|punkt|punto|ponto|point|punt)\s?[\])}]\s?"
    r"|\s(?:dot|punkt|punto|ponto|point|punt)\s)"
)
_BARE_DOT = r"(?:\s?[\[({]\s?dot\s?[\])}]\s?|\sdot\s)"
#: The ends of domains that are no English words.
_SURE_END = (
    r"com|org|net|edu|gov|info|biz|co|io|eu|uk|de|ch|fr|es|nl|pt|br|ca|au|nz|ie|za|ph|example|app|"
    r"health|care|therapy|online"
)
_PART = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_NAME = r"(?<![\w.@/-])\w(?:[\w.+-]{0,62}[\w+-])?"
#: Words before a bare "at" that begin a sentence about a site and no address.
_NO_NAME = (
    r"(?!(?:me|us|him|her|them|it|look|looking|visit|visiting|online|available|found|find|site|"
    r"website|blog|page|pages|more|here|live|is|are|store|shop|order|read|register|up|sign|"
    r"work|works|and|or|out|over|now|today|posted|listen)\sat\s)"
)
#: Nobody visits these, so that a name at one is an address even in bare words.
_PROVIDERS = (
    r"gmail|googlemail|yahoo|hotmail|outlook|icloud|protonmail|proton|aol|gmx|btinternet|live|msn"
)
_WORDS = (
    rf"{_NAME}\s(?:arroba|chiocciola|arobase|apenstaartje)\s{_PART}(?:{_DOT}{_PART}){{1,4}}"
    rf"|{_NO_NAME}{_NAME}\sat\s{_PART}(?:{_BARE_DOT}{_PART}){{0,3}}{_BARE_DOT}(?:{_SURE_END})"
    rf"|{_NAME}\sat\s(?:{_PROVIDERS})\.[a-z]{{2,3}}"
)
_VEILED = re.compile(
    rf"{_NAME}{_AT}{_PART}(?:{_DOT}{_PART}){{1,4}}\b|(?:{_WORDS})\b"
    rf"|{_NAME}\s(?:(?-i:AT)|@)\s(?:{_PART}\.){{1,4}}(?-i:{_SURE_END}|[a-z]{{2}})\b"
    rf"|{_NAME}@{_PART}(?:{_SPELT_DOT}{_PART}){{1,4}}\b",
    re.IGNORECASE,
)
_PROVIDER = re.compile(rf" at (?:{_PROVIDERS})\.")
#: Texts with none of these hide no address; the search for one costs more.
_BRACKETED = re.compile(rf"[\[({{<]\s?(?:{_AT_WORDS}|a|\u00e0|et)\s?[\])}}>]", re.IGNORECASE)
_BARE = (" at ", " @ ", "-at-", "_at_", "*at*", "arroba", "chiocciola", "arobase", "apenstaartje")
_DOTS = re.compile(r"@[^\n]{2,70}?[\s\[({](?:dot|pun|pon|poi)|\sdot\s|(?-i:\sAT\s)", re.IGNORECASE)


def emails(text: str) -> Iterator[tuple[int, int]]:
    """Where addresses stand: start and end of each."""
    if not _may_have(text):
        return
    start = 0
    for line in text.split("\n"):
        if "@" in line or "\uff20" in line or "\ufe6b" in line:
            yield from _found(_EMAIL, line, start)
        if _may_hide(line):
            yield from _found(_VEILED, line, start)
        start += len(line) + 1


def _may_have(text: str) -> bool:
    """Whether any line may have an address, as far as the text tells as a whole."""
    if "@" in text or "\uff20" in text or "\ufe6b" in text or _BRACKETED.search(text):
        return True
    lower = small(text)
    if " at " in lower and (" AT " in text or "dot" in lower or _PROVIDER.search(lower)):
        return True
    # Of "at at", one is left where those are taken out that begin no address.
    return " at at " in lower or any(bare in lower for bare in _BARE[1:])


def _may_hide(line: str) -> bool:
    lower = line.lower()
    if " at " in lower and not (" AT " in line or "dot" in lower or _PROVIDER.search(lower)):
        lower = lower.replace(" at ", " ")
    return any(bare in lower for bare in _BARE) or (
        bool(_BRACKETED.search(line)) or ("@" in line and bool(_DOTS.search(line)))
    )


def _found(pattern: re.Pattern[str], line: str, start: int) -> Iterator[tuple[int, int]]:
    return ((start + match.start(), start + match.end()) for match in pattern.finditer(line))
