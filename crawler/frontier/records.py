"""What becomes of the row of a URL that was asked for, and its line in the fetch log."""

import sqlite3
from datetime import datetime

from crawler.frontier.leases import Lease
from crawler.frontier.runs import Run
from crawler.policy import revisit
from crawler.policy.pace import NextTry
from pipelines.core import state
from pipelines.core.config import RevisitSettings
from pipelines.core.model import Capture
from pipelines.core.reasons import Reason


def done(
    db: sqlite3.Connection, lease: Lease, capture: Capture, detail: str, settings: RevisitSettings
) -> None:
    """The URL answered with a body, or with a redirect."""
    db.execute(
        "UPDATE url SET state = 'DONE', attempts = 0, hinted = 0, gone_since = NULL, reason = '', "
        "detail = ?, visited_at = ?, due_at = ?, etag = ?, last_modified = ?, digest = ? "
        "WHERE url = ?",
        (
            detail,
            state.timestamp(capture.fetched_at),
            revisit.due_after(lease.kind, capture.fetched_at.timestamp(), settings),
            capture.header("ETag")[:500],
            capture.header("Last-Modified")[:100],
            capture.digest,
            lease.url,
        ),
    )


def unchanged(
    db: sqlite3.Connection, lease: Lease, capture: Capture, settings: RevisitSettings
) -> None:
    """The URL answered that what we have is current."""
    db.execute(
        "UPDATE url SET state = 'DONE', attempts = 0, hinted = 0, gone_since = NULL, reason = '', "
        "detail = '', visited_at = ?, due_at = ? WHERE url = ?",
        (
            state.timestamp(capture.fetched_at),
            revisit.due_after(lease.kind, capture.fetched_at.timestamp(), settings),
            lease.url,
        ),
    )


def gone(  # noqa: PLR0913, PLR0917 - what was said, and when
    db: sqlite3.Connection, lease: Lease, reason: Reason, detail: str, due_at: float, now: float
) -> float | None:
    """The URL answered that there is nothing.

    Returns:
        Unix time of the first such answer in a row before this one, if there was one.
    """
    row = db.execute("SELECT gone_since FROM url WHERE url = ?", (lease.url,)).fetchone()
    since: float | None = row["gone_since"] if row else None
    db.execute(
        "UPDATE url SET state = 'GONE', hinted = 0, gone_since = coalesce(gone_since, ?), "
        "due_at = ?, reason = ?, detail = ?, etag = '', last_modified = '' WHERE url = ?",
        (now, due_at, reason, detail[:500], lease.url),
    )
    return since


def failed(
    db: sqlite3.Connection, lease: Lease, plan: NextTry, reason: Reason, detail: str
) -> None:
    """The URL could not be had; it waits for its next try in this run or a later one."""
    db.execute(
        "UPDATE url SET state = ?, due_at = ?, attempts = attempts + 1, reason = ?, detail = ? "
        "WHERE url = ?",
        (
            "FAILED" if plan.ends_run else "PENDING",
            plan.due_at,
            reason,
            detail[:500],
            lease.url,
        ),
    )


def log(  # noqa: PLR0913, PLR0917 - the columns of one row
    db: sqlite3.Connection,
    run: Run,
    lease: Lease,
    at: datetime,
    status: int | None,
    reason: str,
    size: int,
    detail: str,
) -> None:
    """One line of the fetch log for one request."""
    db.execute(
        "INSERT INTO fetch_log (run, at, url, status, reason, bytes, detail) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (run.id, state.timestamp(at), lease.url, status, reason, size, detail[:500]),
    )
    db.execute(
        "UPDATE run SET answered = answered + 1, failed = failed + ? WHERE id = ?",
        (bool(reason), run.id),
    )
    is_redirect = status is not None and 300 <= status < 400  # noqa: PLR2004 - or unchanged
    if not lease.kind.is_notice and not is_redirect:
        db.execute("UPDATE blog SET spent = spent + 1 WHERE url = ?", (lease.blog,))
