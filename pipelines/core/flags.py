"""What a reader has to know of a text: client stories, praise by clients, people in danger."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from pipelines.core.crisis import is_crisis_line
from pipelines.core.document import Flag, FlagKind
from pipelines.core.letters import small

_SENTENCE = re.compile(r"[^.!?\n]{1,600}(?:[.!?]+[\"'\u201d\u2019)]*|\n|$)")
#: Sentences of a text that are read; the longest posts have a few hundred.
_MOST_SENTENCES = 5000
_SUBJECT = r"(?:client|patient|supervisee)"
#: One person in the past tense: "a client once told me", "a patient of mine".
_CASE = re.compile(
    rf"\b(?:a|one|another|my)\s(?:[\w-]{{2,15}}\s){{0,2}}{_SUBJECT}"
    r"(?:,\s[^,.]{2,60},|\s(?:of mine|I'?ll call \w+|named \w+|called \w+|whom I \w+|who))?\s"
    r"(?:once\s|recently\s|finally\s|actually\s|in (?:her|his|their) \w+\s)?"
    r"(?:told|confided|described|shared|cried|struggled|suffered|wrote|realized|realised|"
    r"discovered|reported)\b"
    rf"|\b(?:a|one)\s(?:[\w-]{{2,15}}\s){{0,2}}{_SUBJECT} of mine\b"
    rf"|\bI\s(?:once\s|recently\s)?(?:worked with|treated|saw|had)\s(?:a|one)\s"
    rf"(?:[\w-]{{2,15}}\s){{0,3}}{_SUBJECT}\b"
    r"|\b(?:m?eine?)\s(?:\w{2,15}\s)?(?:klient|patient)(?:in)?\s(?:von mir\s)?(?:erz\u00e4hlte|"
    r"berichtete|sagte (?:mir|einmal)|vertraute mir)\b"
    r"|\bune?\s(?:de mes )?patiente?s?\sm['\u2019]a\s(?:dit|racont\u00e9|confi\u00e9)\b"
    r"|\buna?\s(?:de mis )?pacientes?\s(?:m\u00eda?\s)?me\s(?:dijo|cont\u00f3|confes\u00f3)\b"
    r"|\buna?\s(?:mi[ao]\s)?paziente\smi\sha\s(?:detto|raccontato|confidato)\b"
    r"|\buma?\spaciente\s(?:minha?\s)?me\s(?:disse|contou|confessou)\b"
    r"|\been\scli\u00ebnte?\s(?:van mij\s)?vertelde\s(?:me|mij)\b",
    re.IGNORECASE,
)
#: What authors write where they tell of somebody: a changed name, changed details.
_DISGUISE = re.compile(
    r"\bnot (?:his|her|their|my client'?s) real names?\b|\bnames? (?:and [\w ]{3,40} )?"
    r"(?:has|have) been changed\b|\b(?:identifying|personal) (?:details|information) (?:has|have) "
    r"been (?:changed|altered|removed)\b|\bcomposite (?:clients?|cases?|character|"
    r"of (?:[\w-]+ ){0,3}(?:clients|patients|cases|people))\b|"
    r"\bcase (?:vignette|example|illustration)\b|\ba pseudonym\b|\bfictional(?:ized|ised)? "
    r"(?:client|case|vignette|scenario)\b",
    re.IGNORECASE,
)
#: A heading over what clients say of the practice.
_PRAISE_HEADING = re.compile(
    r"\W*(?:(?:client|patient|our|my)\s){0,2}(?:testimonials?|reviews)\W*|"
    r"\W*what (?:(?:my|our|other|past) )*(?:clients?|patients|people|others) "
    r"(?:say|are saying|have said)(?: about \w+(?: \w+)?)?\W*|"
    r"\W*kind words(?: from (?:my |our )?clients)?\W*",
    re.IGNORECASE,
)
_PRAISE = re.compile(
    r"\b(?:highly|strongly|would|can'?t|cannot) recommend\b[^.!?]{0,60}\b(?:her|him|therap\w+|"
    r"counsel\w+|psycholog\w+|practice|clinic|to (?:anyone|everyone))\b|"
    r"\b(?:she|he|they|\w+) (?:has )?(?:changed|saved) my life\b",
    re.IGNORECASE,
)
#: A quotation with a name below or behind it.
_SIGNED = re.compile(
    r"(?:^|[\"\u201d\u2019!.]\s{0,2})[\u2014\u2013~-]\s?(?P<name>[A-Z][\w'\u2019.-]{0,20}"
    r"(?:\s(?:[A-Z][\w'\u2019.-]{0,20}|&|and)){0,3})(?P<rest>,?\s?[^\n]{0,40})$"
)
_STARS = re.compile(r"[\u2605\u2b50]{3,}|\b(?:five|5)[ -]stars?\b", re.IGNORECASE)
#: Sentences of praise and names below them, both of which there must be.
_LEAST_PRAISE = 3
#: Words without which neither a case nor a disguise is told of, in small letters.
_MENTIONS = (
    *("client", "klient", "patient", "supervisee", "paciente", "paziente", "cli\u00ebnt"),
    *("real name", "composite", "vignette", "been changed", "been altered", "been removed"),
    *("pseudonym", "case example", "case illustration", "fictional"),
)
#: One of these is in every heading of praise, ...
_HEADED = ("testimonial", "review", "kind words", "what ")
#: ... in every sentence of it, ...
_PRAISING = ("recommend", " my life")
#: ... and in every sentence of danger.
_ALARMS = (
    *("suicid", "harm", "hurt", "kill", "crisis", "danger", "your life", "lifeline"),
    *("samaritans", "emergency services", "telefonseelsorge", *"0123456789"),
)
_NUMBER = re.compile(r"\+?\d[\d\s.()-]{1,18}\d")
_DANGER = re.compile(
    r"\bif (?:you|someone|anyone|a loved one)\b[^.!?]{0,100}\b(?:suicid\w+|self-harm\w*|"
    r"(?:harm|hurt|kill)(?:ing)? (?:yourself|themselves)|in crisis|immediate danger|"
    r"end(?:ing)? your life)\b"
    r"|\b(?:call|dial|text|ring|phone|contact)\b[^.!?]{0,60}\b(?:988|911|999|112|lifeline|"
    r"samaritans|crisis (?:line|text|hotline)|suicide (?:prevention|hotline|crisis)|"
    r"emergency services|telefonseelsorge)\b",
    re.IGNORECASE,
)
_HELP = re.compile(
    r"\b(?:call|dial|text|ring|phone|crisis|suicid\w*|lifeline|hotline|helpline|emergency)\b",
    re.IGNORECASE,
)


def flags(text: str) -> tuple[Flag, ...]:
    """The flags of a text, each with the first sentence that sets it."""
    found = ((FlagKind.CASE_MATERIAL, _case), (FlagKind.TESTIMONIAL, _praise))
    told = [
        Flag(kind=kind, sentence=sentence)
        for kind, find in (*found, (FlagKind.CRISIS, _danger))
        if (sentence := find(text))
    ]
    return tuple(told)


def signatures(text: str) -> Iterator[tuple[int, int]]:
    """Where the names of those who praise stand: start and end of each."""
    for start, end in _lines(text):
        match = _SIGNED.search(text[start:end])
        if match and len(match["rest"].split()) <= 6:  # noqa: PLR2004 - "client, 34, Boston"
            yield start + match.start("name"), start + match.end("name")


def _having(parts: Iterable[tuple[int, int]], text: str, words: Iterable[str]) -> Iterator[str]:
    """The parts of a text that have a word of some, which are given in small letters."""
    lower = small(text)
    present = [word for word in words if word in lower]
    if not present:
        return
    for start, end in parts:
        plain = lower[start:end]
        if any(word in plain for word in present):
            yield text[start:end]


def _sentences(text: str, words: Iterable[str]) -> Iterator[str]:
    """The sentences of a text that have a word of some, as far as they are read."""
    found = islice(_SENTENCE.finditer(text), _MOST_SENTENCES)
    return (one.strip() for one in _having((one.span() for one in found), text, words))


def _case(text: str) -> str:
    told = _sentences(text, _MENTIONS)
    return next((one for one in told if _CASE.search(one) or _DISGUISE.search(one)), "")


def _praise(text: str) -> str:
    heading = _heading(text)
    praised = [one for one in _sentences(text, _PRAISING) if _PRAISE.search(one)]
    if not heading and not praised:
        return ""
    signed = sum(1 for _ in signatures(text))
    if heading and (praised or signed or _STARS.search(text)):
        return heading.strip()
    return praised[0] if praised and signed and len(praised) + signed >= _LEAST_PRAISE else ""


def _heading(text: str) -> str:
    """The first line that is a heading over praise."""
    lines = _having(_lines(text), text, _HEADED)
    return next((line for line in lines if _PRAISE_HEADING.fullmatch(line)), "")


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.split("\n"):
        yield start, start + len(line)
        start += len(line) + 1


def _danger(text: str) -> str:
    for one in _sentences(text, _ALARMS):
        if _DANGER.search(one):
            # Who is told to turn nowhere is told of no danger.
            return one if _HELP.search(text) else ""
        if _HELP.search(one) and any(is_crisis_line(m[0]) for m in _NUMBER.finditer(one)):
            return one
    return ""
