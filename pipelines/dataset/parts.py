"""Writes one Parquet file of a snapshot, whose bytes depend on its rows alone."""

import hashlib
from collections.abc import Iterable, Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.core.errors import SnapshotError
from pipelines.dataset.durable import sync
from pipelines.dataset.manifest import File
from pipelines.dataset.plan import Sizes
from pipelines.dataset.schema import arrow_schema
from pipelines.dataset.table import Table

#: Parts are never edited, and hard links of one file serve several snapshots.
_READ_ONLY = 0o444
#: The order of rows, by columns of the stored documents.
ORDER = ("site", "published_at", "id", "url", "fetched_at", "valid_from")
#: What a file tells of that; a table without one of these columns shows the order before it.
_SORTED_BY = ("site", "published_at", "id")


def write(
    folder: Path, prefix: str, table: Table, sites: Iterable[Any], sizes: Sizes
) -> tuple[File, Path]:
    """Write a part.

    Args:
        folder: Where; it is there.
        prefix: The beginning of the part's name.
        table: Which table it is a part of.
        sites: The rows of some sites after those of others as Arrow tables, in order.
        sizes: Where row groups end.

    Returns:
        Its entry in the manifest, and where it lies.
    """
    unfinished = folder / "unfinished"
    schema = arrow_schema(table)
    shown = takewhile(schema.names.__contains__, _SORTED_BY)
    keys: list[Any] = [(name, "ascending") for name in shown]
    count = 0
    with pq.ParquetWriter(
        unfinished,
        schema,
        compression="zstd",
        compression_level=3,
        use_dictionary=True,
        write_statistics=True,
        sorting_columns=pq.SortingColumn.from_ordering(schema, keys, "at_end"),
    ) as writer:
        for group in _groups(sites, sizes):
            writer.write_table(group, row_group_size=sizes.group_rows)
            count += len(group)
    # Arrow keeps what it has freed, some more with each part.
    pa.default_memory_pool().release_unused()
    return _kept(unfinished, prefix, table, count)


def _groups(sites: Iterable[Any], sizes: Sizes) -> Iterator[Any]:
    """The rows in pieces that become row groups."""
    waiting: list[Any] = []
    rows = size = 0
    for site in sites:
        waiting.append(site)
        rows += len(site)
        size += site.nbytes
        if rows >= sizes.group_rows or size >= sizes.group_bytes:
            yield pa.concat_tables(waiting).combine_chunks()
            waiting, rows, size = [], 0, 0
    if waiting:
        yield pa.concat_tables(waiting).combine_chunks()


def _kept(unfinished: Path, prefix: str, table: Table, rows: int) -> tuple[File, Path]:
    """Give a part its lasting name."""
    with unfinished.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = unfinished.stat().st_size
    path = unfinished.with_name(f"{prefix}-{digest[:16]}.parquet")
    unfinished.chmod(_READ_ONLY)
    sync(unfinished)
    unfinished.replace(path)
    name = f"{table.name}/{path.name}"
    return File(name=name, table=table.name, rows=rows, bytes=size, sha256=digest), path


def shaped(table: Table, columns: dict[str, Any]) -> Any:
    """Columns by name as rows of a table's schema.

    Raises:
        SnapshotError: A column that may not has a missing value.
    """
    schema = arrow_schema(table)
    arrays = [columns[field.name] for field in schema]
    for field, array in zip(schema, arrays, strict=True):
        if not field.nullable and array.null_count:
            message = (
                f"the column {field.name} of {table.name} has missing values; this is a fault of "
                "the program, so please report it."
            )
            raise SnapshotError(message)
    return pa.Table.from_arrays(arrays, schema=schema)


def order(columns: dict[str, Any]) -> Any:
    """The places of rows in their lasting order; a missing date comes last."""
    table = pa.table({name: columns[name] for name in ORDER})
    return pc.sort_indices(table, sort_keys=[(name, "ascending", "at_end") for name in ORDER])


def linked(known: Path | None, path: Path, size: int) -> bool:
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
