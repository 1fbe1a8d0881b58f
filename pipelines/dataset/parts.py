"""Writes one table of a snapshot as Parquet parts whose bounds and bytes depend on rows alone."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from pipelines.core.document import Document
from pipelines.core.urls import site_hash
from pipelines.dataset.durable import sync
from pipelines.dataset.manifest import File
from pipelines.dataset.schema import DATA, arrow_schema, rows
from pipelines.dataset.table import Table

#: Until there are splits, all posts are in one that readers take for granted.
SPLIT = "train"

#: Parts are never edited, and hard links of one file serve several snapshots.
_READ_ONLY = 0o444
#: The order of rows; a table without one of these columns shows the order before it.
_SORTED_BY = ("site", "published_at", "id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sizes:
    """Where row groups and parts end; settings for tests, since they decide the bytes."""

    #: Rows of a row group, at most: what a reader skips or reads as a whole.
    group_rows: int = 10_000
    #: Characters of text after which a row group ends early, so that memory stays flat.
    group_characters: int = 64 * 1024 * 1024
    #: Rows after which a part may end, if the hash of the last site says so. Bounds that
    #: depend on content find themselves again behind a change, as in rsync and in FastCDC
    #: (Xia et al. 2016), so the parts behind a changed site keep their bytes.
    part_rows: int = 20_000
    #: Rows after which a part ends at the end of the site, whatever the hash says.
    part_rows_at_most: int = 100_000
    #: One site in so many may end a part.
    one_site_in: int = 4


class Parts:
    """The parts of one table, written in order, one row group in memory.

    Args:
        folder: The folder of the table; made here.
        table: Which one.
        recipe: Fingerprint for each row.
        sizes: Where row groups and parts end.
        known: Files of the current snapshot by digest; a part that is equal to one
            becomes a hard link to it.
    """

    def __init__(
        self, folder: Path, table: Table, *, recipe: str, sizes: Sizes, known: Mapping[str, Path]
    ) -> None:
        folder.mkdir()
        self.files: list[File] = []
        self._folder = folder
        self._table = table
        self._recipe = recipe
        self._sizes = sizes
        self._known = known
        self._group: list[Document] = []
        self._characters = 0
        self._written = 0
        self._writer: Any = None

    @property
    def _unfinished(self) -> Path:
        return self._folder / "unfinished"

    def add(self, site: str, documents: Sequence[Document]) -> None:
        """Write all documents of one site, which are sorted."""
        for document in documents:
            self._group.append(document)
            self._characters += len(document.text) + len(document.normalized_text)
            full = len(self._group) >= self._sizes.group_rows
            if full or self._characters >= self._sizes.group_characters:
                self._end_group()
        count = self._written + len(self._group)
        may_end = count >= self._sizes.part_rows
        chosen = int(site_hash(site), 16) % self._sizes.one_site_in == 0
        if (may_end and chosen) or count >= self._sizes.part_rows_at_most:
            self._end_part()

    def close(self) -> tuple[File, ...]:
        """Write what is left and tell the files; there is at least one, if an empty one."""
        if self._group or self._writer is not None or not self.files:
            self._end_part()
        return tuple(self.files)

    def _open(self) -> Any:
        if self._writer is None:
            schema = arrow_schema(self._table)
            shown = takewhile(schema.names.__contains__, _SORTED_BY)
            keys: list[Any] = [(name, "ascending") for name in shown]
            self._writer = pq.ParquetWriter(
                self._unfinished,
                schema,
                compression="zstd",
                compression_level=3,
                use_dictionary=True,
                write_statistics=True,
                sorting_columns=pq.SortingColumn.from_ordering(schema, keys, "at_end"),
            )
        return self._writer

    def _end_group(self) -> None:
        table = rows(self._table, self._group, self._recipe)
        self._open().write_table(table, row_group_size=self._sizes.group_rows)
        self._written += len(self._group)
        self._group = []
        self._characters = 0

    def _end_part(self) -> None:
        if self._group:
            self._end_group()
        self._open().close()
        self.files.append(self._keep(self._unfinished))
        self._writer = None
        self._written = 0

    def _keep(self, written: Path) -> File:
        """Give a part its lasting name, or link the same part of the current snapshot."""
        with written.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        size = written.stat().st_size
        prefix = SPLIT if self._table is DATA else "part"
        path = self._folder / f"{prefix}-{digest[:16]}.parquet"
        if not _linked(self._known.get(digest), path, size):
            written.chmod(_READ_ONLY)
            sync(written)
            written.rename(path)
        written.unlink(missing_ok=True)
        return File(
            name=f"{self._table.name}/{path.name}",
            table=self._table.name,
            rows=self._written,
            bytes=size,
            sha256=digest,
        )


def _linked(known: Path | None, path: Path, size: int) -> bool:
    """Whether `path` is now a hard link to the file that is known."""
    if known is None:
        return False
    try:
        if known.stat().st_size != size:
            return False
        path.hardlink_to(known)
    except OSError:  # The file system has no (more) links, or the file is gone.
        return False
    return True
