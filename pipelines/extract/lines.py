"""What an extractor's lines gain and lose when they are held against the blocks of the page."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from lxml.html import HtmlElement

from pipelines.extract import gaps
from pipelines.extract.blocks import Block, folded
from pipelines.extract.reading import Held, Said

#: Words of the shortest line that is taken for a sentence of the article.
_SENTENCE = 12
#: Words of the shortest line that is left out where it stands a second time.
_REPEATED = 15
#: Words of the longest label, such as "Photo credits".
_LABEL = 3
#: Blocks after the last one in which a part of a block is looked for.
_AHEAD = 30
#: Characters of the shortest line that may be made of several blocks, and by which the first
#: of them is found.
_LONG = 200
_START = 4
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
#: Headings of what themes put below a post.
_WIDGET = re.compile(
    r"\W*(?:(?:related|similar|recent|latest|more|other|popular|recommended) "
    r"(?:posts?|articles?|stories|reads?|blogs?)(?: .{1,20})?|"
    r"you (?:may|might) (?:also )?(?:like|enjoy)(?: .{1,20})?|"
    r"share(?: this)?(?: post| article| story)?|leave a (?:comment|reply)|post navigation|"
    r"(?:read|up) next|keep reading|ähnliche beiträge|weitere beiträge|"
    r"articles? (?:similaires|connexes|récents)|articoli correlati|post correlati|"
    r"entradas relacionadas|artículos relacionados|posts relacionados|"
    r"gerelateerde berichten)\W*",
    re.IGNORECASE,
)
#: Share of the words that may stand below such a heading.
_MOST_BELOW = 0.2
#: A day or month of a year, or the time that a reader needs, as bylines write them.
_DATE = re.compile(
    r"\b(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])\w*\.?,?\s+(?:\d{1,2}\w{0,2},?\s+)?"
    r"(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:19|20)\d\d\b|\b(?:19|20)\d\d-\d\d-\d\d\b|"
    r"^\W*\d{1,3} min(?:ute)?s?\.? read\W*$",
    re.IGNORECASE,
)


@dataclass(slots=True, kw_only=True)
class _Line:
    """A line of an extractor, and the block that it was made of, where that is known."""

    said: Said
    block: Block | None
    #: Number of the block on the page; that of the line before where it is not known.
    place: int
    is_kept: bool = True

    @property
    def text(self) -> str:
        return self.said.text

    @property
    def size(self) -> int:
        return self.said.size

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


def edited(lines: Sequence[Said], page: Sequence[Block], titles: Iterable[str]) -> list[str]:
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


def _aligned(lines: Sequence[Said], page: Sequence[Block]) -> list[_Line]:
    places: dict[str, list[int]] = {}
    for place, block in enumerate(page):
        places.setdefault(block.folded, []).append(place)
    given: list[_Line] = []
    last = -1
    for said in _parted(lines, page):
        found = _place(said.folded, places, page, last)
        place = last if found is None else found
        made_of = None if found is None else page[found]
        given.append(_Line(said=said, block=made_of, place=place))
        last = max(last, place)
    return given


def _parted(lines: Sequence[Said], page: Sequence[Block]) -> Iterator[Said]:
    """The lines, but those made of several blocks, as of a table's cell, as these blocks."""
    starts: dict[str, list[int]] = {}
    for place, block in enumerate(page):
        starts.setdefault(block.folded[:_START], []).append(place)
    for said in lines:
        is_long = len(said.folded) >= _LONG
        yield from (is_long and _parts(said.folded, page, starts)) or [said]


def _parts(whole: str, page: Sequence[Block], starts: Mapping[str, list[int]]) -> list[Said]:
    for start in starts.get(whole[:_START], ())[:_AHEAD]:
        end = start
        at = 0
        while end < len(page) and whole.startswith(page[end].folded, at):
            at += len(page[end].folded) + 1
            end += 1
        if at >= len(whole) and end - start > 1:
            return list(map(Said.as_shown, page[start:end]))
    return []


def _place(
    text: str, places: Mapping[str, list[int]], page: Sequence[Block], last: int
) -> int | None:
    """The next block that has these words, or the one near by that a line break cuts up."""
    if found := places.get(text):
        return found[min(bisect_left(found, last + 1), len(found) - 1)]
    near = range(max(last, 0), min(last + _AHEAD, len(page)))
    return next((place for place in near if text and text in page[place].folded), None)


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
            line.is_kept = line.said.folded not in seen
            seen.add(line.said.folded)


def _drop_opening(given: list[_Line], page: Sequence[Block], titles: frozenset[str]) -> None:
    """What stands before the first sentence and belongs to the head of the page."""
    standing = sum(_is_title(block, titles) for block in page)
    shown: set[int] = set()
    is_start = True
    for line in given:
        if not line.is_kept:
            continue
        if line.block is not None and line.block.folded in titles:
            # Where the page has its title once more above the text, this one is the text's own.
            shown.add(line.place)
            line.is_kept = len(shown) < standing
        elif _is_meta(line) or (is_start and line.is_link and line.points_inward):
            line.is_kept = False
        elif line.is_sentence:
            return
        else:
            is_start = False


def _is_title(block: Block, titles: frozenset[str]) -> bool:
    return not block.is_aside and not block.is_link and block.folded in titles


def _is_meta(line: _Line) -> bool:
    if line.block is None or line.size >= _SENTENCE:
        return False
    if _DATE.search(line.text):
        return True
    element: HtmlElement | None = line.block.element
    for _ in range(2):
        if element is None:
            return False
        if element.tag == "time" or _META.search(element.get("class", "")):
            return True
        element = element.getparent()
    return False


def _drop_ending(given: list[_Line]) -> None:
    """What stands after the last sentence: widgets, links, headings without a text, legal lines."""
    whole = sum(line.size for line in given if line.is_kept)
    after = 0
    for place in range(len(given) - 1, -1, -1):
        after += given[place].size if given[place].is_kept else 0
        if after > _MOST_BELOW * whole:
            break
        if _WIDGET.fullmatch(given[place].text):
            for line in given[place:]:
                line.is_kept = False
    for line in reversed(given):
        if not line.is_kept:
            continue
        if line.points_inward or line.is_heading or gaps.LEGAL.search(line.text) or _is_meta(line):
            line.is_kept = False
        else:
            return


def _filled(given: list[_Line], page: Sequence[Block]) -> list[str]:
    """The kept lines, and what stands between them on the page and is missing."""
    first = {line.place: line for line in reversed(given) if line.block is not None}
    kept = {place for place, line in first.items() if line.is_kept}
    if not kept:
        return [line.text for line in given if line.is_kept]
    missing = gaps.places(page, Held(line.said.folded for line in given), kept)
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
