"""What comparing asks of a cluster, so that it needs to know none."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")


class Engine(Protocol):
    """What `pipelines.engines.cluster` does."""

    def joined(self, address: str) -> AbstractContextManager[int]:
        """Be part of a cluster; how many processors it has."""

    def run(
        self, work: Callable[[Item], Result], items: Iterable[Item], *, at_once: int
    ) -> Iterator[tuple[Item, Result]]:
        """Do work on each item."""

    def shuffled(
        self,
        tables: Iterable[Any],
        read: Callable[[Any], Iterator[Any]],
        find: Callable[[Any], Iterator[Any]],
        *,
        by: str,
    ) -> Iterator[Any]:
        """Deal what is read into parts, and find something in each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The cluster that compares texts which are too many for one machine."""

    engine: Engine
    #: Where its head is.
    address: str
    #: From how many texts on.
    least: int
    #: Picklable; raises where a node would judge otherwise than the machine that asks.
    agree: Callable[[], object]
