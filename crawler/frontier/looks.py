"""Looks at blogs: one door asks whether there is news, all doors once in a while."""

import sqlite3

from crawler.discovery.found import SOURCE_SCORE
from crawler.frontier import hosts
from crawler.policy import revisit
from pipelines.core.config import RevisitSettings

#: The doors of a blog that have been asked before, by how well they tell of news: feeds of
#: platforms that change with every edit, then what names all posts with a date, then feeds.
_DOOR = """
SELECT door.id FROM url AS door
WHERE door.blog = ?1 AND door.kind IN ('home', 'feed', 'sitemap') AND door.state = 'DONE'
    AND door.visited_at IS NOT NULL AND door.detail NOT LIKE 'leads to %'
ORDER BY CASE
    WHEN door.kind = 'feed' AND door.hops = 0 AND door.why NOT LIKE 'next page%'
        AND ?2 IN ('blogger', 'wordpress', 'wordpress.com') THEN 0
    WHEN door.kind = 'sitemap' AND (SELECT count(DISTINCT listed_in) FROM url
        WHERE blog = ?1 AND kind = 'post' AND listed_in IS NOT NULL) = 1
        AND EXISTS (SELECT 1 FROM url WHERE listed_in = door.id) THEN 1
    WHEN door.kind = 'feed' AND door.why NOT LIKE 'next page%' THEN 2
    WHEN door.kind = 'sitemap' THEN 3
    ELSE 4 END,
    door.score DESC, door.id
LIMIT 1
"""


def begin(db: sqlite3.Connection, settings: RevisitSettings, now: float) -> None:
    """Let the doors of all blogs wait whose time has come; inside a transaction."""
    due = db.execute("SELECT * FROM blog WHERE listed AND due_at <= ?", (now,)).fetchall()
    for blog in due:
        age = None if blog["enumerated_at"] is None else now - blog["enumerated_at"]
        if age is None or age >= settings.enumerate_after * revisit.DAY:
            open_all(db, blog["url"])
            db.execute("UPDATE blog SET enumerated_at = ? WHERE url = ?", (now, blog["url"]))
        else:
            _open_one(db, blog["url"], blog["platform"])
        wait = _interval(blog, settings, now)
        db.execute(
            "UPDATE blog SET due_at = ?, watched_since = coalesce(watched_since, ?) WHERE url = ?",
            (now + wait, now, blog["url"]),
        )


def open_all(db: sqlite3.Connection, blog: str) -> None:
    """Ask every door of a blog again, and try what it was not trusted to bring before."""
    db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 WHERE blog = ? AND state IN ('DONE', 'GONE') "
        "AND kind IN ('home', 'feed', 'sitemap')",
        (blog,),
    )


def open_others(db: sqlite3.Connection, blog: str, run_started: str) -> None:
    """Ask the doors of a blog that this run has not asked, since one of them is gone."""
    rows = db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 WHERE blog = ? AND state = 'DONE' "
        "AND kind IN ('home', 'feed', 'sitemap') AND visited_at < ? RETURNING origin",
        (blog, run_started),
    ).fetchall()
    _wake(db, rows)


def answered(
    db: sqlite3.Connection, blog: str, settings: RevisitSettings, now: float, *, news: bool
) -> None:
    """Note what a look at a door gave, and plan the next look.

    Args:
        db: The state, inside a transaction.
        blog: URL of the blog.
        settings: The bounds of the plan.
        now: Unix time.
        news: Whether there was a new or changed post.
    """
    row = db.execute(
        "UPDATE blog SET looks = looks + 1, changes = changes + ?1, "
        "idle = CASE WHEN ?1 THEN 0 ELSE idle + 1 END WHERE url = ?2 RETURNING *",
        (news, blog),
    ).fetchone()
    if row is not None:
        wait = _interval(row, settings, now)
        db.execute("UPDATE blog SET due_at = ? WHERE url = ?", (now + wait, blog))


def open_sitemaps(db: sqlite3.Connection, blog: str, run_started: str) -> None:
    """Ask the sitemaps of a blog whose feed has news: they tell of old posts that changed."""
    rows = db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0, score = max(score, ?3) WHERE blog = ?1 "
        "AND kind = 'sitemap' AND state = 'DONE' AND visited_at < ?2 "
        "AND id IN (SELECT listed_in FROM url WHERE blog = ?1) RETURNING origin",
        (blog, run_started, SOURCE_SCORE),
    ).fetchall()
    _wake(db, rows)


def _wake(db: sqlite3.Connection, rows: list[sqlite3.Row]) -> None:
    for origin in {row["origin"] for row in rows}:
        hosts.wake(db, origin, 0.0)


def _open_one(db: sqlite3.Connection, blog: str, platform: str) -> None:
    row = db.execute(_DOOR, (blog, platform)).fetchone()
    if row is None:
        open_all(db, blog)
        return
    # It has proved its worth, were it a guess before.
    db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0, score = max(score, ?) WHERE id = ?",
        (SOURCE_SCORE, row["id"]),
    )


def _interval(blog: sqlite3.Row, settings: RevisitSettings, now: float) -> float:
    watched = now - (blog["watched_since"] or now)
    return revisit.poll_interval(blog["looks"], blog["changes"], blog["idle"], watched, settings)
