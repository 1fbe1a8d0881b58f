"""The contacts that a person found in the real pages, as hashes, and where they stand.

Labelled is whatever is written as an e-mail address or a phone number: those of companies and
those that templates came with as well, short numbers with a star too, crisis lines not.
"""

import dataclasses
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree
from lxml.html import document_fromstring

from benchmarks.quality.in_process import documents, recipe
from benchmarks.quality.pages import ALL_SETS, GoldPage, pages
from pipelines.core.document import Document
from pipelines.stages.normalise import clean_text
from pipelines.stages.privacy import Privacy

_LABELS = Path(__file__).parent / "labels" / "privacy" / "real.json"
#: A word with a sign for "at" in it, veiled or not.
_ADDRESSES = re.compile(
    r"[^\s@<>(),;:\"|]+\s?(?:@|[\[({]\s?(?:at|@)\s?[\])}])\s?[^\s@<>(),;:\"|]+", re.IGNORECASE
)
_GROUP = re.compile(r"\+?[0-9]+|[A-Z]{3,}")
_UNSEEN = ("script", "style", "noscript", "template", "svg", "head")
_MOST_GROUPS = 8
#: What may stand between two groups of one number.
_GAP = re.compile(r"[\s().\-/\u2010-\u2015\u2022|]{0,4}|\s?(?:ext|x)\.?\s?", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """A text and the contacts in it, by a person's judgement."""

    id: str
    text: str
    site: str
    language: str | None
    spans: tuple[tuple[int, int, str], ...]


def digest(kind: str, value: str) -> str:
    """The first 16 hexadecimal digits of the hash of a value: no value is stored."""
    kept = re.sub(r"[^0-9a-z]" if kind == "phone" else r"\s", "", value.lower())
    return hashlib.sha256(kept.encode()).hexdigest()[:16]


def texts(shared: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """All texts before redaction, without labels: of the documents, then of whole pages."""
    stages = tuple(stage for stage in recipe().per_site if not isinstance(stage, Privacy))
    made_by = dataclasses.replace(recipe(), per_site=stages)
    whole: list[Labelled] = []
    told: list[Labelled] = []
    for name in ALL_SETS:
        found = list(pages(shared, name))
        made = documents(found, made_by)
        told += [
            _text(f"{name}/{page.id}", made[page.url].whole_text, made[page.url]) for page in found
        ]
        whole += [_text(f"{name}/{page.id}", visible(page), made[page.url]) for page in found]
    yield "the documents of real pages", told
    yield "all visible words of real pages", whole


def labelled(shared: Path) -> Iterator[tuple[str, list[Labelled]]]:
    """The same texts with the contacts in them."""
    labels = json.loads(_LABELS.read_text(encoding="utf-8"))
    for name, found in texts(shared):
        yield (
            name,
            [
                dataclasses.replace(one, spans=tuple(_spans(one.text, labels.get(one.id, []))))
                for one in found
            ],
        )


def visible(page: GoldPage) -> str:
    """All words that a page shows, menus and footers as well, a line for each block."""
    root = document_fromstring(page.html)
    etree.strip_elements(root, *_UNSEEN, with_tail=False)
    for element in root.iter(
        "p", "div", "li", "br", "td", "h1", "h2", "h3", "h4", "tr", "section", "a"
    ):
        element.tail = "\n" + (element.tail or "")
    return clean_text("".join(map(str, root.itertext(etree.Element))))


def _text(name: str, text: str, document: Document) -> Labelled:
    return Labelled(id=name, text=text, site=document.site, language=document.language, spans=())


def _spans(text: str, labels: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    """Where labelled values stand, found again by their hashes."""
    wanted = {(kind, value) for kind, value in labels}
    if not wanted:
        return
    for match in _ADDRESSES.finditer(text):
        # Signs behind an address, and words glued to it before, are no part of it.
        places = (
            (start, end)
            for start in range(match.start(), match.end())
            for end in range(match.end(), match.end() - 3, -1)
        )
        for start, end in places:
            if ("email", digest("email", text[start:end])) in wanted:
                yield start, end, "email"
                break
    yield from _numbers(text, wanted)


def _numbers(text: str, wanted: set[tuple[str, str]]) -> Iterator[tuple[int, int, str]]:
    groups = list(_GROUP.finditer(text))
    taken = 0
    for at, first in enumerate(groups):
        if first.start() < taken:
            continue
        last = first
        best = 0
        for group in groups[at : at + _MOST_GROUPS]:
            if group is not first and not _GAP.fullmatch(text[last.end() : group.start()]):
                break
            last = group
            if ("phone", digest("phone", text[first.start() : group.end()])) in wanted:
                best = group.end()
        if best:
            start = first.start()
            if text[start - 1 : start] == "(" and ")" in text[start:best]:
                start -= 1 + (text[start - 2 : start - 1] == "+")
            best += text[start:best].count("(") > text[start:best].count(")")
            taken = best
            yield start, best, "phone"
