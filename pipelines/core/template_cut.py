"""Takes the blocks that a site's template memory knows out of a text, and keeps them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate, groupby

from pipelines.core.copies import KeyedText
from pipelines.core.document import BlockKind, Removed
from pipelines.core.paragraphs import BREAK, Unit, beginnings, endings, keys_at_ends
from pipelines.core.template_cues import is_heading, kind_of
from pipelines.core.template_survey import LONG, NEAR, near_ends
from pipelines.core.templates import Memory

#: Titles of other posts in a row, at the end of a text, that are a list of posts.
_LIST = 3
#: Share of a text's words that goes only if its blocks tell their kind.
_MOST = 0.5
#: Parts of a title that name the site.
_TITLE_BREAKS = (" | ", " - ", " \u2013 ", " \u2014 ", " \u00b7 ", " \u00bb ", " :: ")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """What goes: from `start` to before `end`."""

    start: int
    end: int
    kind: BlockKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Titles:
    """The titles of a site's pages, as keys of paragraphs."""

    #: Those of all pages.
    all: frozenset[int] = frozenset()
    #: That of the page itself.
    own: frozenset[int] = frozenset()

    def __contains__(self, key: int) -> bool:
        """Whether a paragraph is the title of another page."""
        return key in self.all and key not in self.own


def title_keys(title: str | None) -> frozenset[int]:
    """The keys of paragraphs that are a title, with or without the name of its site."""
    if not title:
        return frozenset()
    names = {title, *(title.rpartition(mark)[0] for mark in _TITLE_BREAKS)}
    return frozenset(Unit(start=0, text=name).key for name in names if name) - {0}


def cut(read: KeyedText, memory: Memory, titles: Titles) -> tuple[str, tuple[Removed, ...]]:
    """Take out of a post's whole text what its site's memory knows.

    Args:
        read: The text, with all that was taken out before put back.
        memory: What recurs over the site.
        titles: What the site's pages are called.

    Returns:
        The text that is left, and what was taken out of it; a text of which no word would
        be left stays as it is.
    """
    found: list[_Span] = []
    if memory.may_know(read) or not titles.all.isdisjoint(read.keys):
        units = read.units
        kinds = _kinds(units, memory, titles)
        own = [unit for unit, kind in zip(units, kinds, strict=True) if kind is None and unit.key]
        found += _spans(units, kinds)
    else:
        own = read.outermost
    if not own:
        return read.text, ()
    found += _glued(own[0], own[-1], memory)
    spans = sorted(found, key=lambda span: span.start)
    return _without(read.text, _merged(spans))


def _kinds(units: Sequence[Unit], memory: Memory, titles: Titles) -> list[BlockKind | None]:
    """The kind of each paragraph that goes, and None for the post's own."""
    kinds = [_known(unit, memory) for unit in units]
    _keep_headings(units, kinds, memory)
    _add_items(units, kinds, titles)
    _add_titles(units, kinds, titles)
    _limit(units, kinds)
    for at, unit in enumerate(units):
        if kinds[at] is BlockKind.OTHER and is_heading(unit):
            near = [*kinds[at + 1 : at + 2], *kinds[max(at - 1, 0) : at]]
            kinds[at] = next(filter(None, near), BlockKind.OTHER)
    _add_wordless(units, kinds)
    return kinds


def _known(unit: Unit, memory: Memory) -> BlockKind | None:
    if not unit.key or not memory.key_of(unit):
        return None
    return kind_of(unit) or BlockKind.OTHER


def _own(units: Sequence[Unit], kinds: Sequence[BlockKind | None]) -> list[int]:
    """The words of each paragraph that are the post's own."""
    return [0 if kind else unit.length for unit, kind in zip(units, kinds, strict=True)]


def _keep_headings(units: Sequence[Unit], kinds: list[BlockKind | None], memory: Memory) -> None:
    """Leave in what is a template's near an end of a text or beside others, and is alone here."""
    near = near_ends(_own(units, kinds))
    for is_known, run in groupby(range(len(units)), key=lambda at: bool(kinds[at])):
        keys = {at: memory.key_of(units[at]) for at in run} if is_known else {}
        if keys and all(key in memory.labels | memory.parts for key in keys.values()):
            is_label = any(near[at] and key in memory.labels for at, key in keys.items())
            for at in [] if is_label else keys:
                kinds[at] = None


def _add_items(units: Sequence[Unit], kinds: list[BlockKind | None], titles: Titles) -> None:
    """Add the items of lists of posts, which vary from post to post below one heading.

    These are titles of other posts and, where few words follow down to the end of the
    text, all that follows: titles that are not known, teasers.
    """
    own = _own(units, kinds)
    whole = sum(own)
    after = [whole - before for before in accumulate(own)]
    is_list = is_end = False
    for at, unit in enumerate(units):
        if kinds[at] is BlockKind.LATEST_POSTS and unit.length < LONG:
            is_list = True
            following = units[at + 1 : at + 2]
            is_end = after[at] <= NEAR and any(
                is_heading(one) or one.key in titles for one in following
            )
        elif is_list and not kinds[at] and unit.key:
            is_list = is_end or unit.key in titles
            kinds[at] = BlockKind.LATEST_POSTS if is_list else None


def _add_titles(units: Sequence[Unit], kinds: list[BlockKind | None], titles: Titles) -> None:
    """Add titles of other posts in a row at the end of a text, a list without a heading."""
    end = len(units)
    while end and (kinds[end - 1] or not units[end - 1].key):
        end -= 1
    start = end
    while start and len(units[start - 1].words) > 1 and units[start - 1].key in titles:
        start -= 1
    if end - start >= _LIST:
        kinds[start:end] = [BlockKind.LATEST_POSTS] * (end - start)


def _limit(units: Sequence[Unit], kinds: list[BlockKind | None]) -> None:
    """Leave in what does not tell its kind, where a text is made of it for the greater part."""
    other = sum(
        unit.length for unit, kind in zip(units, kinds, strict=True) if kind is BlockKind.OTHER
    )
    if other > _MOST * sum(unit.length for unit in units):
        kinds[:] = [None if kind is BlockKind.OTHER else kind for kind in kinds]


def _add_wordless(units: Sequence[Unit], kinds: list[BlockKind | None]) -> None:
    """Add rules and ornaments that stand among blocks which go, or part them from a text."""
    own = [at for at, unit in enumerate(units) if unit.key and kinds[at] is None]
    if not own:
        return
    for side in (range(own[0]), range(own[-1] + 1, len(units))):
        kind = next((kinds[at] for at in side if kinds[at]), None)
        for at in side:
            kinds[at] = kinds[at] or kind


def _spans(units: Sequence[Unit], kinds: Sequence[BlockKind | None]) -> Iterator[_Span]:
    """The paragraphs that go, each with the break that parts it from what is left."""
    is_first = True
    for unit, kind in zip(units, kinds, strict=True):
        if kind is None:
            is_first = False
        elif is_first:
            yield _Span(start=unit.start, end=unit.end + len(BREAK), kind=kind)
        else:
            yield _Span(start=unit.start - len(BREAK), end=unit.end, kind=kind)


def _glued(first: Unit, last: Unit, memory: Memory) -> Iterator[_Span]:
    """The sentences that go at the beginning of one paragraph and at the end of another."""
    if memory.sentences.isdisjoint(keys_at_ends(first.text, last.text)):
        return
    before = _longest(beginnings(first), memory)
    after = _longest(endings(last), memory)
    if before is not None:
        rest = first.text[before.end - first.start :]
        start = first.end - len(rest.lstrip())
        yield _Span(start=before.start, end=start, kind=kind_of(before) or BlockKind.OTHER)
    if after is not None and (before is None or before.end < after.start):
        kept = len(last.text[: after.start - last.start].rstrip())
        end = last.start + kept
        yield _Span(start=end, end=last.end, kind=kind_of(after) or BlockKind.OTHER)


def _longest(said: Sequence[Unit], memory: Memory) -> Unit | None:
    return next((one for one in reversed(said) if one.key in memory.sentences), None)


def _merged(spans: Sequence[_Span]) -> list[_Span]:
    """Neighbours of one kind as one."""
    merged: list[_Span] = []
    for span in spans:
        last = merged[-1] if merged else None
        if last and last.end == span.start and last.kind is span.kind:
            merged[-1] = _Span(start=last.start, end=span.end, kind=span.kind)
        else:
            merged.append(span)
    return merged


def _without(text: str, spans: Sequence[_Span]) -> tuple[str, tuple[Removed, ...]]:
    left: list[str] = []
    removed: list[Removed] = []
    size = start = 0
    for span in spans:
        left.append(text[start : span.start])
        size += span.start - start
        removed.append(Removed(at=size, text=text[span.start : span.end], kind=span.kind))
        start = span.end
    return "".join([*left, text[start:]]), tuple(removed)
