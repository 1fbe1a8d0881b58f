"""What an extractor's lines gain and lose when they are held against the blocks of the page."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from pipelines.extract.blocks import Block, Held, folded, words

#: Words of the shortest line that is taken for a sentence of the article.
_SENTENCE = 12
#: Words of the shortest line that is left out where it stands a second time.
_REPEATED = 15
#: Words of the longest label, such as "Photo credits".
_LABEL = 3
#: Asides with more than this share of the words are the article itself.
_MOST_ASIDE = 0.3
_META = re.compile(
    r"(?:^|[\s_-])(?:byline|author|dates?|posted|post-?info|meta|published|timestamp|"
    r"breadcrumbs?|categor(?:y|ies)|read(?:ing)?-?time|tags?|kicker|eyebrow)(?:[\s_-]|$)",
    re.IGNORECASE,
)
#: How a pointer to another post begins.
_POINTER = re.compile(
    r"\W*(?:related|read (?:more|next|also|the)|see (?:also|more)|"
    r"more (?:on|from|about|in)|also on|don.t miss|watch|next|previous|click|check out|"
    r"learn more|you may|recommended|sign up|subscribe|listen|download|leggi anche|"
    r"lees ook|siehe auch|mehr zum|lire aussi|voir aussi|"
    r"lea tambi|leia tamb|weiterlesen|läs också|les også)",
    re.IGNORECASE,
)
#: Paragraphs in a row that are links: a list of other posts.
_LINK_RUN = 3
_LEGAL = re.compile(r"^\W*(?:copyright\b|©|\(c\)\s*\d{4})|\ball rights reserved\b", re.IGNORECASE)


@dataclass(slots=True, kw_only=True)
class _Line:
    """A line of an extractor, and the block that it was made of, where that is known."""

    text: str
    size: int
    block: Block | None
    #: Number of the block on the page; that of the line before where it is not known.
    place: int
    is_kept: bool = True

    @property
    def is_link(self) -> bool:
        return self.block is not None and self.block.is_link

    @property
    def points_inward(self) -> bool:
        return self.block is not None and self.block.points_inward

    @property
    def is_heading(self) -> bool:
        return self.block is not None and self.block.is_heading

    @property
    def is_sentence(self) -> bool:
        return self.size >= _SENTENCE and not self.is_link and not self.is_heading


def edited(lines: Sequence[str], page: Sequence[Block], titles: Iterable[str]) -> list[str]:
    """The lines without what stands beside the article, and with the headings they lack.

    Args:
        lines: What an extractor gave, in reading order.
        page: The blocks of the same page.
        titles: What the page calls itself; left out where it opens the text.
    """
    given = _aligned(lines, page)
    _drop_asides(given)
    _drop_links(given)
    _drop_repeated(given)
    _drop_opening(given, page, frozenset(filter(None, map(folded, titles))))
    _drop_ending(given)
    return _filled(given, page)


def _aligned(lines: Sequence[str], page: Sequence[Block]) -> list[_Line]:
    places: dict[str, list[int]] = {}
    for place, block in enumerate(page):
        places.setdefault(block.folded, []).append(place)
    given: list[_Line] = []
    last = -1
    for text in lines:
        found = places.get(folded(text), [])
        after = bisect_left(found, last + 1)
        place = found[min(after, len(found) - 1)] if found else last
        given.append(
            _Line(
                text=text, size=len(words(text)), block=page[place] if found else None, place=place
            )
        )
        last = max(last, place)
    return given


def _drop_asides(given: list[_Line]) -> None:
    asides = [line for line in given if line.block is not None and line.block.is_aside]
    if sum(line.size for line in asides) <= _MOST_ASIDE * sum(line.size for line in given):
        for line in asides:
            line.is_kept = False


def _drop_links(given: list[_Line]) -> None:
    """Paragraphs that only point to other posts: labelled, in capitals, or several in a row."""
    for _, group in groupby(given, key=_points_on):
        run = list(group)
        for line in run:
            if _points_on(line) and (len(run) >= _LINK_RUN or _is_pointer(line)):
                line.is_kept = False


def _points_on(line: _Line) -> bool:
    block = line.block
    if block is None or block.tag not in {"p", "div"}:
        return False
    return block.points_inward and line.size > _LABEL


def _is_pointer(line: _Line) -> bool:
    return _POINTER.match(line.text) is not None or line.text.isupper()


def _drop_repeated(given: list[_Line]) -> None:
    seen: set[str] = set()
    for line in given:
        if line.is_kept and line.size >= _REPEATED:
            key = folded(line.text)
            line.is_kept = key not in seen
            seen.add(key)


def _drop_opening(given: list[_Line], page: Sequence[Block], titles: frozenset[str]) -> None:
    """What stands before the first sentence and belongs to the head of the page."""
    spare = sum(_is_title(block, titles) for block in page)
    for line in given:
        if not line.is_kept:
            continue
        if folded(line.text) in titles:
            spare -= 1
            # The page has its title once more above the text: this one is the text's own.
            line.is_kept = spare > 0
        elif _is_meta(line):
            line.is_kept = False
        elif line.is_sentence:
            return


def _is_title(block: Block, titles: frozenset[str]) -> bool:
    return not block.is_aside and not block.is_link and block.folded in titles


def _is_meta(line: _Line) -> bool:
    if line.block is None or line.size >= _SENTENCE:
        return False
    element: HtmlElement | None = line.block.element
    for _ in range(2):
        if element is None:
            return False
        if element.tag == "time" or _META.search(element.get("class", "")):
            return True
        element = element.getparent()
    return False


def _drop_ending(given: list[_Line]) -> None:
    """What stands after the last sentence: links, headings without a text, legal lines."""
    for line in reversed(given):
        if not line.is_kept:
            continue
        if line.points_inward or line.is_heading or _LEGAL.search(line.text) or _is_meta(line):
            line.is_kept = False
        else:
            return


def _filled(given: list[_Line], page: Sequence[Block]) -> list[str]:
    """The kept lines, and what stands between them on the page and is missing."""
    first = {line.place: line for line in reversed(given) if line.block is not None}
    kept = {place for place, line in first.items() if line.is_kept}
    if not kept:
        return [line.text for line in given if line.is_kept]
    containers = _Containers(line.block for line in given if line.is_kept)
    missing = _missing(page, given, kept, containers)
    texts: list[str] = []
    at = 0
    for line in given:
        if not line.is_kept:
            continue
        if first.get(line.place) is line:
            while at < len(missing) and missing[at] < line.place:
                texts.append(page[missing[at]].text)
                at += 1
        texts.append(line.text)
    return texts + [page[place].text for place in missing[at:]]


def _missing(
    page: Sequence[Block], given: Sequence[_Line], kept: set[int], containers: "_Containers"
) -> list[int]:
    """Places of the sentences and headings that an extractor left out of the article."""
    held = Held(line.text for line in given)
    found: list[int] = []
    following = len(page) + _NEAR
    for place in range(len(page) - 1, -1, -1):
        block = page[place]
        if place in kept:
            following = place
        elif block.is_aside or block.is_link or block in held:
            continue
        elif block.is_prose and containers.hold(block) and not _is_apart(block):
            found.append(place)
            following = place
        elif block.is_heading and following - place <= _NEAR and min(kept) <= place:
            found.append(place)
    return found[::-1]


def _is_apart(block: Block) -> bool:
    """Whether a sentence in the article is no part of it: a credit, a note of the site."""
    if block.tag not in _FILLED or _LEGAL.search(block.text):
        return True
    names = block.element.get("class", "")
    is_caption = block.tag == "figcaption" or "caption" in names
    return _CREDIT.search(block.text) is not None if is_caption else _NOTE.search(names) is not None


class _Containers:
    """The elements that hold the sentences of an article, and others of their make."""

    def __init__(self, found: Iterable[Block | None]) -> None:
        sizes: Counter[HtmlElement] = Counter()
        for block in found:
            parent = None if block is None else block.element.getparent()
            if block is not None and parent is not None and block.is_prose:
                sizes[parent] += block.size
        self._elements = {element for element, size in sizes.items() if size >= _CONTAINED}
        self._makes = {_make(element) for element in self._elements} - {None}

    def hold(self, block: Block) -> bool:
        """Whether the block stands in one of them."""
        element = block.element.getparent()
        for _ in range(_LEVELS):
            if element is None:
                return False
            if element in self._elements or _make(element) in self._makes:
                return True
            element = element.getparent()
        return False


def _make(element: HtmlElement) -> tuple[str, ...] | None:
    """Tag and classes of an element and of the one around it; None where it has no class."""
    own = element.get("class")
    outer = element.getparent()
    if not own or outer is None:
        return None
    return (element.tag, own, outer.tag, outer.get("class", ""))


_FILLED = frozenset({"p", "blockquote", "pre", "div", "figcaption", "dd", "summary"})
#: Who took a picture, which stands with a caption or in place of one.
_CREDIT = re.compile(
    r"\b(?:photo(?:graph|s)?|image|picture|foto|bild|cr[eé]dits?|courtesy|getty|reuters|afp|"
    r"shutterstock|unsplash|pexels|istock)\b|©|credit:",
    re.IGNORECASE,
)
#: What themes call a note of the site inside an article.
_NOTE = re.compile(
    r"(?:^|[\s_-])(?:byline|author|bio|dates?|meta\w*|postmetadata|disclaimer|attribution|cta|"
    r"feedback|rating|dek|excerpt|snippet|published)(?:[\s_-]|$)",
    re.IGNORECASE,
)
#: Blocks between a heading and the line before which it stands, at most.
_NEAR = 3
#: Words of its own sentences that make an element a container of the article.
_CONTAINED = 40
#: Levels between a sentence and its container, at most.
_LEVELS = 4
