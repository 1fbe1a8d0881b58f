"""What a text tells of people: redacted, counted, flagged."""

from dataclasses import dataclass
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.stage import PerDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy(PerDocument):
    """Redacts what identifies people, and flags what tells of clients."""

    version: ClassVar[int] = 1

    #: Flags whose documents are not published.
    leave_out: tuple[str, ...] = ("case_material", "testimonial")

    def apply(self, document: Document) -> Document:
        """Redact and flag one document."""
        return document
