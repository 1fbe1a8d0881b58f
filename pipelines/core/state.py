"""The ledger of what the archive holds, in state/frontier.sqlite.

The crawler's frontier writes here and so does `import`; `build`, `why` and `status`
read. A page is one transaction: its bytes are in the archive first, then one commit
says so, and whatever lies in a WARC file beyond its committed size is cut off at the
next start.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from pipelines.core.errors import StateError
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.schema import SCHEMA, SCHEMA_VERSION
from pipelines.core.urls import site_of

#: The kinds that are read as documents, as an SQL list.
_PAGES = ", ".join(f"'{kind}'" for kind in Kind if kind.is_page)

#: Captures of feeds that are read for one site, pages of an API among them.
MOST_FEEDS = 500

Row = TypeVar("Row", bound="LedgerRow")


def state_file(corpus: Path) -> Path:
    """Where the state of a corpus lies."""
    return corpus / "state" / "frontier.sqlite"


def connect(corpus: Path) -> sqlite3.Connection:
    """Open the state of `corpus`, making it where there is none.

    Returns:
        A connection in autocommit mode, so that transactions are explicit.

    Raises:
        StateError: The file is not a database of this version.
    """
    path = state_file(corpus)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version == 0:
            connection.executescript(
                f"BEGIN;{SCHEMA}PRAGMA user_version = {SCHEMA_VERSION};COMMIT;"
            )
            version = SCHEMA_VERSION
    except sqlite3.DatabaseError as error:
        message = f"{path} cannot be used ({error}); restore it from a copy, or move it away."
        raise StateError(message) from error
    if version != SCHEMA_VERSION:
        message = (
            f"{path} has schema {version}, this program reads {SCHEMA_VERSION}; "
            "use the version of therapy-corpus that wrote it."
        )
        raise StateError(message)
    return connection


def settle(corpus: Path) -> None:
    """Bring all that is committed into the file itself, so that it can be read by `still`.

    Raises:
        StateError: Somebody else reads it.
    """
    with closing(connect(corpus)) as connection:
        busy, *_ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        path = state_file(corpus)
        message = f"{path} is being read by another program; end that, then run this again."
        raise StateError(message)


def still(corpus: Path) -> sqlite3.Connection:
    """Open a settled state that nobody writes to, without its locks.

    These work on one machine only, while readers of a cluster share a file system.
    """
    path = state_file(corpus).resolve().as_uri()
    connection = sqlite3.connect(f"{path}?mode=ro&immutable=1", uri=True, isolation_level=None)
    connection.row_factory = sqlite3.Row
    return connection


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All that happens inside is committed together, or not at all."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteLedger:
    """How much of a site the archive holds."""

    site: str
    #: Captures of pages, old versions included.
    captures: int
    #: Identity of the newest; with `captures` it names the state of the site's pages.
    newest: int
    #: Captures of its feeds, and the identity of the newest; 0 where there is none.
    feeds: int
    newest_feed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerRow:
    """One committed capture of a page, without its body."""

    url: str
    via: Via
    fetched_at: datetime
    ref: CaptureRef


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedRow(LedgerRow):
    """One committed capture of a feed, without its body."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormerRow(LedgerRow):
    """A committed capture of a page that was another one, or is no longer there."""


def record_capture(connection: sqlite3.Connection, capture: Capture, ref: CaptureRef) -> None:
    """Note, inside the caller's transaction, that the archive holds `capture` at `ref`."""
    connection.execute(
        "INSERT INTO capture (site, url, kind, via, fetched_at, digest, file, offset, length) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            site_of(capture.url),
            capture.url,
            capture.kind,
            capture.via,
            timestamp(capture.fetched_at),
            ref.digest,
            ref.file,
            ref.offset,
            ref.length,
        ),
    )
    note_size(connection, ref.file, ref.offset + ref.length)


def note_size(connection: sqlite3.Connection, file: str, size: int) -> None:
    """Note, inside the caller's transaction, that so many bytes of an archive's file are whole."""
    connection.execute(
        "INSERT INTO archive_file (file, size) VALUES (?, ?) "
        "ON CONFLICT (file) DO UPDATE SET size = excluded.size",
        (file, size),
    )


def has_capture(connection: sqlite3.Connection, capture: Capture) -> bool:
    """Whether this very capture (URL, time and body) is in the ledger already."""
    row = connection.execute(
        "SELECT 1 FROM capture WHERE url = ? AND fetched_at = ? AND digest = ?",
        (capture.url, timestamp(capture.fetched_at), capture.digest),
    ).fetchone()
    return row is not None


def sites(connection: sqlite3.Connection) -> Iterator[SiteLedger]:
    """Every site with a captured page, in alphabetical order."""
    rows = connection.execute(
        f"SELECT site, sum(kind IN ({_PAGES})) AS captures, "  # noqa: S608 - words of an enum
        f"max(iif(kind IN ({_PAGES}), id, 0)) AS newest, sum(kind = 'feed') AS feeds, "
        f"max(iif(kind = 'feed', id, 0)) AS newest_feed "
        f"FROM capture GROUP BY site HAVING captures > 0 ORDER BY site"
    )
    return (SiteLedger(**dict(row)) for row in rows)


def newest_pages(connection: sqlite3.Connection, site: str) -> Iterator[LedgerRow]:
    """The newest capture of each page of `site`, in order of URL."""
    rows = connection.execute(
        f"SELECT * FROM (SELECT *, row_number() OVER "  # noqa: S608 - words of an enum
        f"(PARTITION BY url ORDER BY fetched_at DESC, id DESC) AS age "
        f"FROM capture WHERE site = ? AND kind IN ({_PAGES})) WHERE age = 1 ORDER BY url",
        (site,),
    )
    return map(_ledger_row, rows)


def former_pages(connection: sqlite3.Connection, site: str) -> Iterator[FormerRow]:
    """All captures of each page of `site` but its newest, in order of URL, the newest first."""
    rows = connection.execute(
        f"SELECT * FROM (SELECT *, row_number() OVER "  # noqa: S608 - words of an enum
        f"(PARTITION BY url ORDER BY fetched_at DESC, id DESC) AS age "
        f"FROM capture WHERE site = ? AND kind IN ({_PAGES})) WHERE age > 1 ORDER BY url, age",
        (site,),
    )
    return (_row(FormerRow, row) for row in rows)


def newest_feeds(connection: sqlite3.Connection, site: str) -> Iterator[FeedRow]:
    """The captures of the feeds of `site`, the newest first, each body of a feed once.

    Older ones count too: they hold the posts that a feed no longer names.
    """
    rows = connection.execute(
        "SELECT * FROM (SELECT *, row_number() OVER "
        "(PARTITION BY url, digest ORDER BY fetched_at DESC, id DESC) AS age "
        "FROM capture WHERE site = ? AND kind = 'feed') WHERE age = 1 "
        "ORDER BY fetched_at DESC, id DESC LIMIT ?",
        (site, MOST_FEEDS),
    )
    return (_row(FeedRow, row) for row in rows)


def captures_of(connection: sqlite3.Connection, url: str) -> list[LedgerRow]:
    """Every capture of one page, the newest last."""
    rows = connection.execute("SELECT * FROM capture WHERE url = ? ORDER BY fetched_at, id", (url,))
    return [_ledger_row(row) for row in rows]


def _ledger_row(row: sqlite3.Row) -> LedgerRow:
    return _row(LedgerRow, row)


def _row(made_of: type[Row], row: sqlite3.Row) -> Row:
    return made_of(
        url=row["url"],
        via=Via(row["via"]),
        fetched_at=datetime.fromisoformat(row["fetched_at"]),
        ref=CaptureRef(
            file=row["file"], offset=row["offset"], length=row["length"], digest=row["digest"]
        ),
    )


def timestamp(moment: datetime) -> str:
    """UTC, microseconds, fixed width, so that text order is time order."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
