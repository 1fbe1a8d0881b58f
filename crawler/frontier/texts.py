"""What pages say, as keys of their words: traps, missing pages that pretend, false dates."""

import hashlib
import sqlite3

from crawler.discovery.texts import pattern_of
from crawler.policy import revisit
from pipelines.core.model import Kind, Link, Via
from pipelines.core.urls import origin_of

#: Pages in a row without new text after which a family of URLs is a trap.
TRAP_AFTER = 20
#: Seconds until a site is probed again for how it answers for missing pages.
PROBE_AFTER = 90 * 86400.0


def is_trapped(db: sqlite3.Connection, url: str) -> bool:
    """Whether the family of a URL has brought no new text for long."""
    row = db.execute("SELECT idle FROM family WHERE name = ?", (pattern_of(url),)).fetchone()
    return row is not None and row["idle"] >= TRAP_AFTER


def note(db: sqlite3.Connection, url: str, text: int | None, *, is_first: bool) -> None:
    """Keep the text of a page; on its first visit, judge its family by it.

    Args:
        db: The state, inside a transaction.
        url: Of the page.
        text: The key of its words; None where it has hardly any.
        is_first: Whether the page was never seen before.
    """
    if is_first:
        is_new = text is not None and not _is_known(db, url, text)
        db.execute(
            "INSERT INTO family (name, idle) VALUES (?1, ?2) ON CONFLICT (name) "
            "DO UPDATE SET idle = CASE WHEN ?2 THEN idle + 1 ELSE 0 END",
            (pattern_of(url), not is_new),
        )
    db.execute("UPDATE url SET text = ? WHERE url = ?", (text, url))


def judge_hint(db: sqlite3.Connection, url: str, blog: str, *, changed: bool) -> None:
    """Where a date of change caused this visit, remember whether it told the truth."""
    row = db.execute(
        "UPDATE url SET hinted = 0 WHERE url = ? AND hinted RETURNING id", (url,)
    ).fetchone()
    if row is not None:
        db.execute(
            "UPDATE blog SET trials = substr(trials || ?, ?) WHERE url = ?",
            ("1" if changed else "0", -revisit.TRIALS, blog),
        )


def is_other_text(db: sqlite3.Connection, url: str, text: int | None) -> bool:
    """Whether a page says something else than at its last visit."""
    row = db.execute("SELECT text FROM url WHERE url = ?", (url,)).fetchone()
    return row is None or row["text"] != text


def probe(db: sqlite3.Connection, origin: str, now: float) -> Link | None:
    """The page that cannot exist, if a blog's site has not been asked for one lately."""
    row = db.execute("SELECT probed_at FROM origin WHERE origin = ?", (origin,)).fetchone()
    if row is None or (row["probed_at"] is not None and now - row["probed_at"] < PROBE_AFTER):
        return None
    name = hashlib.sha256(origin.encode()).hexdigest()[:12]
    url = f"{origin}/therapy-corpus-asks-for-a-page-that-is-not-there-{name}"
    return Link(url=url, kind=Kind.PROBE, via=Via.SEED, found_on="", score=0.0, why="a probe")


def probed(db: sqlite3.Connection, origin: str, text: int | None, now: float) -> None:
    """Keep what a site says of a page that is not there; None: it says so by its status."""
    db.execute(
        "UPDATE origin SET probed_at = ?, missing_text = ? WHERE origin = ?", (now, text, origin)
    )


def is_missing(db: sqlite3.Connection, url: str, text: int | None) -> bool:
    """Whether a page says just what the site says of pages that are not there."""
    if text is None:
        return False
    row = db.execute(
        "SELECT missing_text FROM origin WHERE origin = ?", (origin_of(url),)
    ).fetchone()
    return row is not None and row["missing_text"] == text


def _is_known(db: sqlite3.Connection, url: str, text: int) -> bool:
    row = db.execute(
        "SELECT 1 FROM url WHERE text = ? AND origin = ? AND url != ? LIMIT 1",
        (text, origin_of(url), url),
    ).fetchone()
    return row is not None
