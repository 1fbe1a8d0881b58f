"""Opens DuckDB as everything here wants it: it loads nothing, and draws no bars into logs."""

from collections.abc import Mapping

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
