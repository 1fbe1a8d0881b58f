"""What is known of every blog and URL, in SQLite; every change is one transaction.

PENDING -> LEASED(run) -> DONE | FAILED(reason, next try) | GONE. A kill at any moment
loses nothing: what was leased goes back to pending, and a page is done only in the
commit that also notes where its bytes lie in the archive.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from crawler.frontier import leases, links, runs
from crawler.frontier.leases import Lease
from crawler.policy import pace, revisit
from crawler.policy.answers import Meaning, Outcome
from crawler.policy.permission import Robots
from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.config import CrawlSettings
from pipelines.core.model import Capture, Kind, Link, Permission, Seed
from pipelines.core.reasons import Reason

__all__ = ["Frontier", "Lease"]


class Frontier:
    """The state of one corpus, as the crawler uses it.

    Args:
        corpus: Folder of the corpus.
        settings: Pace, tries and budgets.
        seeds: The list of blogs; taken over when the run begins, which is now.
        now: Unix time.
    """

    def __init__(
        self, corpus: Path, settings: CrawlSettings, seeds: Iterable[Seed], now: float
    ) -> None:
        self._db = state.connect(corpus)
        self._archive = Archive(corpus / "archive")
        self._settings = settings
        #: Captures that a loss of power took; their pages wait again.
        self.lost = self._archive.recover(self._db)
        with self._transaction():
            self._run = runs.begin(self._db, seeds, now)

    def finish(self, note: str) -> None:
        """Mark the run as done; the next one starts anew."""
        runs.finish(self._db, self._run, note)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def lease(self, now: float, busy: Collection[str]) -> Lease | None:
        """Take the best waiting URL of an origin that is ready and not `busy`."""
        with self._transaction():
            return leases.take(self._db, self._run, self._settings, now, busy)

    def next_ready(self) -> float | None:
        """Unix time at which some origin may be asked next; None: nothing is waiting."""
        ready: float | None = self._db.execute("SELECT min(ready_at) FROM origin").fetchone()[0]
        return ready

    def robots_of(self, origin: str) -> Robots | None:
        """What an origin answered for robots.txt, if it was ever asked."""
        row = self._db.execute("SELECT * FROM origin WHERE origin = ?", (origin,)).fetchone()
        return None if row is None else leases.robots_in(row)

    def store(
        self, lease: Lease, capture: Capture, member: bytes | None, found: Iterable[Link]
    ) -> None:
        """Archive an answer, take over its links and mark its URL done, in one commit.

        Args:
            lease: What was asked for.
            capture: The answer.
            member: Its WARC member, or None where the same body is archived already.
            found: What it points to.
        """
        with self._transaction():
            if member is not None:
                self._archive.append(self._db, capture, member)
            self._done(lease, capture, "")
            if lease.kind is Kind.ROBOTS:
                self._robots_answered(lease, capture.status, capture.body, capture.fetched_at)
            links.take_over(self._db, lease.blog, found, self._run.started_at)

    def unchanged(self, lease: Lease, capture: Capture) -> None:
        """Note a 304: what is archived still stands."""
        with self._transaction():
            self._db.execute(
                "UPDATE url SET state = 'DONE', attempts = 0, reason = '', detail = '', "
                "visited_at = ?, due_at = ? WHERE url = ?",
                (
                    state.timestamp(capture.fetched_at),
                    revisit.due_after(lease.kind, capture.fetched_at.timestamp()),
                    lease.url,
                ),
            )
            if lease.kind is Kind.ROBOTS and lease.robots is not None:
                robots = lease.robots
                self._robots_answered(lease, robots.status, robots.body, capture.fetched_at)
            self._log(lease, capture.fetched_at, capture.status, "", 0, "unchanged")

    def redirected(self, lease: Lease, capture: Capture, target: str) -> None:
        """Note where a URL leads, and let its target wait in its place."""
        link = Link(
            url=target,
            kind=lease.kind,
            via=lease.via,
            found_on=lease.url,
            score=lease.score,
            why=f"redirect of {lease.url}",
        )
        with self._transaction():
            links.insert(self._db, link, lease.blog, hops=lease.hops + 1)
            self._done(lease, capture, f"leads to {target}")

    def failed(
        self, lease: Lease, outcome: Outcome, status: int, now: float, found: Iterable[Link] = ()
    ) -> None:
        """Note a failure and when the URL is tried again, if ever.

        Args:
            lease: What was asked for.
            outcome: What went wrong.
            status: The HTTP status; 0 where there was no answer.
            now: Unix time.
            found: What to ask for instead (a site without robots.txt may have a sitemap).
        """
        reason = outcome.reason or Reason.FETCH_ERROR
        plan = pace.next_try(lease.attempts + 1, now, self._settings, final=outcome.final)
        after = "FAILED" if plan.ends_run else "PENDING"
        if outcome.meaning is Meaning.GONE:
            after = "GONE"
        at = datetime.fromtimestamp(now, UTC)
        with self._transaction():
            self._db.execute(
                "UPDATE url SET state = ?, due_at = ?, attempts = attempts + 1, reason = ?, "
                "detail = ? WHERE url = ?",
                (after, plan.due_at, reason, outcome.detail[:500], lease.url),
            )
            if after == "PENDING":
                links.wake(self._db, lease.origin, plan.due_at)
            elif lease.kind is Kind.ROBOTS:
                self._robots_answered(lease, status, b"", at)
            links.take_over(self._db, lease.blog, found, self._run.started_at)
            self._log(lease, at, status or None, reason, 0, outcome.detail)

    def refused(self, lease: Lease, permission: Permission, now: float) -> None:
        """Note that a URL may not be asked for; nothing was sent, so its origin is free."""
        reason = permission.reason or Reason.PERMISSION_ROBOTS
        with self._transaction():
            self._db.execute(
                "UPDATE url SET state = 'FAILED', due_at = ?, reason = ?, detail = ? WHERE url = ?",
                (now, reason, permission.evidence, lease.url),
            )
            links.wake(self._db, lease.origin, now)

    def _done(self, lease: Lease, capture: Capture, detail: str) -> None:
        self._db.execute(
            "UPDATE url SET state = 'DONE', attempts = 0, reason = '', detail = ?, "
            "visited_at = ?, due_at = ?, etag = ?, last_modified = ?, digest = ? WHERE url = ?",
            (
                detail,
                state.timestamp(capture.fetched_at),
                revisit.due_after(lease.kind, capture.fetched_at.timestamp()),
                capture.header("ETag"),
                capture.header("Last-Modified"),
                capture.digest,
                lease.url,
            ),
        )
        self._log(lease, capture.fetched_at, capture.status, "", len(capture.body), detail)

    def _robots_answered(self, lease: Lease, status: int, body: bytes, at: datetime) -> None:
        self._db.execute(
            "UPDATE origin SET robots_at = ?, robots_status = ?, robots_body = ?, ready_at = ? "
            "WHERE origin = ?",
            (at.timestamp(), status, body, at.timestamp() + self._settings.delay, lease.origin),
        )

    def _log(  # noqa: PLR0913, PLR0917 - the columns of one row
        self, lease: Lease, at: datetime, status: int | None, reason: str, size: int, detail: str
    ) -> None:
        self._db.execute(
            "INSERT INTO fetch_log (run, at, url, status, reason, bytes, detail) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            (self._run.id, state.timestamp(at), lease.url, status, reason, size, detail[:500]),
        )
        self._db.execute("UPDATE blog SET spent = spent + 1 WHERE url = ?", (lease.blog,))
