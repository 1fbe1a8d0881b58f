"""What recurs over the posts of a site and belongs to none of them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from pipelines.core.document import Document


@dataclass(frozen=True, slots=True, kw_only=True)
class Boilerplate:
    """Takes blocks that recur over a site's posts out of their texts."""

    version: ClassVar[int] = 1

    #: Whether they are taken out of `text`.
    remove: bool = True

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Learn from all documents of a site, then take out what recurs."""
        yield from documents
