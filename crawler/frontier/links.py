"""How links become rows: new ones wait, known ones wait again when there is news of them."""

import sqlite3
from collections.abc import Iterable
from datetime import datetime

from crawler.policy import revisit
from pipelines.core.model import Kind, Link
from pipelines.core.state import timestamp
from pipelines.core.urls import origin_of, site_of

#: Kinds that lead to older posts; they are walked again only while there are new ones.
_WALKED = frozenset({Kind.LISTING, Kind.FEED})


def insert(db: sqlite3.Connection, link: Link, blog: str, *, hops: int) -> bool:
    """Add a URL that is not known yet, and wake its origin.

    Returns:
        Whether it was new.
    """
    origin = origin_of(link.url)
    hint = timestamp(link.modified_hint) if link.modified_hint else None
    new = db.execute(
        "INSERT INTO url (url, origin, blog, kind, via, found_on, score, why, hops, "
        "modified_hint, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'PENDING') "
        "ON CONFLICT (url) DO NOTHING",
        (
            link.url,
            origin,
            blog,
            link.kind,
            link.via,
            link.found_on,
            link.score,
            link.why,
            hops,
            hint,
        ),
    ).rowcount
    if new:
        wake(db, origin, 0.0)
    return bool(new)


def take_over(db: sqlite3.Connection, blog: str, found: Iterable[Link], run_started: str) -> None:
    """Add the links of one capture; walk on to older pages while new posts appear.

    Pages of another site than the blog's are left out, whatever a feed names: nobody
    listed that site.

    Args:
        db: The state, inside a transaction.
        blog: URL of the blog that the capture belongs to.
        found: The capture's links.
        run_started: When the run began, as the run table stores it.
    """
    new_posts = False
    onward: list[Link] = []
    sites = _sites_of(db, blog)
    for link in found:
        if link.kind.is_page and site_of(link.url) not in sites:
            continue
        if insert(db, link, blog, hops=0):
            new_posts |= link.kind is Kind.POST
        elif link.kind is Kind.POST:
            _heard_of(db, link)
        elif link.kind in _WALKED:
            onward.append(link)
    if not new_posts:
        return
    for link in onward:
        _again(db, link, run_started)


def wake(db: sqlite3.Connection, origin: str, at: float) -> None:
    """See to it that `origin` is looked at no later than Unix time `at`."""
    db.execute(
        "INSERT INTO origin (origin, ready_at) VALUES (?, ?) ON CONFLICT (origin) "
        "DO UPDATE SET ready_at = min(coalesce(ready_at, excluded.ready_at), excluded.ready_at)",
        (origin, at),
    )


def _sites_of(db: sqlite3.Connection, blog: str) -> set[str]:
    """Where a blog lies: where it is listed, and where its home page has led."""
    rows = db.execute("SELECT url FROM url WHERE blog = ? AND kind = 'home'", (blog,))
    return {site_of(blog)} | {site_of(row["url"]) for row in rows}


def _heard_of(db: sqlite3.Connection, link: Link) -> None:
    """Visit a known post again when its feed or sitemap says that it changed."""
    if link.modified_hint is None:
        return
    row = db.execute(
        "SELECT modified_hint, visited_at FROM url WHERE url = ?", (link.url,)
    ).fetchone()
    known, visited = (
        datetime.fromisoformat(row[name]) if row[name] else None
        for name in ("modified_hint", "visited_at")
    )
    if revisit.has_changed(link.modified_hint, known, visited):
        _again(db, link)
    if known is None or link.modified_hint > known:
        db.execute(
            "UPDATE url SET modified_hint = ? WHERE url = ?",
            (timestamp(link.modified_hint), link.url),
        )


def _again(db: sqlite3.Connection, link: Link, visited_before: str = "9999") -> None:
    changed = db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 "
        "WHERE url = ? AND state = 'DONE' AND visited_at < ?",
        (link.url, visited_before),
    ).rowcount
    if changed:
        wake(db, origin_of(link.url), 0.0)
