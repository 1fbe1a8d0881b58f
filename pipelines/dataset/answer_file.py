"""Writes what a question gave as one Parquet file, a batch in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pipelines.core.errors import ConfigError
from pipelines.dataset.interrupt import interruptible
from pipelines.dataset.query import Connection, telling, unique
from pipelines.dataset.reading import checked

#: Rows that are in memory at once, which become a row group.
_BATCH = 10_000


def write_parquet(connection: Connection, sql: str, path: Path) -> int:
    """Write what a question gives.

    Args:
        connection: As `query.connect` opens it.
        sql: One SELECT.
        path: The file; what was there is replaced.

    Returns:
        How many rows there are.

    Raises:
        ConfigError: The question is wrong, or gives what Parquet cannot hold.
        SnapshotError: The snapshot's files cannot be read.
        OSError: The disk does not take it.
    """
    try:
        with telling(connection), connection.cursor() as cursor:
            relation = cursor.sql(checked(cursor, sql))
            names = unique(relation.columns)
            hugeint = {
                name
                for name, kind in zip(names, relation.types, strict=True)
                if str(kind) in {"HUGEINT", "UHUGEINT"}
            }
            reader = interruptible(cursor, lambda: relation.to_arrow_reader(_BATCH))
            return _written(_batches(cursor, reader), reader.schema, names, hugeint, path)
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        first = next(iter(str(error).splitlines()), "")
        message = f"Parquet cannot hold a column ({first}); cast it in the query, as in x::VARCHAR."
        raise ConfigError(message) from error


def _written(
    batches: Iterator[Any], given: Any, names: tuple[str, ...], hugeint: set[str], path: Path
) -> int:
    # A sum of integers is wider than any column of Parquet; nearly always it fits into 64 bits.
    fields = [
        field.with_name(name).with_type(pa.int64()) if name in hugeint else field.with_name(name)
        for name, field in zip(names, given, strict=True)
    ]
    schema = pa.schema(fields)
    count = 0
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches:
            columns = [
                column if column.type == field.type else pc.cast(column, field.type)
                for column, field in zip(batch.columns, schema, strict=True)
            ]
            writer.write_batch(pa.RecordBatch.from_arrays(columns, schema=schema))
            count += batch.num_rows
    return count


def _batches(cursor: Connection, reader: Any) -> Iterator[Any]:
    """The batches of a reader, whose errors are those of DuckDB once more."""
    while True:
        try:
            batch = interruptible(cursor, reader.read_next_batch)
        except StopIteration:
            return
        except (OSError, pa.ArrowException) as error:
            kind = duckdb.IOException if str(error).startswith("IO Error") else duckdb.Error
            raise kind(str(error)) from error
        yield batch
