"""The one protocol: what a step of the recipe is, and how steps are chained."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from functools import reduce
from typing import ClassVar, Protocol, TypeAlias, runtime_checkable

from pipelines.core.document import Document
from pipelines.core.reasons import Reason


@runtime_checkable
class Stage(Protocol):
    """A step of the recipe: its fields are its settings, calling it is its behaviour.

    A stage is a frozen dataclass without state of its own. It yields every document
    once, in the order in which it came: unchanged, changed, or rejected. A document
    that is rejected already passes through untouched.
    """

    version: ClassVar[int]

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Yield each of `documents` once, in order."""
        ...


class PerDocument:
    """Base of the stages that judge one document without seeing another."""

    __slots__ = ()

    def apply(self, document: Document) -> Document:
        """Return `document` as it is, changed, or rejected.

        Args:
            document: One that no earlier stage has rejected.
        """
        raise NotImplementedError

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Apply the stage to each document that is not rejected yet."""
        return map(self._guarded, documents)

    def _guarded(self, document: Document) -> Document:
        if document.rejection is not None:
            return document
        try:
            return self.apply(document)
        except Exception as error:  # noqa: BLE001 - one page's crash may not stop the run
            detail = f"{type(self).__name__}: {type(error).__name__}: {error}"
            return document.reject(Reason.STAGE_CRASHED, detail)


def flow(stages: Iterable[Stage], documents: Iterable[Document]) -> Iterator[Document]:
    """Send `documents` through all `stages`, lazily.

    The first stage gets `documents` as they are, so that it may go over them more than
    once where they allow it.
    """
    first: Iterable[Document] = documents
    return iter(reduce(lambda stream, stage: stage(stream), stages, first))


#: Sends one document through stages that need no other; it may know what comes of that.
Alone: TypeAlias = Callable[[tuple[Stage, ...], Document], Document]


def alone(stages: tuple[Stage, ...], document: Document) -> Document:
    """Send one document through stages that need no other."""
    return next(flow(stages, [document]))


def fingerprint(parts: Iterable[object], software: Iterable[str]) -> str:
    """Name what decides the content of a snapshot.

    Args:
        parts: Stages and other frozen dataclasses with a `version`; equal settings
            have an equal repr.
        software: Names and versions of the libraries whose output lands in rows.

    Returns:
        16 hexadecimal digits.
    """
    lines = [f"{part!r} version {getattr(part, 'version', 0)}" for part in parts]
    return hashlib.sha256("\n".join([*lines, *software]).encode()).hexdigest()[:16]
