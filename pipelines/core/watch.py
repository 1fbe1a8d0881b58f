"""How long work tells that it advances, without knowing who looks on."""

from typing import Protocol


class Watch(Protocol):
    """Somebody who looks on: a progress bar, a log, or nobody."""

    def begin(self, label: str, total: int | None) -> None:
        """A piece of work starts; `total` steps where that is known."""
        ...

    def advance(self, done: int, total: int | None, note: str) -> None:
        """So many steps are done, of so many known by now; `note` adds counts."""
        ...

    def end(self) -> None:
        """The piece of work is over."""
        ...
