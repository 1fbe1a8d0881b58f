"""The rows of a report's table: a compact index to search, and texts in chunks to open."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipelines import recipe
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.placeholders import PLACEHOLDER
from pipelines.dataset.sample import Row, sample
from pipelines.stages.privacy import Privacy
from pipelines.verbs.report_excerpt import CUT, KEPT, Piece, excerpt

#: Rows whose texts are unpacked at once.
CHUNK = 100
#: What the index says of a published post in the place of a reason.
PUBLISHED = "published"
#: Bits of the column `marks`.
_REMOVED, _REDACTED, _FLAGGED = 1, 2, 4
#: Characters of a title, and of a sentence that a flag or a rejection shows.
_MOST_TITLE = 160
_MOST_SENTENCE = 300
#: Characters of a rejected text that are looked through; no post is longer.
_MOST_TEXT = 60_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class _Names:
    """Words that occur in many rows, each written once."""

    places: dict[str, int] = field(default_factory=dict)

    def place(self, name: str) -> int:
        return self.places.setdefault(name, len(self.places))


@dataclass(slots=True)
class Index:
    """What is searched, sorted and filtered: a few short columns, one value for each row."""

    sites: _Names = field(default_factory=_Names)
    outcomes: _Names = field(default_factory=_Names)
    languages: _Names = field(default_factory=_Names)
    splits: _Names = field(default_factory=_Names)
    rows: list[tuple[int, int, int, int, str, str, int | None, int, int]] = field(
        default_factory=list
    )

    def __len__(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    def add(self, row: Row) -> None:
        """Take a row in; it is the next one of the texts, too."""
        published = row.published_at
        self.rows.append(
            (
                self.sites.place(row.site),
                self.outcomes.place(row.reason or PUBLISHED),
                self.languages.place(row.language or ""),
                self.splits.place(row.split or ""),
                (row.title or "")[:_MOST_TITLE],
                row.url,
                None if published is None else (published - _EPOCH).days,
                row.words,
                _marks(row),
            )
        )

    def columns(self) -> dict[str, Any]:
        """The columns by name, and the words that four of them number."""
        names = ("site", "outcome", "language", "split", "title", "url", "day", "words", "marks")
        columns = [list(column) for column in zip(*self.rows, strict=True)] or [[] for _ in names]
        return dict(zip(names, columns, strict=True)) | {
            "sites": list(self.sites.places),
            "outcomes": list(self.outcomes.places),
            "languages": list(self.languages.places),
            "splits": list(self.splits.places),
        }


def chunks(
    config: Config, snapshot: Path, index: Index, *, most: int
) -> Iterator[list[dict[str, Any]]]:
    """The texts of the rows, which are put into `index` on the way."""
    privacy = next(
        stage for stage in recipe.configured(config).per_site if isinstance(stage, Privacy)
    )
    chunk: list[dict[str, Any]] = []
    for row in sample(
        snapshot,
        config.corpus,
        most=most,
        redact=lambda document: privacy.apply(_shortened(document)),
    ):
        index.add(row)
        chunk.append(_told(row))
        if len(chunk) == CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _shortened(document: Document) -> Document:
    """The document without the end of an endless text."""
    return replace(
        document,
        text=document.text[:_MOST_TEXT],
        removed=tuple(block for block in document.removed if block.at <= _MOST_TEXT),
    )


def _marks(row: Row) -> int:
    marks = _REMOVED if row.removed else 0
    if row.text and PLACEHOLDER.search(row.text):
        marks |= _REDACTED
    return marks | (_FLAGGED if row.flags else 0)


def _told(row: Row) -> dict[str, Any]:
    """What the page shows of a row when it is opened; what is not known is left out."""
    told: dict[str, Any] = {
        "text": [_piece(piece) for piece in excerpt(row.text or "", row.removed)],
        "length": len(row.text or ""),
        "author": row.author,
        "fetched": f"{row.fetched_at:%Y-%m-%d %H:%M} UTC",
        "permission": row.permission,
        "license": row.license,
        "source": f"{row.source[0]}, byte {row.source[1]}",
        "detail": row.detail[:_MOST_SENTENCE],
        "kept": row.kept_url,
        "score": row.score,
        "flags": [[kind, sentence[:_MOST_SENTENCE]] for kind, sentence in row.flags],
    }
    return {name: value for name, value in told.items() if value not in (None, "", [])}


def _piece(piece: Piece) -> str | int | list[str | int]:
    """Kept words as they are, what is cut as a number; of a removed block with its kind."""
    if piece.kind == KEPT:
        return piece.text
    if piece.kind == CUT:
        return piece.characters
    return [piece.kind.removesuffix(f" {CUT}"), piece.text or piece.characters]
