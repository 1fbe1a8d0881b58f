"""Opens DuckDB as everything here wants it: it loads nothing, and draws no bars into logs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb


def open_duckdb(
    place: str = ":memory:", more: Mapping[str, str | bool] | None = None
) -> duckdb.DuckDBPyConnection:
    """Open a database.

    Args:
        place: Its file; or in memory.
        more: Further settings.

    Raises:
        duckdb.Error: The file cannot be used.
    """
    settings: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        **(more or {}),
    }
    connection = duckdb.connect(place, config=settings)
    # On standard error, also where that is a log.
    connection.execute("SET enable_progress_bar = false")
    return connection


def asked(database: duckdb.DuckDBPyConnection, question: str, values: Sequence[object] = ()) -> Any:
    """What answers a question, as an Arrow table."""
    return database.sql(question, params=list(values)).to_arrow_table()


@contextmanager
def transaction(database: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All that happens inside is committed together, or not at all."""
    database.execute("BEGIN")
    try:
        yield
    except BaseException:
        database.execute("ROLLBACK")
        raise
    database.execute("COMMIT")
