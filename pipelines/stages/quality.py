"""Whether a text is fit to be published."""

from dataclasses import dataclass
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.reasons import Reason
from pipelines.core.stage import PerDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(PerDocument):
    """Rejects what is too short to be a post."""

    version: ClassVar[int] = 1

    #: Fewest words of a text that is kept.
    min_words: int = 50

    def apply(self, document: Document) -> Document:
        """Judge one document."""
        if document.word_count >= self.min_words:
            return document
        detail = f"{document.word_count} words, fewer than {self.min_words}"
        return document.reject(Reason.QUALITY_TOO_SHORT, detail)
