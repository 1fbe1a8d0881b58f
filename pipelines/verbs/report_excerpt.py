"""Cuts a text down to what was changed in it and how it begins, so that a report stays small."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from pipelines.core.document import Removed
from pipelines.core.placeholders import PLACEHOLDER

#: Characters that are shown of the beginning, of the end, and around a change.
_BEGINNING = 420
_END = 100
_AROUND = 110
#: Characters of a block that was taken out: its beginning and its end.
_BLOCK = (220, 80)
#: A gap that is not worth being cut out.
_LEAST_GAP = 60
#: How far a window may grow so that it ends between words.
_NEAR = 20
#: Changes that are shown of one text.
_MOST_CHANGES = 12

#: The kind of a piece that stands for characters which are not shown.
CUT = "cut"
#: The kind of a piece of the text itself; every other kind is that of a removed block.
KEPT = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some characters of a text that share their fate."""

    kind: str
    text: str
    #: How many characters it stands for, where its kind is CUT.
    characters: int = 0


def excerpt(text: str, removed: Sequence[Removed]) -> list[Piece]:
    """The text around its changes, with blocks that were taken out in their places.

    The pieces that are KEPT or CUT make up the text as it is now; with the others, it is
    the text as it was extracted.
    """
    windows = _windows(text, removed)
    pieces: list[Piece] = []
    blocks = list(removed)
    at = 0
    for start, end in windows:
        pieces += _cut(start - at)
        at = start
        while blocks and blocks[0].at <= end:
            block = blocks.pop(0)
            place = max(at, block.at)
            pieces += [Piece(KEPT, text[at:place]), *_block(block)]
            at = place
        pieces.append(Piece(KEPT, text[at:end]))
        at = end
    pieces += _cut(len(text) - at)
    return [piece for piece in pieces if piece.text or piece.characters]


def _cut(characters: int) -> list[Piece]:
    return [Piece(CUT, "", characters)] if characters else []


def _block(block: Removed) -> Iterator[Piece]:
    first, last = _BLOCK
    left_out = len(block.text) - first - last
    if left_out < _LEAST_GAP:
        yield Piece(block.kind, block.text)
        return
    yield Piece(block.kind, block.text[:first])
    yield Piece(f"{block.kind} {CUT}", "", left_out)
    yield Piece(block.kind, block.text[-last:])


def _windows(text: str, removed: Iterable[Removed]) -> list[tuple[int, int]]:
    """The stretches that are shown, in order, ending between words."""
    changes = [(block.at, block.at) for block in removed]
    changes += islice((found.span() for found in PLACEHOLDER.finditer(text)), _MOST_CHANGES)
    around = [(start - _AROUND, end + _AROUND) for start, end in changes]
    wanted = [(0, _BEGINNING), (len(text) - _END, len(text)), *around]
    windows: list[tuple[int, int]] = []
    for start, end in sorted((max(start, 0), min(end, len(text))) for start, end in wanted):
        if windows and start - windows[-1][1] < _LEAST_GAP:
            windows[-1] = (windows[-1][0], max(end, windows[-1][1]))
        else:
            windows.append((_word_start(text, start), end))
    return [(start, _word_end(text, end)) for start, end in windows]


def _word_start(text: str, at: int) -> int:
    """Where the word begins in which `at` lies, if that is near."""
    near = max(at - _NEAR, 0)
    return max(text.rfind(" ", near, at), text.rfind("\n", near, at)) + 1 or at


def _word_end(text: str, at: int) -> int:
    """Where the word ends in which `at` lies, if that is near."""
    ends = (text.find(sign, at, at + _NEAR) for sign in " \n")
    return min((end for end in ends if end >= 0), default=at)
