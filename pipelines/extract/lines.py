"""What an extractor's lines gain and lose when they are held against the blocks of the page."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from lxml.html import HtmlElement

from pipelines.extract.blocks import Block, folded, words

#: Words of the shortest line that is taken for a sentence of the article.
_SENTENCE = 12
#: Words of the shortest line that is left out where it stands a second time.
_REPEATED = 8
#: Words of the longest label, such as "Photo credits".
_LABEL = 3
#: Asides with more than this share of the words are the article itself.
_MOST_ASIDE = 0.3
_META = re.compile(
    r"(?:^|[\s_-])(?:byline|author|dates?|posted|post-?info|meta|published|timestamp|"
    r"breadcrumbs?|categor(?:y|ies)|read(?:ing)?-?time|tags?|kicker|eyebrow)(?:[\s_-]|$)",
    re.IGNORECASE,
)
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
    _drop_opening(given, frozenset(map(folded, titles)))
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
        # A title that the body repeats stands there as a sentence, not as a heading.
        place = found[min(after, len(found) - 1)] if found else last
        block = page[place] if found else None
        given.append(_Line(text=text, size=len(words(text)), block=block, place=place))
        last = max(last, place)
    return given


def _drop_asides(given: list[_Line]) -> None:
    asides = [line for line in given if line.block is not None and line.block.is_aside]
    if sum(line.size for line in asides) <= _MOST_ASIDE * sum(line.size for line in given):
        for line in asides:
            line.is_kept = False


def _drop_links(given: list[_Line]) -> None:
    """Paragraphs that are a link point to other posts: "Related: …", "Read more: …"."""
    for line in given:
        block = line.block
        if block is not None and line.is_link and block.tag in {"p", "div"} and block.size > _LABEL:
            line.is_kept = False


def _drop_repeated(given: list[_Line]) -> None:
    seen: set[str] = set()
    for line in given:
        if line.is_kept and line.size >= _REPEATED:
            key = folded(line.text)
            line.is_kept = key not in seen
            seen.add(key)


def _drop_opening(given: list[_Line], titles: frozenset[str]) -> None:
    """What stands before the first sentence and belongs to the head of the page."""
    for line in given:
        if not line.is_kept:
            continue
        if (line.is_heading and folded(line.text) in titles) or _is_meta(line):
            line.is_kept = False
        elif line.is_sentence:
            return


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
        if line.is_link or line.is_heading or _LEGAL.search(line.text) or _is_meta(line):
            line.is_kept = False
        else:
            return


def _filled(given: list[_Line], page: Sequence[Block]) -> list[str]:
    """The kept lines, with headings that stand before one of them on the page."""
    have = {folded(line.text) for line in given}
    first = {line.place: line for line in reversed(given) if line.block is not None}
    places = sorted(first)
    missing: dict[int, list[str]] = {}
    for place in range(places[0], places[-1]) if places else ():
        block = page[place]
        if place in first or not block.is_heading or block.is_aside or block.is_link:
            continue
        after = bisect_left(places, place)
        near = places[after] if after < len(places) else len(page)
        if near - place <= _NEAR and first[near].is_kept and block.folded not in have:
            missing.setdefault(near, []).append(block.text)
    texts: list[str] = []
    for line in given:
        if line.is_kept:
            texts += missing.pop(line.place, []) if first.get(line.place) is line else []
            texts.append(line.text)
    return texts


#: Blocks between a heading and the line before which it stands, at most.
_NEAR = 3
