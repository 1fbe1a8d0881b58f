"""When a host may be asked: one row for all hosts that share a pace, kept across runs."""

import json
import random
import sqlite3
from collections.abc import Collection
from urllib.parse import urlsplit

from crawler.discovery.platforms import pace_key
from crawler.policy import pace
from pipelines.core.config import CrawlSettings


def of(origin: str) -> str:
    """The host whose pace an origin keeps."""
    return pace_key(urlsplit(origin).hostname or origin)


def is_shared(origin: str) -> bool:
    """Whether an origin keeps its pace together with other names of its platform."""
    name = urlsplit(origin).hostname or origin
    return of(origin) != name.removeprefix("www.")


def wake(db: sqlite3.Connection, origin: str, at: float) -> None:
    """See to it that `origin` is looked at no later than Unix time `at`, but never too early.

    Args:
        db: The state, inside a transaction.
        origin: Scheme and authority.
        at: Unix time.
    """
    host = of(origin)
    db.execute(
        "INSERT INTO origin (origin, host, ready_at) VALUES (?, ?, ?) ON CONFLICT (origin) "
        "DO UPDATE SET ready_at = min(coalesce(ready_at, excluded.ready_at), excluded.ready_at)",
        (origin, host, at),
    )
    db.execute(
        "INSERT INTO host (host, ready_at) VALUES (?, ?) ON CONFLICT (host) DO UPDATE SET "
        "ready_at = max(not_before, min(coalesce(ready_at, excluded.ready_at), excluded.ready_at))",
        (host, at),
    )


def rest(db: sqlite3.Connection, origin: str, until: float | None) -> None:
    """Leave an origin alone until Unix time `until`; None: until it is woken."""
    db.execute("UPDATE origin SET ready_at = ? WHERE origin = ?", (until, origin))


def sleep(db: sqlite3.Connection, host: str) -> None:
    """Put a host to sleep until the first of its origins is ready."""
    db.execute(
        "UPDATE host SET ready_at = (SELECT max(host.not_before, min(origin.ready_at)) FROM origin "
        "WHERE origin.host = host.host AND origin.ready_at IS NOT NULL) WHERE host = ?",
        (host,),
    )


def hold(db: sqlite3.Connection, host: str, until: float) -> None:
    """Let nothing be asked of a host before Unix time `until`."""
    db.execute(
        "UPDATE host SET not_before = max(not_before, ?1), ready_at = max(ready_at, ?1) "
        "WHERE host = ?2",
        (until, host),
    )


def next_ready(db: sqlite3.Connection, busy: Collection[str]) -> float | None:
    """Unix time at which the first host that is not `busy` is worth looking at."""
    row = db.execute(
        "SELECT ready_at FROM host WHERE ready_at IS NOT NULL AND host NOT IN "
        "(SELECT value FROM json_each(?)) ORDER BY ready_at LIMIT 1",
        (json.dumps(list(busy)),),
    ).fetchone()
    return None if row is None else float(row["ready_at"])


def answered(db: sqlite3.Connection, host: str, delay: float, began: float, now: float) -> None:
    """Note that a host answered: its pace goes on from here.

    Args:
        db: The state, inside a transaction.
        host: Who answered.
        delay: Seconds that are kept between two requests to it.
        began: Unix time at which it was asked.
        now: Unix time.
    """
    row = db.execute("SELECT latency FROM host WHERE host = ?", (host,)).fetchone()
    latency = pace.smoothed(row["latency"] if row else 0.0, max(now - began, 0.0))
    db.execute(
        "UPDATE host SET failures = 0, latency = ?1, not_before = max(not_before, ?2), "
        "ready_at = max(ready_at, ?2) WHERE host = ?3",
        (latency, now + pace.pause(delay, latency, random.random()), host),
    )


def failed(
    db: sqlite3.Connection, host: str, wanted: float, now: float, settings: CrawlSettings
) -> int:
    """Note that a host is in trouble, and leave it alone for longer each time.

    Args:
        db: The state, inside a transaction.
        host: Who failed.
        wanted: Seconds that it asked for; 0 where it did not.
        now: Unix time.
        settings: Delay and back-off.

    Returns:
        How often it failed in a row by now.
    """
    failures: int = db.execute(
        "UPDATE host SET failures = failures + 1 WHERE host = ? RETURNING failures", (host,)
    ).fetchone()[0]
    wait = max(pace.after_failure(failures, wanted, settings), settings.delay)
    hold(db, host, now + wait)
    return failures


def recover(db: sqlite3.Connection, delay: float, now: float) -> None:
    """After a kill: hosts that were being asked then may have been asked until then."""
    db.execute(
        "UPDATE host SET not_before = max(not_before, ?1), ready_at = max(ready_at, ?1) "
        "WHERE host IN (SELECT origin.host FROM url JOIN origin USING (origin) "
        "WHERE url.state = 'LEASED')",
        (now + delay,),
    )
