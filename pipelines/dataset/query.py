"""SQL over one snapshot, which it can read and nothing else."""

import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import Any, TypeAlias

import duckdb

from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset.database import open_duckdb
from pipelines.dataset.interrupt import interruptible
from pipelines.dataset.manifest import NAME
from pipelines.dataset.reading import checked
from pipelines.dataset.schema import DATA, DUPLICATES, REJECTED, TABLES
from pipelines.dataset.views import made

#: A database of one snapshot, for modules that ask it and know nothing else of DuckDB.
Connection: TypeAlias = duckdb.DuckDBPyConnection

#: Rows that are fetched at once.
_BATCH = 1000
#: How the lines of an error begin that help to mend the question.
_HINTS = ("Did you mean", "Candidate bindings", "Candidate functions")
_MEND = ": mend the query."
#: What `connect` makes, in the order in which it was made.
_NAMES = """
SELECT name FROM (
    SELECT 1 AS kind, view_oid AS place, view_name AS name FROM duckdb_views() WHERE NOT internal
    UNION ALL
    SELECT 2, function_oid, function_name || '(' || array_to_string(parameters, ', ') || ')'
    FROM duckdb_functions() WHERE NOT internal
) ORDER BY kind, place
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a question gave."""

    #: As the question names them; a name that came before has a number behind it.
    columns: tuple[str, ...]
    #: Read while they are asked for; may raise ConfigError as `ask` does.
    rows: Iterator[tuple[Any, ...]]
    #: The question as it was asked: one SELECT, without a semicolon.
    sql: str


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


def connect(snapshot: Path) -> Connection:
    """Open a database in memory with the views of a snapshot.

    Beyond the files of the snapshot, and a folder for what does not fit into memory, it
    has no access to the disk or the network. Times are told in UTC.

    Raises:
        SnapshotError: The snapshot's files cannot be read.
    """
    files = _files(snapshot)
    spill = Path(tempfile.gettempdir()) / f"therapy-corpus-duckdb-{os.getpid()}"
    connection = open_duckdb(more={"temp_directory": str(spill)})
    try:
        # Of all cursors, so not only of this one.
        connection.execute("SET GLOBAL TimeZone = 'UTC'")
        for table in TABLES:
            if table.name in files:
                connection.execute(
                    f"CREATE VIEW {table.view} AS SELECT * FROM "  # noqa: S608 - ours
                    f"read_parquet({_listed(files[table.name])}, hive_partitioning = false)"
                )
        for view in made(files):
            connection.execute(view.sql)
        connection.execute(f"SET allowed_paths = {_listed(chain(*files.values()))}")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
    except duckdb.Error as error:
        connection.close()
        message = f"{snapshot} cannot be read ({_first_line(error)}); run `therapy-corpus build`."
        raise SnapshotError(message) from error
    return connection


def run(snapshot: Path, sql: str) -> Answer:
    """Ask a snapshot one question.

    Raises:
        ConfigError: The question is wrong.
        SnapshotError: The snapshot's files cannot be read.
    """
    connection = connect(snapshot)
    try:
        answer = ask(connection, sql)
    except BaseException:
        connection.close()
        raise
    return replace(answer, rows=_closing(connection, answer.rows))


def ask(connection: Connection, sql: str) -> Answer:
    """Ask one question; others may be asked while its rows are read.

    Args:
        connection: As `connect` opens it.
        sql: One SELECT in DuckDB's dialect (FROM, WITH, DESCRIBE and SUMMARIZE are some).
            What writes files is refused, since a snapshot's may not change.

    Raises:
        ConfigError: The question is wrong.
        SnapshotError: The snapshot's files cannot be read.
    """
    cursor = connection.cursor()
    with telling(connection):
        question = checked(cursor, sql)
        interruptible(cursor, lambda: cursor.execute(question))
        columns = unique(str(column[0]) for column in cursor.description or ())
    return Answer(columns=columns, rows=_rows(cursor, connection), sql=question)


def count(connection: Connection, answer: Answer) -> int:
    """How many rows an answer has; no more is read for it than that takes.

    Raises:
        ConfigError: The question is wrong, as the first row that cannot be made shows.
        SnapshotError: The snapshot's files cannot be read.
    """
    sql = f"SELECT count(*) FROM (\n{answer.sql}\n)"  # noqa: S608 - it was checked
    with telling(connection), connection.cursor() as cursor:
        found = interruptible(cursor, lambda: cursor.execute(sql).fetchone())
        return int((found or (0,))[0])


def lookup(snapshot: Path, document_id: str) -> Found | None:
    """Where the document of that id stands; None where the snapshot does not hold it.

    Where one page was fetched under two spellings, the one that is kept is told.

    Raises:
        SnapshotError: The snapshot's files cannot be read.
    """
    names = ("id", "url", "title", "word_count", "reason", "detail", "kept_url", "score")
    with connect(snapshot) as connection, telling(connection):
        for columns, view in _LOOKUPS:
            row = connection.execute(
                f"SELECT id, url, title, word_count, {columns} FROM {view} "  # noqa: S608 - ours
                "WHERE id = ? ORDER BY url LIMIT 1",
                [document_id],
            ).fetchone()
            if row is not None:
                return Found(table=view, **dict(zip(names, row, strict=True)))
    return None


#: What stands for reason, detail, kept_url and score in each view, the kept rows first.
_LOOKUPS = (
    ("NULL, NULL, NULL, NULL", DATA.view),
    ("rule, why, kept_url, score", DUPLICATES.view),
    ("reason, detail, NULL, NULL", REJECTED.view),
)


def _rows(cursor: Connection, connection: Connection) -> Iterator[tuple[Any, ...]]:
    with cursor:
        while True:
            with telling(connection):
                batch = interruptible(cursor, lambda: cursor.fetchmany(_BATCH))
            if not batch:
                return
            yield from batch


def _closing(connection: Connection, rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    with connection:
        yield from rows


@contextmanager
def telling(connection: Connection) -> Iterator[None]:
    """Tell in one sentence what DuckDB raises; Ctrl-C stays Ctrl-C.

    Raises:
        ConfigError: The question is wrong.
        SnapshotError: A file cannot be read.
    """
    try:
        yield
    except duckdb.InterruptException as error:
        raise KeyboardInterrupt from error
    except duckdb.Error as error:
        raise _told(error, connection) from error


def _told(error: duckdb.Error, connection: Connection) -> ConfigError | SnapshotError:
    first, *others = [line.strip() for line in str(error).splitlines()] or [type(error).__name__]
    first = first.rstrip(".!")
    if isinstance(error, duckdb.IOException):
        return SnapshotError(f"{first}; run `therapy-corpus build`.")
    hint = next((line for line in others if line.startswith(_HINTS)), "").rstrip("?.")
    if "Table with name" in first:
        hint = f"The tables are {', '.join(views(connection))}"
    return ConfigError("; ".join(filter(None, [first, hint[:1].lower() + hint[1:]])) + _MEND)


def views(connection: Connection) -> list[str]:
    """What can be asked, as it is written after FROM: the views, then the macros."""
    return [str(name) for (name,) in connection.cursor().execute(_NAMES).fetchall()]


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names of columns that a reader can tell apart."""
    given: dict[str, None] = {}
    for name in names:
        number = 0
        unique = name
        while unique in given:
            number += 1
            unique = f"{name}_{number}"
        given[unique] = None
    return tuple(given)


def _files(snapshot: Path) -> dict[str, list[Path]]:
    """The files of each table, also of a snapshot that an older version has published.

    Raises:
        SnapshotError: There is no manifest, or it is damaged.
    """
    manifest = snapshot / NAME
    files: defaultdict[str, list[Path]] = defaultdict(list)
    try:
        for file in json.loads(manifest.read_text(encoding="utf-8"))["files"]:
            files[file["table"]].append(snapshot.absolute() / file["name"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"{manifest} cannot be read ({error!r}); run `therapy-corpus build`."
        raise SnapshotError(message) from error
    return files


def _listed(paths: Iterable[Path]) -> str:
    """An SQL list of paths; DuckDB takes one that exists as it is, not as a pattern."""
    return "[" + ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths) + "]"
