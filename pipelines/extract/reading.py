"""The lines that an extractor gave of a page, folded once for all who hold them against it."""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import cached_property

from pipelines.extract.blocks import Block, counted

#: Words of a run.
_RUN = 4


class Held(Container[Block]):
    """Tells whether some lines hold the words of a block, however they are parted.

    Args:
        lines: Each as `folded` gives it.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        read = list(lines)
        self._lines = frozenset(read)
        self._whole = f" {' '.join(filter(None, read))} "

    def __contains__(self, block: object) -> bool:
        if not isinstance(block, Block):
            return False
        if block.folded in self._lines:
            return True
        found = block.folded.split()
        if len(found) < _RUN:
            return False
        # All of its runs, told much sooner than one by one.
        if f" {block.folded} " in self._whole:
            return True
        runs = _runs(found)
        return 2 * len(runs & self._runs) > len(runs)

    @cached_property
    def _runs(self) -> set[tuple[str, ...]]:
        return _runs(self._whole.split())


def _runs(found: list[str]) -> set[tuple[str, ...]]:
    """Every four words that follow each other."""
    return set(zip(found, found[1:], found[2:], found[3:], strict=False))


@dataclass(frozen=True, slots=True)
class Said:
    """A line of an extractor."""

    text: str
    #: The words in lower case, one space between them.
    folded: str
    #: Words.
    size: int

    @classmethod
    def of(cls, text: str) -> "Said":
        """A line that an extractor wrote."""
        return cls(text, *counted(text))

    @classmethod
    def as_shown(cls, block: Block) -> "Said":
        """A line as the page has it."""
        return cls(block.text, block.folded, block.size)
