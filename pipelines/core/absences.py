"""When pages that the archive holds were not there, so that the past can be told."""

import sqlite3
from collections import defaultdict
from datetime import datetime

from pipelines.core.state import timestamp
from pipelines.core.urls import site_of
from pipelines.core.versions import Absence


def begin(connection: sqlite3.Connection, url: str, at: datetime) -> None:
    """Note, inside the caller's transaction, that a page counts as deleted from now on."""
    is_open = connection.execute(
        "SELECT 1 FROM absence WHERE url = ? AND until = ''", (url,)
    ).fetchone()
    if is_open is None:
        connection.execute(
            "INSERT OR IGNORE INTO absence (url, site, since) VALUES (?, ?, ?)",
            (url, site_of(url), timestamp(at)),
        )


def end(connection: sqlite3.Connection, url: str, at: datetime) -> None:
    """Note, inside the caller's transaction, that a page is there (again)."""
    connection.execute(
        "UPDATE absence SET until = ? WHERE url = ? AND until = ''", (timestamp(at), url)
    )


def of_site(connection: sqlite3.Connection, site: str) -> dict[str, list[Absence]]:
    """The absences of the pages of a site by URL, the earliest first."""
    found: defaultdict[str, list[Absence]] = defaultdict(list)
    rows = connection.execute("SELECT * FROM absence WHERE site = ? ORDER BY url, since", (site,))
    for row in rows:
        until = datetime.fromisoformat(row["until"]) if row["until"] else None
        since = datetime.fromisoformat(row["since"])
        found[row["url"]].append(Absence(since=since, until=until))
    return dict(found)
