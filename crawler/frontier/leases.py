"""Which URL is asked next: one of an origin that is ready, robots.txt before all others."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from crawler.frontier import links
from crawler.frontier.runs import Run
from crawler.policy.permission import Robots
from pipelines.core.config import CrawlSettings
from pipelines.core.model import Kind, Link, Via, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """A URL that this run is about to ask for."""

    url: str
    origin: str
    #: URL of the blog on whose behalf it is asked.
    blog: str
    kind: Kind
    via: Via
    score: float
    #: Redirects that led here.
    hops: int
    #: How often in a row it failed before.
    attempts: int
    #: What the last answer left behind; None where there was none.
    visit: Visit | None
    #: The origin's robots.txt as far as it is known.
    robots: Robots | None
    #: Whether a blog's home page lies on this origin.
    is_home_origin: bool


def take(
    db: sqlite3.Connection, run: Run, settings: CrawlSettings, now: float, busy: Collection[str]
) -> Lease | None:
    """Lease the best waiting URL of an origin that may be asked now; in a transaction.

    Args:
        db: The state.
        run: Who takes it.
        settings: Pace and budgets.
        now: Unix time.
        busy: Origins that have as many requests under way as they may.

    Returns:
        None where no origin is ready.
    """
    names = json.dumps(list(busy))
    while True:
        origin = db.execute(
            "SELECT * FROM origin WHERE ready_at <= ? AND origin NOT IN "
            "(SELECT value FROM json_each(?)) ORDER BY ready_at LIMIT 1",
            (now, names),
        ).fetchone()
        if origin is None:
            return None
        identity = _best(db, settings, origin, now)
        if identity is not None:
            row = db.execute(
                "UPDATE url SET state = 'LEASED', run = ? WHERE id = ? RETURNING *, EXISTS "
                "(SELECT 1 FROM url AS home WHERE home.origin = url.origin "
                "AND home.kind = 'home') AS is_home_origin",
                (run.id, identity),
            ).fetchone()
            return _lease(row, robots_in(origin))


def robots_in(origin: sqlite3.Row) -> Robots | None:
    """What a row of the origin table knows of robots.txt."""
    if origin["robots_at"] is None:
        return None
    return Robots(
        status=origin["robots_status"], body=origin["robots_body"], at=origin["robots_at"]
    )


def _best(
    db: sqlite3.Connection, settings: CrawlSettings, origin: sqlite3.Row, now: float
) -> int | None:
    """The row to lease; None when the origin has been put to sleep instead."""
    name = origin["origin"]
    waiting = db.execute(
        "SELECT id, blog FROM url WHERE origin = ? AND state = 'PENDING' AND due_at <= ? "
        "AND kind != 'robots' AND blog IN (SELECT url FROM blog WHERE listed AND spent < ?) "
        "ORDER BY score DESC, id LIMIT 1",
        (name, now, settings.pages_per_blog),
    ).fetchone()
    if waiting is None:
        _sleep(db, name, now)
        return None
    robots = robots_in(origin)
    if robots is None or not robots.is_fresh(now):
        return _robots_first(db, name, waiting["blog"], now)
    _set_ready(db, name, now + settings.delay)
    return int(waiting["id"])


def _robots_first(db: sqlite3.Connection, origin: str, blog: str, now: float) -> int | None:
    """Lease robots.txt; the origin sleeps until the answer wakes it."""
    url = f"{origin}/robots.txt"
    link = Link(url=url, kind=Kind.ROBOTS, via=Via.ROBOTS, found_on="", score=1.0, why="first")
    links.insert(db, link, blog, hops=0)
    row = db.execute("SELECT id, state, due_at FROM url WHERE url = ?", (url,)).fetchone()
    if row["state"] == "PENDING" and row["due_at"] > now:
        _set_ready(db, origin, row["due_at"])
        return None
    _set_ready(db, origin, None)
    return None if row["state"] == "LEASED" else int(row["id"])


def _sleep(db: sqlite3.Connection, origin: str, now: float) -> None:
    next_due = db.execute(
        "SELECT min(due_at) FROM url WHERE origin = ? AND state = 'PENDING' AND due_at > ?",
        (origin, now),
    ).fetchone()[0]
    _set_ready(db, origin, next_due)


def _set_ready(db: sqlite3.Connection, origin: str, at: float | None) -> None:
    db.execute("UPDATE origin SET ready_at = ? WHERE origin = ?", (at, origin))


def _lease(row: sqlite3.Row, robots: Robots | None) -> Lease:
    visit = None
    if row["visited_at"]:
        visit = Visit(
            visited_at=datetime.fromisoformat(row["visited_at"]),
            etag=row["etag"],
            last_modified=row["last_modified"],
            digest=row["digest"],
        )
    return Lease(
        url=row["url"],
        origin=row["origin"],
        blog=row["blog"],
        kind=Kind(row["kind"]),
        via=Via(row["via"]),
        score=row["score"],
        hops=row["hops"],
        attempts=row["attempts"],
        visit=visit,
        robots=robots,
        is_home_origin=bool(row["is_home_origin"]),
    )
