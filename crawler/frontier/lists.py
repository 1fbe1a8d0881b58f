"""Listings judged by the posts that they name: one that names no others leads nowhere."""

import hashlib
import sqlite3
from collections.abc import Iterable

from crawler.frontier import texts
from pipelines.core.model import Kind, Link


def sorted_out(
    db: sqlite3.Connection, url: str, text: int | None, found: Iterable[Link], *, is_first: bool
) -> tuple[Link, ...]:
    """The links of a listing that are worth following.

    A listing that names the very posts of another one, or has no posts and the same words,
    leads to no further listings: so end the pages beyond the last, and calendars.

    Args:
        db: The state, inside a transaction.
        url: Of the listing.
        text: The key of its words.
        found: What it links to.
        is_first: Whether it was never seen before.
    """
    found = tuple(found)
    posts = sorted(link.url for link in found if link.kind is Kind.POST)
    says = _key(posts) if posts else text
    is_new = texts.is_new(db, url, says)
    brought_news = _named_first_here(db, posts) if posts else is_new
    if is_first:
        texts.count(db, url, brought_news=brought_news)
    texts.note(db, url, says)
    return found if is_new else tuple(link for link in found if link.kind is not Kind.LISTING)


def _key(posts: list[str]) -> int:
    digest = hashlib.blake2b("\n".join(posts).encode(), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def _named_first_here(db: sqlite3.Connection, posts: list[str]) -> bool:
    """Whether a listing names a post that no listing named before."""
    new = False
    for url in posts:
        row = db.execute("SELECT in_listing FROM url WHERE url = ?", (url,)).fetchone()
        new |= row is None or not row["in_listing"]
    return new


def mark(db: sqlite3.Connection, posts: Iterable[str]) -> None:
    """Remember that a listing names these posts, which have rows by now."""
    for url in posts:
        db.execute("UPDATE url SET in_listing = 1 WHERE url = ? AND NOT in_listing", (url,))
