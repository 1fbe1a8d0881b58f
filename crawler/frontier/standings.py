"""What the web says of pages that the corpus holds: refused, withdrawn, or good to publish."""

import sqlite3
from datetime import datetime

from crawler.frontier import hosts, notices
from crawler.policy.permission import permission
from crawler.policy.revisit import NEVER
from pipelines.core import absences, standing
from pipelines.core.config import PermissionSettings
from pipelines.core.model import Permission
from pipelines.core.reasons import Reason
from pipelines.core.urls import origin_of


def refuse(db: sqlite3.Connection, url: str, permission: Permission) -> None:
    """Never ask for a URL again that its site or its page refuses; withdraw what we hold."""
    reason = permission.reason or Reason.PERMISSION_ROBOTS
    # Without validators: should it be allowed again, it has to be read again.
    db.execute(
        "UPDATE url SET state = 'FAILED', due_at = ?, reason = ?, detail = ?, etag = '', "
        "last_modified = '' WHERE url = ?",
        (NEVER, reason, permission.detail[:500], url),
    )
    if is_held(db, url):
        standing.put(db, url, standing.of_permission(permission))


def withdraw(db: sqlite3.Connection, url: str, reason: Reason, detail: str, at: datetime) -> None:
    """Let a page that is no longer at its URL leave the next snapshot."""
    if is_held(db, url):
        before = standing.get(db, url)
        standing.put(db, url, standing.withdrawn(reason, detail, before))
        if reason.part == "fetch":
            absences.begin(db, url, at)


def accept(db: sqlite3.Connection, url: str, permission: Permission, at: datetime) -> None:
    """Note on what evidence a page may be published."""
    standing.put(db, url, standing.of_permission(permission))
    absences.end(db, url, at)


def is_held(db: sqlite3.Connection, url: str) -> bool:
    """Whether the archive holds a page."""
    row = db.execute("SELECT 1 FROM capture WHERE url = ? LIMIT 1", (url,)).fetchone()
    return row is not None


def judge_anew(
    db: sqlite3.Connection, origin: str, settings: PermissionSettings, now: float
) -> None:
    """Apply what an origin says now to all that was fetched from it before.

    What it refuses leaves the next snapshot; what it no longer refuses is asked for again.
    """
    said = notices.of_origin(db, origin)
    span = (f"{origin}/", f"{origin}0")
    held = db.execute(
        "SELECT DISTINCT url FROM capture WHERE url >= ? AND url < ? "
        "AND kind IN ('home', 'listing', 'post', 'page')",
        span,
    ).fetchall()
    for row in held:
        judged = permission(row["url"], said, settings)
        if judged.is_refused and judged.reason is not Reason.PERMISSION_UNREACHABLE:
            refuse(db, row["url"], judged)
    _ask_refused(db, span)
    hosts.wake(db, origin, now)


def judge_all_anew(db: sqlite3.Connection, settings: PermissionSettings, now: float) -> None:
    """Apply another policy to all that sites have said."""
    for row in db.execute("SELECT DISTINCT origin FROM notice").fetchall():
        judge_anew(db, row["origin"], settings, now)
    db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 "
        "WHERE state = 'FAILED' AND reason LIKE 'permission.%'"
    )


def _ask_refused(db: sqlite3.Connection, span: tuple[str, str]) -> None:
    """Let the URLs of a span that a site refused wait for another judgement."""
    rows = db.execute(
        "UPDATE url SET state = 'PENDING', due_at = 0 WHERE url >= ? AND url < ? "
        "AND state = 'FAILED' AND reason LIKE 'permission.%' "
        "AND reason NOT IN ('permission.noindex', 'permission.noai') RETURNING url",
        span,
    ).fetchall()
    for origin in {origin_of(row["url"]) for row in rows}:
        hosts.wake(db, origin, 0.0)
