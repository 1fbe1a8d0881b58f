"""What a text tells of people: redacted, counted, flagged."""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from typing import ClassVar

from pipelines.core.contacts import contacts
from pipelines.core.document import Document, Flag, FlagKind, Redactions, Removed
from pipelines.core.errors import ConfigError
from pipelines.core.flags import flags, signatures
from pipelines.core.placeholders import PLACEHOLDERS
from pipelines.core.reasons import Reason
from pipelines.core.stage import PerDocument

_KINDS = tuple(item.name for item in fields(Redactions))
_REASONS = {
    FlagKind.CASE_MATERIAL: Reason.PRIVACY_CASE_MATERIAL,
    FlagKind.TESTIMONIAL: Reason.PRIVACY_TESTIMONIAL,
    FlagKind.CRISIS: Reason.PRIVACY_CRISIS,
}
#: Characters of the sentence that a rejection shows.
_MOST_DETAIL = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Privacy(PerDocument):
    """Redacts what identifies people, and flags what tells of clients.

    Numbers of crisis lines stay. What is redacted is redacted in the title and in the
    blocks that were taken out as well.
    """

    version: ClassVar[int] = 4

    #: Flags whose documents are not published.
    leave_out: tuple[str, ...] = ("case_material", "testimonial")
    #: What is redacted, by the fields of `Redactions`.
    redact: tuple[str, ...] = _KINDS

    def __post_init__(self) -> None:
        """Refuse words that mean nothing here.

        Raises:
            ConfigError: A flag or a kind is unknown.
        """
        _check("leave_out", self.leave_out, tuple(_REASONS))
        _check("redact", self.redact, _KINDS)

    def apply(self, document: Document) -> Document:
        """Redact and flag one document."""
        found = flags(document.text)
        names = any(flag.kind is FlagKind.TESTIMONIAL for flag in found)
        text, edits = self._redacted(document.text, document, names=names)
        removed = tuple(
            replace(
                block,
                at=_moved(block.at, edits),
                text=self._redacted(block.text, document, names=names)[0],
            )
            for block in document.removed
        )
        title = document.title and self._redacted(document.title, document, names=False)[0]
        document = replace(
            document,
            title=title,
            text=text,
            removed=removed,
            word_count=len(text.split()),
            redactions=_counted(text, removed),
            flags=tuple(self._told(flag, document) for flag in found),
        )
        return self._judged(document)

    def _redacted(
        self, text: str, document: Document, *, names: bool
    ) -> tuple[str, list[tuple[int, int, int]]]:
        """A text with placeholders, and where it was changed: start, end, longer by."""
        found = contacts(text, document.site, document.language)
        spans = [(one.start, one.end, one.kind) for one in found if one.kind in self.redact]
        if names and "name" in self.redact:
            spans += [(start, end, "name") for start, end in signatures(text)]
        parts: list[str] = []
        edits: list[tuple[int, int, int]] = []
        at = 0
        for start, end, kind in sorted(spans):
            if start < at:
                continue
            parts += [text[at:start], PLACEHOLDERS[kind]]
            edits.append((start, end, len(PLACEHOLDERS[kind]) - (end - start)))
            at = end
        return "".join([*parts, text[at:]]), edits

    def _told(self, flag: Flag, document: Document) -> Flag:
        return replace(flag, sentence=self._redacted(flag.sentence, document, names=False)[0])

    def _judged(self, document: Document) -> Document:
        for flag in document.flags:
            if flag.kind.value in self.leave_out:
                return document.reject(_REASONS[flag.kind], flag.sentence[:_MOST_DETAIL])
        return document


def _check(name: str, given: Iterable[str], known: Iterable[str]) -> None:
    if unknown := sorted(set(given) - set(known)):
        message = f"privacy.{name}: {unknown[0]!r} is not known; there are: {', '.join(known)}."
        raise ConfigError(message)


def _moved(at: int, edits: Iterable[tuple[int, int, int]]) -> int:
    """Where an offset lies after the edits before it."""
    moved = at
    for start, end, longer in edits:
        if end <= at:
            moved += longer
        elif start < at:
            moved += end + longer - at
    return moved


def _counted(text: str, removed: Iterable[Removed]) -> Redactions:
    whole = [text, *(block.text for block in removed)]
    counts = {kind: sum(part.count(PLACEHOLDERS[kind]) for part in whole) for kind in PLACEHOLDERS}
    return Redactions(**counts)
