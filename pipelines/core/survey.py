"""What the state says of blogs and URLs, for people to read."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

#: URLs that are counted one by one while a crawl is under way.
MOST_COUNTED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class BlogLine:
    """One blog of the list, as far as it has been crawled."""

    url: str
    name: str
    #: Posts that are archived.
    posts: int
    #: URLs that wait for their turn.
    waiting: int
    #: URLs that failed and will be tried again.
    failed: int
    #: URLs that their site refuses.
    refused: int
    #: Why the blog's home page could not be had; empty where it could.
    trouble: str
    #: Whether the trouble is a refusal, which is an answer and not a failure.
    is_refused: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class UrlStory:
    """What the frontier knows of one URL."""

    url: str
    blog: str
    kind: str
    via: str
    found_on: str
    score: float
    why: str
    state: str
    reason: str
    detail: str
    visited_at: str


_PARKED = """
SELECT url.blog, count(*), max(host.failures) FROM host
JOIN origin ON origin.host = host.host
JOIN url ON url.origin = origin.origin AND url.state = 'PENDING'
WHERE host.failures > 0 AND url.blog IN (SELECT url FROM blog WHERE listed)
GROUP BY url.blog
"""

_BLOGS = """
SELECT blog.url, blog.name,
    coalesce(sum(url.state = 'DONE' AND url.kind = 'post' AND url.detail = ''), 0) AS posts,
    coalesce(sum(url.state IN ('PENDING', 'LEASED')
        AND url.kind NOT IN ('robots', 'tdmrep', 'rsl', 'probe')), 0) AS waiting,
    coalesce(sum(url.state = 'FAILED' AND NOT url.is_refused), 0) AS failed,
    coalesce(sum(url.is_refused), 0) AS refused,
    coalesce(max(CASE WHEN url.kind = 'home' AND url.state IN ('FAILED', 'GONE')
        THEN url.reason || ' (' || url.detail || ')' END), '') AS trouble,
    coalesce(max(url.kind = 'home' AND url.is_refused), 0) AS is_refused
FROM blog LEFT JOIN url ON url.blog = blog.url
WHERE blog.listed GROUP BY blog.url ORDER BY blog.url
"""

_OUTCOMES = """
SELECT count(*) FILTER (WHERE state = 'DONE') AS answered,
    count(*) FILTER (WHERE state = 'GONE') AS missing,
    count(*) FILTER (WHERE is_refused) AS "refused by their sites",
    count(*) FILTER (WHERE state = 'FAILED' AND NOT is_refused) AS failed,
    count(*) FILTER (WHERE state IN ('PENDING', 'LEASED')) AS waiting
FROM url WHERE kind NOT IN ('robots', 'tdmrep', 'rsl', 'probe')
"""


def blogs(connection: sqlite3.Connection) -> Iterator[BlogLine]:
    """The blogs of the list, in order of their URL."""
    for row in connection.execute(_BLOGS):
        yield BlogLine(
            url=row["url"],
            name=row["name"],
            posts=row["posts"],
            waiting=row["waiting"],
            failed=row["failed"],
            refused=row["refused"],
            trouble=row["trouble"],
            is_refused=bool(row["is_refused"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A blog that gave nothing, and why."""

    url: str
    why: str


def failed_blogs(connection: sqlite3.Connection) -> list[Trouble]:
    """The blogs whose home page could not be had, or whose host is parked with pages waiting.

    Refusals are left out: they are an answer.
    """
    rows = connection.execute(
        "SELECT blog, reason, detail FROM url WHERE kind = 'home' "
        "AND (state IN ('FAILED', 'GONE') OR (state = 'PENDING' AND reason != '')) "
        "AND NOT is_refused AND blog IN (SELECT url FROM blog WHERE listed) ORDER BY blog"
    )
    failed = {row[0]: Trouble(url=row[0], why=f"{row[1]} ({row[2]})") for row in rows}
    for row in connection.execute(_PARKED):
        why = f"fetch.parked ({row[1]} URLs wait: {row[2]} failures in a row)"
        failed.setdefault(row[0], Trouble(url=row[0], why=why))
    return sorted(failed.values(), key=lambda trouble: trouble.url)


def empty_blogs(connection: sqlite3.Connection) -> list[Trouble]:
    """The blogs whose home page was read, but on which no post was found."""
    rows = connection.execute(
        "SELECT blog.url FROM blog WHERE listed "
        "AND NOT EXISTS (SELECT 1 FROM url WHERE url.blog = blog.url AND kind = 'post') "
        "AND NOT EXISTS (SELECT 1 FROM url WHERE url.blog = blog.url AND kind = 'home' "
        "AND state IN ('FAILED', 'GONE')) ORDER BY blog.url"
    )
    return [Trouble(url=row[0], why="no post was found on it") for row in rows]


def listed_blogs(connection: sqlite3.Connection) -> int:
    """How many blogs the list names."""
    return int(connection.execute("SELECT count(*) FROM blog WHERE listed").fetchone()[0])


def url_outcomes(connection: sqlite3.Connection) -> dict[str, int]:
    """How many URLs were answered, are missing, refused, failed, or wait, in that order."""
    row = connection.execute(_OUTCOMES).fetchone()
    return {name: row[name] for name in row.keys() if row[name]}  # noqa: SIM118 - a Row


def run_counts(connection: sqlite3.Connection) -> tuple[int, int, int]:
    """Answers of the last run, failures among them, and URLs that still wait.

    These are counted up to `MOST_COUNTED`: somebody looks on while millions wait.
    """
    row = connection.execute("SELECT answered, failed FROM run ORDER BY id DESC LIMIT 1").fetchone()
    waiting = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM url WHERE state = 'PENDING' LIMIT ?)",
        (MOST_COUNTED,),
    ).fetchone()
    answered, failed = (row["answered"], row["failed"]) if row else (0, 0)
    return answered, failed, waiting[0]


def last_run(connection: sqlite3.Connection) -> tuple[str, str | None]:
    """When the last run began and ended; empty and None where there was none."""
    row = connection.execute("SELECT * FROM run ORDER BY id DESC LIMIT 1").fetchone()
    return ("", None) if row is None else (row["started_at"], row["finished_at"])


def url_story(connection: sqlite3.Connection, url: str) -> UrlStory | None:
    """What the frontier knows of a canonical URL; None where it never met it."""
    row = connection.execute("SELECT * FROM url WHERE url = ?", (url,)).fetchone()
    if row is None:
        return None
    return UrlStory(
        url=row["url"],
        blog=row["blog"],
        kind=row["kind"],
        via=row["via"],
        found_on=row["found_on"],
        score=row["score"],
        why=row["why"],
        state=row["state"],
        reason=row["reason"],
        detail=row["detail"],
        visited_at=row["visited_at"] or "",
    )
