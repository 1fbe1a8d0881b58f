"""How two versions of a text differ, word by word, in time that grows with their length."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum, auto
from itertools import groupby, pairwise

#: Between which characters a text is parted, coarsely first: paragraphs, sentences, words.
_LEVELS = (
    re.compile(r"(?<=\n)(?!\n)"),
    re.compile(r"(?<=[.!?]\s)(?=\S)"),
    re.compile(r"(?<=\s)(?=\S)"),
)
#: Pairs of parts that are compared each with each; difflib needs a millisecond for 10,000.
_MOST_PAIRS = 40_000
#: Parts in a row by which the places of longer lists are told apart: first one, then four.
_ROWS = (1, 4)


class Change(Enum):
    """What became of a piece of a text."""

    SAME = auto()
    REMOVED = auto()
    ADDED = auto()


@dataclass(frozen=True, slots=True)
class Piece:
    """Words in a row that share their fate."""

    change: Change
    text: str


def difference(before: str, after: str) -> list[Piece]:
    r"""The pieces of two versions of a text, in reading order.

    The pieces that are not removed make up `after`. What stands between words is not
    compared. Texts with many equal parts may come out as more changed than they are.

    >>> [(piece.change.name, piece.text) for piece in difference("Call 5 now.", "Call me now.")]
    [('SAME', 'Call '), ('REMOVED', '5 '), ('ADDED', 'me '), ('SAME', 'now.')]
    """
    return list(_merged(piece for piece in _compared(before, after, 0) if piece.text))


def _merged(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """The pieces with neighbours joined; of changes in a row, what was removed comes first."""
    for is_same, run in groupby(pieces, key=lambda piece: piece.change is Change.SAME):
        texts = dict.fromkeys(Change, "")
        for change, found in groupby(sorted(run, key=_order), key=lambda piece: piece.change):
            texts[change] = "".join(piece.text for piece in found)
        wanted = [Change.SAME] if is_same else [Change.REMOVED, Change.ADDED]
        yield from (Piece(change, texts[change]) for change in wanted if texts[change])


def _order(piece: Piece) -> int:
    return int(piece.change.value)


def _compared(before: str, after: str, level: int) -> Iterator[Piece]:
    if before.split() == after.split():
        yield Piece(Change.SAME, after)
        return
    olds, news = _LEVELS[level].split(before), _LEVELS[level].split(after)
    i = j = 0
    for k, m, size in [*_matches(_keys(olds), _keys(news)), (len(olds), len(news), 0)]:
        old, new = "".join(olds[i:k]), "".join(news[j:m])
        if old and new and level + 1 < len(_LEVELS):
            yield from _compared(old, new, level + 1)
        else:
            yield Piece(Change.REMOVED, old if old.strip() else "")
            yield Piece(Change.ADDED if new.strip() else Change.SAME, new)
        i, j = k + size, m + size
        yield Piece(Change.SAME, "".join(news[m:j]))


def _keys(parts: Sequence[str]) -> list[str]:
    """The parts by their words alone."""
    return [" ".join(part.split()) for part in parts]


def _matches(
    a: list[str], b: list[str], rows: Sequence[int] = _ROWS
) -> Iterator[tuple[int, int, int]]:
    """Where stretches of both begin that are the same, and how long they are, in order."""
    if len(a) * len(b) <= _MOST_PAIRS or not rows:
        yield from _between(a, b)
        return
    anchors = _anchors(a, b, rows[0])
    for (i, j), (k, m) in pairwise([(-1, -1), *anchors, (len(a), len(b))]):
        if i >= 0:
            yield i, j, 1
        for one, other, size in _matches(a[i + 1 : k], b[j + 1 : m], rows[1:]):
            yield i + 1 + one, j + 1 + other, size


def _anchors(a: list[str], b: list[str], row: int) -> list[tuple[int, int]]:
    """Places where rows of parts begin that stand once in each, the most in the same order.

    That is how patience sorting finds a longest increasing subsequence.
    """
    once = _places_of_single(b, row)
    pairs = [(i, once[key]) for key, i in _places_of_single(a, row).items() if key in once]
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = []
    for number, (_, j) in enumerate(pairs):
        pile = bisect_left(tops, j)
        below.append(piles[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [j]
        piles[pile : pile + 1] = [number]
    chain: list[tuple[int, int]] = []
    number = piles[-1] if piles else -1
    while number >= 0:
        chain.append(pairs[number])
        number = below[number]
    return chain[::-1]


def _places_of_single(parts: list[str], row: int) -> dict[tuple[str, ...], int]:
    rows = list(zip(*(parts[start:] for start in range(row)), strict=False))
    counts = Counter(rows)
    return {key: place for place, key in enumerate(rows) if counts[key] == 1}


def _between(a: list[str], b: list[str]) -> Iterator[tuple[int, int, int]]:
    """Same stretches of two short lists; of long ones only how they begin and end."""
    shorter = min(len(a), len(b))
    head = next((n for n in range(shorter) if a[n] != b[n]), shorter)
    yield 0, 0, head
    rest = shorter - head
    tail = next((n for n in range(rest) if a[-1 - n] != b[-1 - n]), rest)
    one, other = a[head : len(a) - tail], b[head : len(b) - tail]
    if one and other and len(one) * len(other) <= _MOST_PAIRS:
        for i, j, size in SequenceMatcher(None, one, other, autojunk=False).get_matching_blocks():
            yield head + i, head + j, size
    yield len(a) - tail, len(b) - tail, tail
