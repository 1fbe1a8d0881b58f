"""What pages say, as keys of their words: traps, missing pages that pretend, false dates."""

import hashlib
import sqlite3

from crawler.discovery.texts import pattern_of
from crawler.policy import revisit
from pipelines.core.model import Kind, Link, Via
from pipelines.core.urls import origin_of

#: Pages in a row that bring nothing new after which a family of URLs is a trap.
TRAP_AFTER = 20
#: The same where each page is another combination of filters, of which there are many.
FILTERS_TRAP_AFTER = 3
#: Seconds until a site is probed again for how it answers for missing pages.
PROBE_AFTER = 90 * revisit.DAY
#: Words of a missing page that are kept.
_MOST_WORDS = 2000


def is_trapped(db: sqlite3.Connection, url: str) -> bool:
    """Whether the family of a URL has brought nothing new for long."""
    name = pattern_of(url)
    row = db.execute("SELECT idle FROM family WHERE name = ?", (name,)).fetchone()
    most = FILTERS_TRAP_AFTER if name.endswith("?*") else TRAP_AFTER
    return row is not None and row["idle"] >= most


def is_new(db: sqlite3.Connection, url: str, text: int | None) -> bool:
    """Whether no other page of the origin has said this."""
    if text is None:
        return False
    row = db.execute(
        "SELECT 1 FROM url WHERE text = ? AND origin = ? AND url != ? LIMIT 1",
        (text, origin_of(url), url),
    ).fetchone()
    return row is None


def note(db: sqlite3.Connection, url: str, text: int | None) -> None:
    """Keep what a page said."""
    db.execute("UPDATE url SET text = ? WHERE url = ?", (text, url))


def count(db: sqlite3.Connection, url: str, *, brought_news: bool) -> None:
    """Judge a family of URLs by what one more of its pages brought."""
    db.execute(
        "INSERT INTO family (name, idle) VALUES (?1, ?2) ON CONFLICT (name) "
        "DO UPDATE SET idle = CASE WHEN ?2 THEN idle + 1 ELSE 0 END",
        (pattern_of(url), not brought_news),
    )


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


def probe(origin: str, probed_at: float | None, now: float) -> Link | None:
    """The page that cannot exist, if a blog's site has not been asked for one lately."""
    if probed_at is not None and now - probed_at < PROBE_AFTER:
        return None
    return Link(
        url=_probe_of(origin), kind=Kind.PROBE, via=Via.SEED, found_on="", score=1.0, why="a probe"
    )


def is_probing(db: sqlite3.Connection, origin: str) -> bool:
    """Whether the answer to a probe is awaited."""
    row = db.execute("SELECT state FROM url WHERE url = ?", (_probe_of(origin),)).fetchone()
    return row is not None and row["state"] == "LEASED"


def probed(db: sqlite3.Connection, origin: str, words: tuple[str, ...], now: float) -> None:
    """Keep what a site says of a page that is not there; nothing: it says so by its status."""
    db.execute(
        "UPDATE origin SET probed_at = ?, missing_words = ? WHERE origin = ?",
        (now, " ".join(words[:_MOST_WORDS]), origin),
    )


def _probe_of(origin: str) -> str:
    # One word and a number: words of it would count as an echo of the address.
    name = hashlib.sha256(origin.encode()).hexdigest()[:12]
    return f"{origin}/therapycorpusbot-{name}"
