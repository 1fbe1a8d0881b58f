"""The versions of a page: which capture stood for it when, and what changed between two."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from rapidfuzz.distance import Indel

from pipelines.core.document import Document


class Ending(StrEnum):
    """What ended a version."""

    EDITED = "edited"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """A time in which a page counted as deleted."""

    since: datetime
    #: None where it still does.
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A time in which one capture stood for a page."""

    #: Which capture, the earliest being 0.
    capture: int
    start: datetime
    #: None where it still does.
    end: datetime | None
    ended_by: Ending | None


def spans(captured: Sequence[datetime], absences: Sequence[Absence]) -> list[Span]:
    """When which capture stood for a page, in order.

    Args:
        captured: When each capture was made, the earliest first.
        absences: When the page was not there, the earliest first.
    """
    found: list[Span] = []
    for number, start in enumerate(captured):
        later = captured[number + 1] if number + 1 < len(captured) else None
        ended_by = None if later is None else Ending.EDITED
        found += _less(Span(capture=number, start=start, end=later, ended_by=ended_by), absences)
    return found


def _less(span: Span, absences: Sequence[Absence]) -> Iterator[Span]:
    """What is left of a span outside of the absences."""
    for absence in absences:
        if span.end is not None and absence.since >= span.end:
            break
        if absence.until is not None and absence.until <= span.start:
            continue
        if absence.since > span.start:
            yield replace(span, end=absence.since, ended_by=Ending.DELETED)
        if absence.until is None or (span.end is not None and absence.until >= span.end):
            return
        span = replace(span, start=absence.until)
    yield span


def versions(told: Sequence[tuple[Span, Document]]) -> Iterator[Document]:
    """The versions of a post, of which one follows the other.

    Captures that follow one another and say the same are one version. What a stage has
    turned down is none.

    Args:
        told: The spans of its captures in order, each with the document of its capture.

    Yields:
        The documents with the times of their versions; only one without an end is present.
    """
    runs: list[tuple[Span, Document]] = []
    for span, document in told:
        if document.rejection is not None:
            continue
        if runs and runs[-1][0].end == span.start and _says(runs[-1][1]) == _says(document):
            start = runs[-1][0].start
            runs[-1] = replace(span, start=start), document
        else:
            runs.append((span, document))
    before: Document | None = None
    for span, document in runs:
        yield replace(
            document,
            valid_from=span.start,
            valid_to=span.end,
            ended_by=span.ended_by,
            edit_words=None if before is None else edit_words(before.text, document.text),
        )
        before = document


def _says(document: Document) -> tuple[str | None, str]:
    return document.title, document.text


def edit_words(before: str, after: str) -> int:
    """How many words an edit takes out and puts in, at the least.

    >>> edit_words("we sleep and then we rest", "we sleep, and we rest well")
    4
    """
    return int(Indel.distance(before.split(), after.split()))


def inherit(former: Document, present: Document) -> Document:
    """A former version with what only the present one tells: when it was published, by whom."""
    if former.published_at is None:
        former = replace(
            former,
            published_at=present.published_at,
            published_from=present.published_from,
            published_precision=present.published_precision,
            published_offset=present.published_offset,
        )
    if former.author is None:
        former = replace(former, author=present.author, author_from=present.author_from)
    return former
