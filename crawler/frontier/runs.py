"""The beginning and the end of a run, and what a killed one leaves to the next."""

import sqlite3
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from crawler.frontier import hosts, links, looks, standings
from pipelines.core.config import Config, PermissionSettings
from pipelines.core.model import Kind, Link, Seed, Via
from pipelines.core.state import timestamp
from pipelines.core.urls import canonical, site_of

#: Seconds within which a run that was killed is continued instead of begun anew.
RESUME_WITHIN = 24 * 3600
#: Seconds that a row of the fetch log is kept.
LOG_KEPT = 90 * 86400


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One crawl over the list of blogs, however often it was killed and continued."""

    id: int
    #: As in the run table: UTC, microseconds.
    started_at: str


def begin(db: sqlite3.Connection, seeds: Iterable[Seed] | None, config: Config, now: float) -> Run:
    """Continue the run that was killed or start a new one; inside a transaction.

    What was leased is pending again, the list of blogs is taken over if there is one, and what
    is due becomes pending. Hosts keep their pace across runs and kills.
    """
    hosts.recover(db, config.crawl.delay, now)
    db.execute("UPDATE url SET state = 'PENDING' WHERE state = 'LEASED'")
    unfinished = _unfinished(db, now)
    run = unfinished or _new(db, now)
    _apply_policy(db, run, config.permission, now)
    if seeds is not None:
        _list_blogs(db, seeds)
    if unfinished is None:
        looks.begin(db, config.revisit, now)
    db.execute(
        "UPDATE origin SET ready_at = 0 WHERE EXISTS "
        "(SELECT 1 FROM url WHERE url.origin = origin.origin AND state = 'PENDING') "
        "AND NOT EXISTS (SELECT 1 FROM notice WHERE notice.origin = origin.origin AND waits "
        "AND url NOT LIKE origin.origin || '/%')"
    )
    db.execute(
        "UPDATE host SET ready_at = not_before WHERE EXISTS "
        "(SELECT 1 FROM origin WHERE origin.host = host.host AND ready_at IS NOT NULL)"
    )
    return run


def finish(db: sqlite3.Connection, run: Run, note: str) -> None:
    """Mark a run as done."""
    db.execute(
        "UPDATE run SET finished_at = ?, note = ? WHERE id = ?",
        (moment(time.time()), note, run.id),
    )


def moment(now: float) -> str:
    """A Unix time as the tables store it."""
    return timestamp(datetime.fromtimestamp(now, UTC))


def _unfinished(db: sqlite3.Connection, now: float) -> Run | None:
    row = db.execute("SELECT * FROM run ORDER BY id DESC LIMIT 1").fetchone()
    if row is None or row["finished_at"] is not None:
        return None
    if now - datetime.fromisoformat(row["started_at"]).timestamp() > RESUME_WITHIN:
        return None
    return Run(id=row["id"], started_at=row["started_at"])


def _new(db: sqlite3.Connection, now: float) -> Run:
    started_at = moment(now)
    db.execute("UPDATE blog SET spent = 0 WHERE spent > 0")
    db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 "
        "WHERE state IN ('DONE', 'FAILED', 'GONE') AND due_at <= ?",
        (now,),
    )
    db.execute("DELETE FROM fetch_log WHERE at < ?", (moment(now - LOG_KEPT),))
    row = db.execute("INSERT INTO run (started_at) VALUES (?) RETURNING id", (started_at,))
    return Run(id=row.fetchone()[0], started_at=started_at)


def _apply_policy(
    db: sqlite3.Connection, run: Run, settings: PermissionSettings, now: float
) -> None:
    """Where the owner of the corpus changed what counts as a refusal, judge anew."""
    policy = repr(settings)
    last = db.execute(
        "SELECT policy FROM run WHERE policy != '' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    if last is not None and last["policy"] != policy:
        standings.judge_all_anew(db, settings, now)
    db.execute("UPDATE run SET policy = ? WHERE id = ?", (policy, run.id))


def _list_blogs(db: sqlite3.Connection, seeds: Iterable[Seed]) -> None:
    db.execute("UPDATE blog SET listed = 0")
    for seed in seeds:
        url = canonical(seed.url)
        db.execute(
            "INSERT INTO blog (url, name, site, source) VALUES (?, ?, ?, ?) ON CONFLICT (url) "
            "DO UPDATE SET listed = 1, name = excluded.name, source = excluded.source",
            (url, seed.name, site_of(url), seed.source),
        )
        why = f"listed in {seed.source}"
        home = Link(url=url, kind=Kind.HOME, via=Via.SEED, found_on="", score=1.0, why=why)
        links.insert(db, home, url, hops=0)
