"""How links become rows: new ones wait, known ones wait again when there is news of them."""

import json
import sqlite3
from collections.abc import Iterable
from datetime import datetime

from crawler.frontier import hosts
from crawler.policy import revisit
from pipelines.core.model import Kind, Link, Via
from pipelines.core.state import timestamp
from pipelines.core.urls import origin_of, site_of

#: Kinds that lead to older posts; they are walked again only while there are new ones.
_WALKED = frozenset({Kind.LISTING, Kind.FEED})
#: Posts that a sitemap may lose however few it had.
FEW_MISSING = 20
#: Provenance of posts from sources that name all of them.
COMPLETE = frozenset({Via.POST_SITEMAP, Via.SITEMAP, Via.ENUMERATION})

#: When a source says that a page last changed, and when it was visited, as the table stores it.
_Dates = tuple[str | None, str | None]


def insert(db: sqlite3.Connection, link: Link, blog: str, *, hops: int) -> bool:
    """Add a URL that is not known yet, and wake its origin.

    Returns:
        Whether it was new.
    """
    new = _insert(db, [link], blog, hops=hops) > 0
    if new:
        hosts.wake(db, origin_of(link.url), 0.0)
    return new


def _insert(db: sqlite3.Connection, found: Iterable[Link], blog: str, *, hops: int) -> int:
    """Add all that are not known yet, in their order; how many these were.

    One statement for all: between two of them, another thread may take the interpreter.
    """
    rows = [
        (
            link.url,
            origin_of(link.url),
            link.kind,
            link.via,
            link.found_on,
            link.score,
            link.why,
            timestamp(link.modified_hint) if link.modified_hint else None,
        )
        for link in found
    ]
    if not rows:
        return 0
    columns = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(rows[0])))
    return db.execute(
        "INSERT INTO url (url, origin, kind, via, found_on, score, why, modified_hint, "  # noqa: S608 - numbers
        f"blog, hops, state) SELECT {columns}, ?, ?, 'PENDING' FROM json_each(?) WHERE true "
        "ON CONFLICT (url) DO NOTHING",
        (blog, hops, json.dumps(rows)),
    ).rowcount


def take_over(
    db: sqlite3.Connection, source: str, blog: str, found: Iterable[Link], run_started: str
) -> bool:
    """Add the links of one capture; walk on to older pages while all posts are new.

    Pages of another site than the blog's are left out, whatever a feed names: nobody
    listed that site.

    Args:
        db: The state, inside a transaction.
        source: URL of the capture.
        blog: URL of the blog that the capture belongs to.
        found: The capture's links.
        run_started: When the run began, as the run table stores it.

    Returns:
        Whether it brought news: a new post, or one that changed.
    """
    found = list(found)
    if not found:
        return False
    sites = _sites_of(db, blog)
    found = [link for link in found if not link.kind.is_page or site_of(link.url) in sites]
    known = _known(db, found)
    new = [link for link in found if link.url not in known]
    _insert(db, new, blog, hops=0)
    for origin in {origin_of(link.url) for link in new}:
        hosts.wake(db, origin, 0.0)
    posts = [link for link in found if link.kind is Kind.POST]
    has_new_post = any(link.url not in known for link in posts)
    trusted = revisit.is_trusted(_trials(db, blog))
    heard = [
        _heard_of(db, link, known[link.url], run_started, trusted=trusted)
        for link in posts
        if link.url in known
    ]
    _list(db, (link.url for link in posts if link.via in COMPLETE), _id_of(db, source))
    if has_new_post and not heard:
        for link in found:
            if link.kind in _WALKED and link.url in known:
                _again(db, link.url, run_started)
    return has_new_post or any(heard)


def missing_from(db: sqlite3.Connection, source: str, found: Iterable[Link]) -> int:
    """Ask again for the posts that a sitemap named before and names no more.

    A sitemap that has lost most of them is taken for a broken one: asking for all would
    burden the site for nothing.

    Returns:
        How many are asked for.
    """
    named = {link.url for link in found}
    rows = db.execute(
        "SELECT url FROM url WHERE listed_in = ? AND kind = 'post'", (_id_of(db, source),)
    ).fetchall()
    gone = [row["url"] for row in rows if row["url"] not in named]
    if len(gone) > max(FEW_MISSING, len(rows) // 2):
        return 0
    for url in gone:
        db.execute("UPDATE url SET listed_in = NULL WHERE url = ?", (url,))
        _again(db, url)
    return len(gone)


def is_enumerated(db: sqlite3.Connection, blog: str) -> bool:
    """Whether sources that name all posts of a blog have named nearly all that we know of."""
    named, known = db.execute(
        "SELECT coalesce(sum(listed_in IS NOT NULL), 0), count(*) FROM url "
        "WHERE blog = ? AND kind = 'post'",
        (blog,),
    ).fetchone()
    return bool(named) and named >= 0.9 * known


def leads_back(db: sqlite3.Connection, url: str, target: str, most: int) -> bool:
    """Whether a redirect of `url` to `target` comes round to `url`, by what is known."""
    for _ in range(most):
        if target == url:
            return True
        row = db.execute(
            "SELECT detail FROM url WHERE url = ? AND state = 'DONE' AND detail LIKE 'leads to %'",
            (target,),
        ).fetchone()
        if row is None:
            return False
        target = row["detail"].removeprefix("leads to ")
    return True


def _sites_of(db: sqlite3.Connection, blog: str) -> set[str]:
    """Where a blog lies: where it is listed, and where its home page has led."""
    rows = db.execute("SELECT url FROM url WHERE blog = ? AND kind = 'home'", (blog,))
    return {site_of(blog)} | {site_of(row["url"]) for row in rows}


def _trials(db: sqlite3.Connection, blog: str) -> str:
    row = db.execute("SELECT trials FROM blog WHERE url = ?", (blog,)).fetchone()
    return row["trials"] if row else ""


def _id_of(db: sqlite3.Connection, url: str) -> int | None:
    row = db.execute("SELECT id FROM url WHERE url = ?", (url,)).fetchone()
    return row["id"] if row else None


def _known(db: sqlite3.Connection, found: Iterable[Link]) -> dict[str, _Dates]:
    """Those links that have rows already, with what is known of their changes."""
    (rows,) = db.execute(
        "SELECT json_group_array(json_array(url, modified_hint, visited_at)) FROM url "
        "WHERE url IN (SELECT value FROM json_each(?))",
        (json.dumps([link.url for link in found]),),
    ).fetchone()
    return {url: (hint, visited) for url, hint, visited in json.loads(rows)}


def _list(db: sqlite3.Connection, urls: Iterable[str], lister: int | None) -> None:
    db.execute(
        "UPDATE url SET listed_in = ?1 WHERE url IN (SELECT value FROM json_each(?2)) "
        "AND listed_in IS NOT ?1",
        (lister, json.dumps(list(urls))),
    )


def _heard_of(
    db: sqlite3.Connection, link: Link, dates: _Dates, run_started: str, *, trusted: bool
) -> bool:
    """Visit a known post again when its feed or sitemap says that it changed.

    Not within one run: its sources may date it otherwise than each other.
    """
    if link.modified_hint is None:
        return False
    known, visited = (datetime.fromisoformat(date) if date else None for date in dates)
    if known is None or link.modified_hint > known:
        db.execute(
            "UPDATE url SET modified_hint = ? WHERE url = ?",
            (timestamp(link.modified_hint), link.url),
        )
    changed = trusted and revisit.has_changed(link.modified_hint, known, visited)
    if changed and _again(db, link.url, run_started):
        db.execute("UPDATE url SET hinted = 1 WHERE url = ?", (link.url,))
    return changed


def _again(db: sqlite3.Connection, url: str, visited_before: str = "9999") -> bool:
    changed = db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 "
        "WHERE url = ? AND state = 'DONE' AND visited_at < ?",
        (url, visited_before),
    ).rowcount
    if changed:
        hosts.wake(db, origin_of(url), 0.0)
    return bool(changed)
