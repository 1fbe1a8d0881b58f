"""Lends a part of the state to a crawler of its own, and takes back what came of it.

A bucket gets a state like any other, with all that is known of its hosts and blogs, and an
archive of its own. Taking back is one transaction; a kill before it leaves the bucket as it is,
a kill after it a bucket of which the state knows.
"""

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.dealing import Bucket
from pipelines.core.removals import path_of

#: Within the addresses of an origin; a slash is followed by the digit nought.
_SPAN = "url >= origin.origin || '/' AND url < origin.origin || '0'"
_AUTHORITY = "substr(origin, instr(origin, '://') + 3)"
#: What is lent, after `bucket.own` names the hosts and `lent_blog` the blogs. That a page is held
#: counts there, and not where; and `lent` tells up to which row each table is as it was.
_LEND = f"""
INSERT INTO bucket.host SELECT * FROM main.host WHERE host IN (SELECT host FROM bucket.own);
INSERT INTO bucket.origin SELECT * FROM main.origin WHERE host IN (SELECT host FROM bucket.own);
INSERT INTO bucket.blog SELECT * FROM main.blog WHERE url IN (SELECT url FROM lent_blog);
INSERT INTO bucket.url (@columns) SELECT @columns FROM main.url
    WHERE blog IN (SELECT url FROM lent_blog);
INSERT INTO bucket.notice SELECT * FROM main.notice
    WHERE origin IN (SELECT origin FROM bucket.origin);
INSERT INTO bucket.standing SELECT held.* FROM bucket.origin AS origin
    CROSS JOIN main.standing AS held ON {_SPAN};
INSERT INTO bucket.absence SELECT held.* FROM bucket.origin AS origin
    CROSS JOIN main.absence AS held ON {_SPAN};
INSERT INTO bucket.capture
    SELECT id, site, url, kind, via, fetched_at, digest, '', offset, length
    FROM bucket.origin AS origin CROSS JOIN main.capture ON {_SPAN};
INSERT OR IGNORE INTO bucket.family SELECT family.* FROM bucket.origin AS origin
    CROSS JOIN main.family ON name >= {_AUTHORITY} || '/' AND name < {_AUTHORITY} || '0';
INSERT INTO bucket.run SELECT id, started_at, NULL, '', 0, 0, policy FROM main.run
    ORDER BY id DESC LIMIT 1;
CREATE TABLE bucket.lent AS SELECT
    (SELECT coalesce(max(id), 0) FROM bucket.url) AS url,
    (SELECT coalesce(max(id), 0) FROM bucket.capture) AS capture,
    (SELECT coalesce(max(serial), 0) FROM bucket.standing) AS standing,
    (SELECT coalesce(max(id), 0) FROM main.fetch_log) AS fetch_log
"""  # noqa: S608 - ours
#: A host that belongs to nobody here is found here, and asked by whoever gets it next.
_TRIGGERS = """
CREATE TRIGGER found_elsewhere AFTER INSERT ON host
WHEN NEW.ready_at IS NOT NULL AND NEW.host NOT IN (SELECT host FROM own)
BEGIN UPDATE host SET ready_at = NULL WHERE host = NEW.host; END;
CREATE TRIGGER woken_elsewhere AFTER UPDATE OF ready_at ON host
WHEN NEW.ready_at IS NOT NULL AND NEW.host NOT IN (SELECT host FROM own)
BEGIN UPDATE host SET ready_at = NULL WHERE host = NEW.host; END;
"""
#: What comes back, but for addresses and captures, which get new identities. A standing gets a
#: serial above all others, so that a build sees that it changed; that of a page that is out keeps
#: it while the times of its evidence change.
_TAKE_BACK = """
INSERT OR REPLACE INTO main.host SELECT * FROM bucket.host
    WHERE host IN (SELECT host FROM bucket.own);
INSERT OR IGNORE INTO main.host SELECT * FROM bucket.host;
INSERT OR REPLACE INTO main.origin SELECT * FROM bucket.origin
    WHERE host IN (SELECT host FROM bucket.own);
INSERT OR IGNORE INTO main.origin SELECT * FROM bucket.origin;
INSERT OR REPLACE INTO main.blog SELECT * FROM bucket.blog;
INSERT OR REPLACE INTO main.notice SELECT * FROM bucket.notice;
INSERT OR REPLACE INTO main.family SELECT * FROM bucket.family;
INSERT OR REPLACE INTO main.absence SELECT * FROM bucket.absence;
INSERT OR REPLACE INTO main.standing (url, site, tier, license, reason, detail, evidence)
    SELECT url, site, tier, license, reason, detail, evidence FROM bucket.standing
    WHERE serial > (SELECT standing FROM bucket.lent) ORDER BY serial;
UPDATE main.standing SET evidence = theirs.evidence FROM bucket.standing AS theirs
    WHERE theirs.url = main.standing.url AND theirs.evidence != main.standing.evidence;
INSERT INTO main.fetch_log (run, at, url, status, reason, bytes, detail)
    SELECT (SELECT max(id) FROM main.run), at, url, status, reason, bytes, detail
    FROM bucket.fetch_log ORDER BY id;
UPDATE main.run SET answered = answered + (SELECT sum(answered) FROM bucket.run),
    failed = failed + (SELECT sum(failed) FROM bucket.run)
    WHERE id = (SELECT max(id) FROM main.run)
"""


def lend(connection: sqlite3.Connection, corpus: Path, bucket: Bucket, folder: Path) -> None:
    """Make the state of a bucket, with all that is known of its hosts and blogs.

    Args:
        connection: The state of the corpus; nobody else writes to it.
        corpus: Its folder.
        bucket: What is lent.
        folder: Of the bucket; it is there when all of it is.
    """
    unfinished = folder.with_name(f"{folder.name}.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    with _attached(connection, unfinished), state.transaction(connection):
        connection.execute("CREATE TABLE bucket.own (host TEXT PRIMARY KEY) WITHOUT ROWID")
        _insert(connection, "bucket.own", bucket.hosts)
        connection.execute("CREATE TEMP TABLE lent_blog (url TEXT PRIMARY KEY) WITHOUT ROWID")
        _insert(connection, "lent_blog", bucket.blogs)
        _execute(connection, _LEND.replace("@columns", ", ".join(_columns(connection, "url"))))
        connection.execute("DROP TABLE lent_blog")
    lent = state.connect(unfinished)
    lent.executescript(_TRIGGERS)
    lent.close()
    copy_removals(corpus, unfinished)
    unfinished.rename(folder)


def copy_removals(corpus: Path, other: Path) -> None:
    """Let what was removed from one corpus count in another one."""
    if path_of(corpus).exists():
        shutil.copyfile(path_of(corpus), path_of(other))


def take_back(connection: sqlite3.Connection, corpus: Path, folder: Path) -> None:
    """Take over what is new in a bucket: its captures into the archive, its rows into the state.

    Once more, it changes nothing.

    Args:
        connection: The state of the corpus; nobody else writes to it.
        corpus: Its folder.
        folder: Of the bucket; nobody writes to it any more.
    """
    with _attached(connection, folder), state.transaction(connection):
        if _is_back(connection):
            return
        _take_captures(connection, Archive(corpus / "archive"), folder / "archive")
        _take_urls(connection)
        _execute(connection, _TAKE_BACK)


@contextmanager
def _attached(connection: sqlite3.Connection, folder: Path) -> Iterator[None]:
    state.connect(folder).close()
    connection.execute("ATTACH DATABASE ? AS bucket", (str(state.state_file(folder)),))
    try:
        yield
    finally:
        connection.execute("DETACH DATABASE bucket")


def _execute(connection: sqlite3.Connection, script: str) -> None:
    """Execute statements within a transaction, which Python's own way would end before."""
    for statement in script.split(";"):
        connection.execute(statement)


def _insert(connection: sqlite3.Connection, table: str, names: Iterable[str]) -> None:
    rows = ((name,) for name in names)
    connection.executemany(f"INSERT INTO {table} VALUES (?)", rows)  # noqa: S608 - ours


def _columns(connection: sqlite3.Connection, table: str) -> list[str]:
    return [row["name"] for row in connection.execute(f"PRAGMA main.table_info({table})")]


def _is_back(connection: sqlite3.Connection) -> bool:
    """Whether the last request of the bucket is in the log already."""
    row = connection.execute(
        "SELECT 1 FROM main.fetch_log WHERE id > (SELECT fetch_log FROM bucket.lent) "
        "AND (at, url) IN (SELECT at, url FROM bucket.fetch_log ORDER BY id DESC LIMIT 1)"
    ).fetchone()
    return row is not None


def _take_captures(connection: sqlite3.Connection, archive: Archive, lent: Path) -> None:
    files = connection.execute(
        "SELECT file, max(offset + length) AS size FROM bucket.capture "
        "WHERE id > (SELECT capture FROM bucket.lent) GROUP BY file ORDER BY min(id)"
    ).fetchall()
    for row in files:
        file, begins = archive.take_over(connection, lent / row["file"], row["size"])
        connection.execute(
            "INSERT OR IGNORE INTO main.capture (site, url, kind, via, fetched_at, digest, file, "
            "offset, length) "
            "SELECT site, url, kind, via, fetched_at, digest, ?, offset + ?, length FROM "
            "bucket.capture WHERE file = ? AND id > (SELECT capture FROM bucket.lent) ORDER BY id",
            (file, begins, row["file"]),
        )


def _take_urls(connection: sqlite3.Connection) -> None:
    """Known addresses keep their identities, others get new ones, and so do their lists."""
    names = _columns(connection, "url")
    (shift,) = connection.execute(
        "SELECT (SELECT coalesce(max(id), 0) FROM main.url) - url FROM bucket.lent"
    ).fetchone()
    taken = ", ".join(
        f"iif({name} <= lent.url, {name}, {name} + {shift})"
        if name in {"id", "listed_in"}
        else f"url.{name}"
        for name in names
    )
    changing = [name for name in names if name not in {"id", "url"}]
    changes = ", ".join(f"{name} = excluded.{name}" for name in changing)
    before, after = (
        ", ".join(f"{table}.{name}" for name in changing) for table in ("url", "excluded")
    )
    connection.execute(
        f"INSERT INTO main.url ({', '.join(names)}) "  # noqa: S608 - names of columns
        f"SELECT {taken} FROM bucket.url AS url, bucket.lent AS lent WHERE true ORDER BY id "
        f"ON CONFLICT (id) DO UPDATE SET {changes} WHERE ({before}) IS NOT ({after}) "
        # Somebody else found it too.
        "ON CONFLICT (url) DO NOTHING"
    )
