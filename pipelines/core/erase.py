"""Takes pages out of the state: rows that name them, and the bytes that deleted rows leave."""

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.core import state
from pipelines.core.doomed import Doomed

#: What is left of a word that named a removed page.
_SINCE = "of a removed page"
_OF_PAGES = """
DELETE FROM fetch_log WHERE url IN (SELECT url FROM temp.gone)
    OR detail IN (SELECT 'leads to ' || url FROM temp.gone);
DELETE FROM standing WHERE url IN (SELECT url FROM temp.gone);
DELETE FROM absence WHERE url IN (SELECT url FROM temp.gone);
DELETE FROM url WHERE url IN (SELECT url FROM temp.gone);
UPDATE url SET found_on = '' WHERE blog IN (SELECT url FROM temp.blogs)
    AND found_on IN (SELECT url FROM temp.gone);
UPDATE url SET why = 'redirect {since}' WHERE blog IN (SELECT url FROM temp.blogs)
    AND why IN (SELECT 'redirect of ' || url FROM temp.gone);
UPDATE url SET detail = '' WHERE blog IN (SELECT url FROM temp.blogs)
    AND detail IN (SELECT 'leads to ' || url FROM temp.gone);
UPDATE standing SET detail = '' WHERE detail IN (SELECT 'leads to ' || url FROM temp.gone);
DELETE FROM family WHERE name IN (SELECT name FROM temp.names);
""".replace("{since}", _SINCE)
_OF_SITES = """
DELETE FROM fetch_log WHERE url IN (SELECT url FROM url WHERE origin IN (SELECT origin FROM
    temp.origins) OR blog IN (SELECT url FROM blog WHERE site IN (SELECT site FROM temp.sites)));
DELETE FROM url WHERE origin IN (SELECT origin FROM temp.origins)
    OR blog IN (SELECT url FROM blog WHERE site IN (SELECT site FROM temp.sites));
DELETE FROM standing WHERE site IN (SELECT site FROM temp.sites);
DELETE FROM absence WHERE site IN (SELECT site FROM temp.sites);
DELETE FROM notice WHERE origin IN (SELECT origin FROM temp.origins);
DELETE FROM origin WHERE origin IN (SELECT origin FROM temp.origins);
DELETE FROM host WHERE host IN (SELECT site FROM temp.sites);
DELETE FROM blog WHERE site IN (SELECT site FROM temp.sites);
"""
#: Rows of other sites and requests whose URL has no row any more; by prefix of the address.
_WITHIN = """
DELETE FROM fetch_log WHERE url >= ?1 AND url < ?2
    OR detail >= 'leads to ' || ?1 AND detail < 'leads to ' || ?2;
DELETE FROM family WHERE name >= ?3 AND name < ?4;
UPDATE url SET found_on = '' WHERE found_on >= ?1 AND found_on < ?2;
UPDATE url SET detail = '' WHERE detail >= 'leads to ' || ?1 AND detail < 'leads to ' || ?2;
UPDATE url SET why = 'redirect {since}'
    WHERE why >= 'redirect of ' || ?1 AND why < 'redirect of ' || ?2;
UPDATE standing SET detail = ''
    WHERE detail >= 'leads to ' || ?1 AND detail < 'leads to ' || ?2;
""".replace("{since}", _SINCE)


def erase(connection: sqlite3.Connection, doomed: Doomed, blogs: Iterable[str]) -> None:
    """Delete every row of what goes, and every word of it in other rows.

    Args:
        connection: The state, outside of a transaction.
        doomed: What goes.
        blogs: URLs of the blogs that it belongs to, which were found before.
    """
    connection.execute("PRAGMA secure_delete = ON")
    origins = [
        f"{scheme}://{www}{site}"
        for site in doomed.sites
        for scheme in ("http", "https")
        for www in ("", "www.")
    ]
    with state.transaction(connection):
        _fill(connection, "gone", "url", doomed.spellings)
        _fill(connection, "blogs", "url", blogs)
        _fill(connection, "names", "name", map(_family, doomed.spellings))
        _fill(connection, "sites", "site", doomed.sites)
        _fill(connection, "origins", "origin", origins)
        _run(connection, _OF_PAGES)
        _run(connection, _OF_SITES)
        for origin in origins:
            host = origin.partition("://")[2]
            _run(connection, _WITHIN, (f"{origin}/", f"{origin}0", f"{host}/", f"{host}0"))
    for table in ("gone", "blogs", "names", "sites", "origins"):
        connection.execute(f"DROP TABLE temp.{table}")


def tidy(connection: sqlite3.Connection) -> None:
    """Write the database anew, so that neither it nor its log holds what was deleted."""
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.execute("VACUUM")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def aliases(connection: sqlite3.Connection, urls: Iterable[str]) -> set[str]:
    """The addresses that lead to one of these, as far as the crawler was sent on."""
    blogs = {
        row["blog"]
        for url in urls
        for row in connection.execute("SELECT blog FROM url WHERE url = ?", (url,))
    }
    wanted = {f"leads to {url}" for url in urls}
    return {
        row["url"]
        for blog in blogs
        for row in connection.execute(
            "SELECT url, detail FROM url WHERE blog = ? AND kind = 'post' "
            "AND detail LIKE 'leads to %'",
            (blog,),
        )
        if row["detail"] in wanted
    }


def targets(connection: sqlite3.Connection, url: str) -> set[str]:
    """The posts that an address leads to, as far as the crawler was sent on."""
    rows = connection.execute(
        "SELECT target.url FROM url JOIN url AS target ON url.detail = 'leads to ' || target.url "
        "WHERE url.url = ? AND url.state = 'DONE' AND target.kind = 'post'",
        (url,),
    )
    return {row["url"] for row in rows}


def clean_logs(folder: Path, doomed: Doomed) -> None:
    """Take the lines out of the logs that name what goes."""
    needles = [url.partition("://")[2].removeprefix("www.").encode() for url in doomed.urls]
    needles = [*{needle.rstrip(b"/") for needle in needles}, *map(str.encode, doomed.sites)]
    for path in sorted(folder.glob("*.log*")):
        unfinished = path.with_name(f".unfinished-{path.name}")
        is_named = False
        with path.open("rb") as old, unfinished.open("wb") as new:
            for line in old:
                if any(needle in line for needle in needles):
                    is_named = True
                else:
                    new.write(line)
        if is_named:
            unfinished.replace(path)
        else:
            unfinished.unlink()


def _family(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.netloc}{parts.path}"


def _fill(connection: sqlite3.Connection, table: str, column: str, values: Iterable[str]) -> None:
    connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
    connection.execute(f"CREATE TEMP TABLE {table} ({column} TEXT PRIMARY KEY) WITHOUT ROWID")
    connection.executemany(
        f"INSERT OR IGNORE INTO temp.{table} VALUES (?)",  # noqa: S608 - words of ours
        ((value,) for value in values),
    )


def _run(connection: sqlite3.Connection, statements: str, values: tuple[str, ...] = ()) -> None:
    """Run some statements within the transaction, which `executescript` would commit."""
    for statement in filter(str.strip, statements.split(";")):
        count = max((number for number in range(1, 5) if f"?{number}" in statement), default=0)
        connection.execute(statement, values[:count])
