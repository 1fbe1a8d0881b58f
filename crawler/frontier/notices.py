"""What an origin says of itself before any page of it is asked for, as rows of the state."""

import sqlite3

from crawler.frontier import hosts, links
from crawler.policy.answers import MAX_HOPS
from crawler.policy.permission import Notice, Notices
from pipelines.core.model import Kind, Link, Via
from pipelines.core.urls import origin_of

#: Notices come before all pages.
SCORE = 2.0


def of_origin(db: sqlite3.Connection, origin: str) -> Notices:
    """All that is known of an origin's notices."""
    found = {
        row["kind"]: Notice(
            url=row["url"], status=row["status"], body=row["body"] or b"", at=row["at"]
        )
        for row in db.execute("SELECT * FROM notice WHERE origin = ? AND at IS NOT NULL", (origin,))
    }
    return Notices(
        robots=found.get(Kind.ROBOTS), tdmrep=found.get(Kind.TDMREP), rsl=found.get(Kind.RSL)
    )


def is_awaited(db: sqlite3.Connection, origin: str, *, robots_only: bool) -> bool:
    """Whether `origin` waits for the answer of a notice; it rests until then.

    Args:
        db: The state, inside a transaction.
        origin: Scheme and authority.
        robots_only: Whether it is another notice that wants to go, which waits for
            robots.txt alone.
    """
    row = db.execute(
        "SELECT notice.kind, notice.url, url.origin, url.blog, url.state, url.due_at FROM notice "
        "LEFT JOIN url USING (url) WHERE notice.origin = ? AND waits "
        "AND (notice.kind = 'robots' OR NOT ?) LIMIT 1",
        (origin, robots_only),
    ).fetchone()
    if row is None:
        return False
    if row["state"] in {None, "DONE", "FAILED", "GONE"}:
        # Its answer was lost, by a loss of power at worst.
        db.execute("UPDATE notice SET waits = 0 WHERE origin = ?", (origin,))
        return False
    is_own = row["origin"] == origin and row["state"] == "PENDING"
    hosts.rest(db, origin, row["due_at"] if is_own else None)
    return True


def ask(  # noqa: PLR0913, PLR0917 - whose notice it is and where it lies
    db: sqlite3.Connection, origin: str, kind: Kind, url: str, blog: str, now: float
) -> None:
    """Let a notice of `origin` wait for its answer; nothing else of it is asked before.

    An answer that another origin got from the same URL today serves this one too.
    """
    known = db.execute(
        "SELECT status, body, at FROM notice WHERE url = ? AND origin != ? AND NOT waits "
        "AND at > ? LIMIT 1",
        (url, origin, now - 3600),
    ).fetchone()
    db.execute(
        "INSERT INTO notice (origin, kind, url, waits) VALUES (?, ?, ?, 1) "
        "ON CONFLICT (origin, kind) DO UPDATE SET url = excluded.url, waits = 1, hops = 0",
        (origin, kind, url),
    )
    if known is not None:
        _note(db, origin, kind, known["status"], known["body"], known["at"])
        return
    _await(db, origin, kind, url, blog)


def redirected(  # noqa: PLR0913, PLR0917 - whose notice it is and where it leads
    db: sqlite3.Connection, kind: Kind, url: str, target: str, blog: str, now: float
) -> None:
    """Let whoever waits for `url` wait for `target` instead, unless it was sent on too often."""
    rows = db.execute(
        "UPDATE notice SET hops = hops + 1, url = ? WHERE url = ? AND kind = ? AND waits "
        "RETURNING origin, hops",
        (target, url, kind),
    ).fetchall()
    for row in rows:
        if row["hops"] > MAX_HOPS:
            _note(db, row["origin"], kind, 0, b"", now)
            hosts.wake(db, row["origin"], now)
        else:
            _await(db, row["origin"], kind, target, blog)


def answered(  # noqa: PLR0913, PLR0917 - the parts of an answer
    db: sqlite3.Connection, kind: Kind, url: str, status: int, body: bytes, at: float
) -> list[str]:
    """Give an answer to every origin that waits for `url`.

    Returns:
        The origins that hear something new; all of them are awake again.
    """
    rows = db.execute(
        "SELECT origin, status, body FROM notice WHERE url = ? AND kind = ? AND waits", (url, kind)
    ).fetchall()
    for row in rows:
        _note(db, row["origin"], kind, status, body, at)
        hosts.wake(db, row["origin"], at)
    return [row["origin"] for row in rows if (row["status"], row["body"]) != (status, body)]


def unchanged(db: sqlite3.Connection, kind: Kind, url: str, at: float) -> None:
    """Let what is known from `url` stand for another day; who waited for it is awake again."""
    rows = db.execute(
        "UPDATE notice SET waits = 0, at = ? WHERE url = ? AND kind = ? AND waits RETURNING origin",
        (at, url, kind),
    ).fetchall()
    for row in rows:
        hosts.wake(db, row["origin"], at)


def _note(  # noqa: PLR0913, PLR0917 - the columns of one row
    db: sqlite3.Connection, origin: str, kind: Kind, status: int, body: bytes, at: float
) -> None:
    db.execute(
        "UPDATE notice SET waits = 0, status = ?, body = ?, at = ? WHERE origin = ? AND kind = ?",
        (status, body, at, origin, kind),
    )


def _await(db: sqlite3.Connection, origin: str, kind: Kind, url: str, blog: str) -> None:
    """Put the URL of a notice at the head of its own origin, and let `origin` rest for it."""
    link = Link(url=url, kind=kind, via=Via.ROBOTS, found_on=origin, score=SCORE, why="first")
    links.insert(db, link, blog, hops=0)
    db.execute(
        "UPDATE url SET kind = ?, score = ?, state = 'PENDING', due_at = 0 "
        "WHERE url = ? AND state NOT IN ('PENDING', 'LEASED')",
        (kind, SCORE, url),
    )
    other = origin_of(url)
    if other != origin:
        hosts.rest(db, origin, None)
    hosts.wake(db, other, 0.0)
