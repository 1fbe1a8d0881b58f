"""What is known of every blog and URL, in SQLite; every change is one transaction.

PENDING -> LEASED(run) -> DONE | FAILED(reason, next try) | GONE. A kill at any moment
loses nothing: what was leased goes back to pending, and a page is done only in the
commit that also notes where its bytes lie in the archive.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import UTC, datetime

from crawler.frontier import (
    hosts,
    leases,
    links,
    lists,
    looks,
    notices,
    pages,
    records,
    removed,
    runs,
    standings,
    texts,
)
from crawler.frontier.fetched import Fetched
from crawler.frontier.leases import Lease
from crawler.policy import pace, revisit
from crawler.policy.answers import MAX_HOPS, Meaning, Outcome
from crawler.policy.permission import Notices
from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.config import Config
from pipelines.core.model import Capture, Kind, Link, Permission, Seed, Via
from pipelines.core.reasons import Reason
from pipelines.core.removals import Removals

__all__ = ["Fetched", "Frontier", "Lease"]

#: Failures of one name, which tell nothing of the others on its platform.
_OF_NAME = frozenset({Reason.FETCH_DNS, Reason.FETCH_TLS})
#: Redirects that say that a page has moved for good (RFC 9110, section 15.4).
_MOVED = frozenset({301, 308})
_LOOP = Outcome(
    meaning=Meaning.GONE, reason=Reason.FETCH_REDIRECT, detail="leads back to where it came from"
)
_REMOVED = Outcome(
    meaning=Meaning.GONE, reason=Reason.FETCH_REDIRECT, detail="leads to what was removed"
)
_DOORS = frozenset({Kind.HOME, Kind.FEED, Kind.SITEMAP})


class Frontier:
    """The state of one corpus, as the crawler uses it.

    Args:
        config: Where the corpus lies, pace, policy and plan.
        seeds: The list of blogs, taken over now; None: whoever lent this state has done so.
        now: Unix time.
    """

    def __init__(self, config: Config, seeds: Iterable[Seed] | None, now: float) -> None:
        self._db = state.connect(config.corpus)
        self._archive = Archive(config.corpus / "archive")
        self._config = config
        #: What somebody asked to be taken out, which is neither asked for nor stored.
        self._removals = Removals.load(config.corpus)
        #: Captures that a loss of power took; their pages wait again.
        self.lost = self._archive.recover(self._db)
        with state.transaction(self._db):
            if seeds is not None:
                seeds = [seed for seed in seeds if not self._removals.covers_url(seed.url)]
            self._run = runs.begin(self._db, seeds, config, now)

    def finish(self, note: str) -> None:
        """Mark the run as done; the next one starts anew."""
        runs.finish(self._db, self._run, note)

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def lease(self, now: float, busy: Collection[str]) -> Lease | None:
        """Take the best waiting URL of a host that is ready and not `busy`."""
        with state.transaction(self._db):
            return leases.take(self._db, self._run, self._config, now, busy)

    def next_ready(self, busy: Collection[str] = ()) -> float | None:
        """Unix time at which a host that is not `busy` may be asked; None: nothing is waiting."""
        return hosts.next_ready(self._db, busy)

    def notices_of(self, origin: str) -> Notices:
        """What an origin says of itself, as far as it was asked."""
        return notices.of_origin(self._db, origin)

    def is_held(self, fetched: Fetched) -> bool:
        """Whether the same body is in the archive already, from the last visit."""
        return removed.is_held(fetched, self._removals)

    def store(self, fetched: Fetched, member: bytes | None) -> None:
        """Archive an answer, take over its links and mark its URL done, in one commit.

        Args:
            fetched: The answer and what was read from it.
            member: Its WARC member, or None where nothing is to be written: the same body
                is archived already, or its site or page does not want it stored.
        """
        fetched, member = removed.spared(fetched, member, self._removals)
        lease, capture = fetched.lease, fetched.capture
        with state.transaction(self._db):
            self._answered(lease, capture.fetched_at)
            if member is not None:
                self._archive.append(self._db, capture, member)
            if lease.kind.is_notice:
                self._heard(lease, capture)
            elif lease.kind is Kind.PROBE:
                texts.probed(self._db, lease.origin, fetched.words, lease.at)
            elif lease.kind.is_page:
                pages.answered(self._db, fetched)
            records.done(self._db, lease, capture, "", self._config.revisit)
            self._take_over(fetched)
            if lease.kind.is_page and fetched.permission.is_refused:
                self._refused_page(lease, fetched.permission, capture.fetched_at)
            self._log(lease, capture.fetched_at, capture.status, "", len(capture.body))

    def announced(self, fetched: Fetched, most: int) -> Iterator[bool]:
        """Take over the links of a sitemap before it is stored, each part in its own commit.

        Args:
            fetched: The sitemap; without its links it is then to be stored.
            most: Links of one part.

        Yields:
            Whether a part brought news.
        """
        with state.transaction(self._db):
            links.missing_from(self._db, fetched.lease.url, fetched.links)
        for start in range(0, len(fetched.links), most):
            with state.transaction(self._db):
                news = self._take_links(fetched.lease, fetched.links[start : start + most])
            yield news

    def unchanged(self, lease: Lease, capture: Capture, permission: Permission) -> None:
        """Note a 304: what is archived still stands, unless its header lines refuse it now."""
        at = capture.fetched_at
        with state.transaction(self._db):
            self._answered(lease, at)
            texts.judge_hint(self._db, lease.url, lease.blog, changed=False)
            records.unchanged(self._db, lease, capture, self._config.revisit)
            if lease.kind.is_notice:
                notices.unchanged(self._db, lease.kind, lease.url, at.timestamp())
            elif lease.kind in _DOORS:
                self._looked(lease, at.timestamp(), news=False)
            if lease.kind.is_page and permission.is_refused:
                self._refused_page(lease, permission, at)
            self._log(lease, at, capture.status, "", 0, "unchanged")

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
        now = capture.fetched_at.timestamp()
        if self._removals.covers_url(target):
            self.failed(lease, _REMOVED, capture.status, now)
            return
        if not lease.kind.is_notice and links.leads_back(self._db, lease.url, target, MAX_HOPS):
            self.failed(lease, _LOOP, capture.status, now)
            return
        with state.transaction(self._db):
            self._answered(lease, capture.fetched_at)
            detail = f"leads to {target}"
            records.done(self._db, lease, capture, detail, self._config.revisit)
            if lease.kind.is_notice:
                notices.redirected(self._db, lease.kind, lease.url, target, lease.blog, now)
            else:
                links.insert(self._db, link, lease.blog, hops=lease.hops + 1)
                if capture.status in _MOVED:
                    moved, at = Reason.FETCH_REDIRECT, capture.fetched_at
                    standings.withdraw(self._db, lease.url, moved, detail, at)
            self._log(lease, capture.fetched_at, capture.status, "", 0, detail)

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
        at = datetime.fromtimestamp(now, UTC)
        with state.transaction(self._db):
            if outcome.is_host and not (reason in _OF_NAME and hosts.is_shared(lease.origin)):
                hosts.failed(self._db, lease.host, outcome.wait, now, self._config.crawl)
            else:
                self._answered(lease, at)
            if outcome.meaning is Meaning.GONE:
                self._gone(lease, reason, outcome.detail, now)
                ends_run = True
            else:
                plan = pace.next_try(
                    lease.attempts + 1, now, self._config.crawl, final=outcome.final
                )
                records.failed(self._db, lease, plan, reason, outcome.detail)
                hosts.wake(self._db, lease.origin, plan.due_at)
                ends_run = plan.ends_run
            if lease.kind.is_notice and ends_run:
                self._heard_nothing(lease, status, now)
            self._take_links(lease, found)
            # A page that cannot exist is rightly not there, and a site needs no notices.
            is_fine = lease.kind is Kind.PROBE or (
                lease.kind.is_notice and outcome.meaning is Meaning.GONE
            )
            told = "" if is_fine else reason
            self._log(lease, at, status or None, told, 0, outcome.detail)

    def _refused_page(self, lease: Lease, permission: Permission, at: datetime) -> None:
        """Withdraw a page that says no; a door is still asked, for what it leads to."""
        if lease.kind in {Kind.POST, Kind.PAGE}:
            standings.refuse(self._db, lease.url, permission)
        else:
            reason = permission.reason or Reason.PERMISSION_NOINDEX
            standings.withdraw(self._db, lease.url, reason, permission.detail, at)

    def _gone(self, lease: Lease, reason: Reason, detail: str, now: float) -> None:
        """Note "not found"; said twice, days apart, of a page that we hold, it is deleted."""
        plan = self._config.revisit
        is_held = standings.is_held(self._db, lease.url)
        again = is_held or lease.kind in _DOORS
        due = now + plan.gone_after * revisit.DAY if again else revisit.NEVER
        since = records.gone(self._db, lease, reason, detail, due, now)
        if is_held and revisit.is_deleted(since, now, plan):
            at = datetime.fromtimestamp(now, UTC)
            standings.withdraw(self._db, lease.url, reason, detail, at)
        if lease.kind in _DOORS and lease.visit is not None:
            looks.open_others(self._db, lease.blog, self._run.started_at)

    def _heard(self, lease: Lease, capture: Capture) -> None:
        """A notice has an answer; where it says something new, all that is held is judged anew."""
        at = capture.fetched_at.timestamp()
        for origin in notices.answered(
            self._db, lease.kind, lease.url, capture.status, capture.body, at
        ):
            standings.judge_anew(self._db, origin, self._config.permission, at)

    def _heard_nothing(self, lease: Lease, status: int, now: float) -> None:
        """A notice could not be had; half an answer is none."""
        status = status if status >= 400 else 0  # noqa: PLR2004
        for origin in notices.answered(self._db, lease.kind, lease.url, status, b"", now):
            if 400 <= status < 500:  # noqa: PLR2004 - there are no rules any more
                standings.judge_anew(self._db, origin, self._config.permission, now)

    def _take_over(self, fetched: Fetched) -> None:
        """Let the links of a capture wait; a sitemap also tells what it names no more."""
        lease = fetched.lease
        if lease.kind is Kind.SITEMAP and fetched.links:
            links.missing_from(self._db, lease.url, fetched.links)
        found = fetched.links
        if lease.kind is Kind.LISTING:
            is_first = lease.visit is None
            found = lists.sorted_out(self._db, lease.url, fetched.text, found, is_first=is_first)
        news = self._take_links(lease, found) or fetched.brought_news
        if lease.kind is Kind.LISTING:
            lists.mark(self._db, (link.url for link in found if link.kind is Kind.POST))
        if lease.kind in _DOORS:
            self._looked(lease, fetched.capture.fetched_at.timestamp(), news=news)

    def _take_links(self, lease: Lease, found: Iterable[Link]) -> bool:
        found = (link for link in found if not self._removals.covers_url(link.url))
        return links.take_over(self._db, lease.url, lease.blog, found, self._run.started_at)

    def _looked(self, lease: Lease, now: float, *, news: bool) -> None:
        if lease.visit is None:
            return
        looks.answered(self._db, lease.blog, self._config.revisit, now, news=news)
        if news and lease.kind is Kind.FEED and lease.via is not Via.PAGING:
            looks.open_sitemaps(self._db, lease.blog, self._run.started_at)

    def _answered(self, lease: Lease, at: datetime) -> None:
        hosts.answered(self._db, lease.host, lease.delay, lease.at, at.timestamp())

    def _log(  # noqa: PLR0913, PLR0917 - the columns of one row
        self,
        lease: Lease,
        at: datetime,
        status: int | None,
        reason: str,
        size: int,
        detail: str = "",
    ) -> None:
        records.log(self._db, self._run, lease, at, status, reason, size, detail)
