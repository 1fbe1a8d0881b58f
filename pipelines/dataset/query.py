"""SQL over one snapshot, which it can read and nothing else; the only home of duckdb."""

import os
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset.manifest import manifest_of
from pipelines.dataset.schema import DATA, DUPLICATES, REJECTED, TABLES

#: What was taken out of the posts of each site, and out of how many of them.
_TEMPLATES = f"""
CREATE VIEW templates AS
SELECT site, block.kind AS kind, trim(block.text, chr(10)) AS text, count(DISTINCT id) AS posts
FROM (SELECT site, id, unnest(removed) AS block FROM {DATA.view})
GROUP BY ALL
"""  # noqa: S608 - ours

#: Rows that are fetched at once.
_BATCH = 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question gave."""

    columns: tuple[str, ...]
    #: Read while they are asked for; may raise ConfigError as `run` does.
    rows: Iterator[tuple[Any, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Where a document stands in a snapshot."""

    #: View that holds it: "documents", "duplicates" or "rejected".
    table: str
    id: str
    url: str
    title: str | None
    word_count: int
    #: Why it is not published; None where it is.
    reason: str | None
    #: The evidence for that; for a copy, why the other one is kept.
    detail: str | None
    #: Of a copy: the document that is kept, and how alike they are, 0 to 1.
    kept_url: str | None
    score: float | None


def connect(snapshot: Path) -> duckdb.DuckDBPyConnection:
    """Open a database in memory with the views documents, duplicates, rejected and templates.

    Beyond the files of the snapshot, and a folder for what does not fit into memory, it
    has no access to the disk or the network. Times are told in UTC.

    Raises:
        SnapshotError: The snapshot's files cannot be read.
    """
    files = [(file.table, snapshot.absolute() / file.name) for file in manifest_of(snapshot).files]
    spill = Path(tempfile.gettempdir()) / f"therapy-corpus-duckdb-{os.getpid()}"
    connection = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill),
        },
    )
    try:
        for table in TABLES:
            paths = _listed([path for name, path in files if name == table.name])
            connection.execute(
                f"CREATE VIEW {table.view} AS SELECT * FROM "  # noqa: S608 - ours
                f"read_parquet({paths}, hive_partitioning = false)"
            )
        connection.execute(_TEMPLATES)
        connection.execute("SET TimeZone = 'UTC'")
        connection.execute(f"SET allowed_paths = {_listed([path for _, path in files])}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        message = f"{snapshot} cannot be read ({_first_line(error)}); run `therapy-corpus build`."
        raise SnapshotError(message) from error
    return connection


def run(snapshot: Path, sql: str) -> Answer:
    """Ask a snapshot one question.

    Args:
        snapshot: Its directory.
        sql: One SELECT in DuckDB's dialect (FROM, WITH, DESCRIBE and SUMMARIZE are some).
            What writes files is refused, since a snapshot's may not change.

    Raises:
        ConfigError: The question is wrong.
        SnapshotError: The snapshot's files cannot be read.
    """
    connection = connect(snapshot)
    try:
        statements = connection.extract_statements(sql)
        kinds = [statement.type for statement in statements]
        if kinds != [duckdb.StatementType.SELECT]:
            connection.close()
            message = "A query is one SELECT, which reads and changes nothing; ask one of those."
            raise ConfigError(message)
        connection.execute(statements[0])
        columns = tuple(str(column[0]) for column in connection.description or ())
    except duckdb.Error as error:
        connection.close()
        raise _told(error) from error
    return Answer(columns=columns, rows=_rows(connection))


def lookup(snapshot: Path, document_id: str) -> Found | None:
    """Where the document of that id stands; None where the snapshot does not hold it.

    Where one page was fetched under two spellings, the one that is kept is told.

    Raises:
        SnapshotError: The snapshot's files cannot be read.
    """
    with connect(snapshot) as connection:
        for columns, view in _LOOKUPS:
            try:
                row = connection.execute(
                    f"SELECT id, url, title, word_count, {columns} FROM {view} "  # noqa: S608 - ours
                    "WHERE id = ? ORDER BY url LIMIT 1",
                    [document_id],
                ).fetchone()
            except duckdb.Error as error:
                raise _told(error) from error
            if row is not None:
                names = ("id", "url", "title", "word_count", "reason", "detail", "kept_url")
                return Found(table=view, **dict(zip((*names, "score"), row, strict=True)))
    return None


#: What stands for reason, detail, kept_url and score in each view, the kept rows first.
_LOOKUPS = (
    ("NULL, NULL, NULL, NULL", DATA.view),
    ("rule, why, kept_url, score", DUPLICATES.view),
    ("reason, detail, NULL, NULL", REJECTED.view),
)


def _rows(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    with connection:
        try:
            while batch := connection.fetchmany(_BATCH):
                yield from batch
        except duckdb.Error as error:
            raise _told(error) from error


def _told(error: duckdb.Error) -> ConfigError | SnapshotError:
    """A wrong question, or a file that cannot be read, in one sentence."""
    first = _first_line(error)
    if isinstance(error, duckdb.IOException):
        return SnapshotError(f"{first.rstrip('.!')}; run `therapy-corpus build`.")
    views = ", ".join([*(table.view for table in TABLES), "templates"])
    return ConfigError(f"{first.rstrip('.!')}; the tables are {views}: mend the query.")


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _listed(paths: Iterable[Path]) -> str:
    """An SQL list of paths; DuckDB takes one that exists as it is, not as a pattern."""
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"
