"""The one spider: asks for what the frontier leases, hands over what came back."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler import faults, seeds
from crawler.archiver import Fetched
from crawler.discovery import discover, guesses
from crawler.frontier import Frontier, Lease
from crawler.policy import answers, revisit
from crawler.policy.permission import PRODUCT_TOKEN, permission
from pipelines.core import config, lock, warc
from pipelines.core.errors import ConfigError
from pipelines.core.model import Capture, Kind, Link

#: Seconds between two looks at the frontier while nothing happens.
_LOOK = 1.0


class BlogsSpider(scrapy.Spider):
    """Crawls the blogs that corpus.toml lists.

    Plain `scrapy crawl blogs` works in a folder with a corpus.toml; another one is
    named with `-s CORPUS_CONFIG=PATH`.
    """

    name = "blogs"
    frontier: Frontier

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Lay the `[crawl]` section of corpus.toml over crawler/settings.py."""
        super().update_settings(settings)
        crawl = config.load(Path(settings.get("CORPUS_CONFIG", "corpus.toml"))).crawl
        if not crawl.contact:
            message = "crawl.contact is empty: name a URL or mailbox where site owners reach you."
            raise ConfigError(message)
        values = {
            "USER_AGENT": f"{PRODUCT_TOKEN}/0.1 (+{crawl.contact})",
            "DEFAULT_REQUEST_HEADERS": {
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
                "From": crawl.contact.removeprefix("mailto:"),
            },
            "DOWNLOAD_DELAY": crawl.delay,
            "DOWNLOAD_TIMEOUT": crawl.timeout,
            "CONCURRENT_REQUESTS": crawl.concurrency,
            "CONCURRENT_REQUESTS_PER_DOMAIN": crawl.per_host,
        }
        settings.setdict(values, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "BlogsSpider":
        """Open the corpus; Scrapy's way to make a spider."""
        spider = super().from_crawler(crawler)
        settings = config.load(Path(crawler.settings.get("CORPUS_CONFIG", "corpus.toml")))
        spider.open(settings)
        return spider

    def open(self, settings: config.Config) -> None:
        """Take the corpus' lock and begin a run."""
        self._settings = settings.crawl
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(lock.held(settings.corpus / "state"))
        blogs = seeds.load(settings.blogs)
        self.frontier = Frontier(settings.corpus, settings.crawl, blogs, time.time())
        self._stack.callback(self.frontier.close)
        if self.frontier.lost:
            self.logger.warning(
                "%d captures were lost to a loss of power; they are fetched again.",
                self.frontier.lost,
            )
        self._busy: Counter[str] = Counter()
        self._released = asyncio.Event()
        self._stopped = ""
        # Whoever started us as part of a run: without it, nobody wants our work.
        self._parent = os.getppid() if lock.INHERITED in os.environ else None

    async def start(self) -> AsyncIterator[scrapy.Request]:
        """Yield a request whenever there is room and an origin is ready."""
        try:
            async for lease in self._leases():
                yield self._request(lease)
        except Exception as error:
            # Scrapy would log it and call the crawl finished.
            self.logger.exception("The frontier failed")
            self.stop(f"the frontier failed: {error}")

    async def _leases(self) -> AsyncIterator[Lease]:
        while not self._stopped:
            if self._parent not in {None, os.getppid()}:
                self.stop("the process that started the crawl is gone")
                return
            lease = self._next_lease()
            if lease is not None:
                yield lease
            elif self._busy or (ready := self.frontier.next_ready()) is None:
                if not self._busy:
                    return
                await self._wait(_LOOK)
            else:
                await self._wait(min(max(ready - time.time(), 0.001), _LOOK))

    def _next_lease(self) -> Lease | None:
        """A lease that may be asked for, refusals noted on the way."""
        while self._busy.total() < self._settings.concurrency:
            full = [name for name, count in self._busy.items() if count >= self._settings.per_host]
            lease = self.frontier.lease(time.time(), full)
            if lease is None:
                return None
            judged = permission(lease.url, lease.robots)
            if judged.allowed or lease.kind is Kind.ROBOTS:
                self._busy[lease.origin] += 1
                return lease
            self.frontier.refused(lease, judged, time.time())
        return None

    async def _wait(self, seconds: float) -> None:
        self._released.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._released.wait(), seconds)

    def release(self, lease: Lease) -> None:
        """Give back the place of a lease whose outcome is stored."""
        self._busy[lease.origin] -= 1
        self._busy += Counter()  # forgets origins without requests
        self._released.set()

    def stop(self, why: str) -> None:
        """End the run early, cleanly; what is pending stays for the next one."""
        if not self._stopped:
            self._stopped = why
            self.logger.error("Stopping: %s", why)
            self._released.set()

    def _request(self, lease: Lease) -> scrapy.Request:
        is_robots = lease.kind is Kind.ROBOTS
        return scrapy.Request(
            lease.url,
            callback=self.parse,
            errback=self.errback,
            headers=revisit.conditions(lease.visit),
            dont_filter=True,
            meta={"lease": lease, "kind": lease.kind, "dont_redirect": not is_robots},
        )

    async def parse(self, response: Response) -> AsyncIterator[Fetched]:
        """Sort an answer: into the archive, back into the frontier, or aside."""
        lease: Lease = response.meta["lease"]
        try:
            fetched = await self._sorted(lease, _capture(lease, response))
        except Exception as error:  # noqa: BLE001 - one page's crash may not stop the run
            self.crashed(lease, error)
            return
        if fetched is None:
            self.release(lease)
        else:
            yield fetched

    async def _sorted(self, lease: Lease, capture: Capture) -> Fetched | None:
        judged = answers.outcome(capture, lease.hops)
        if judged.meaning is answers.Meaning.STORE:
            links = await asyncio.to_thread(_links, lease, capture)
            return Fetched(lease=lease, capture=capture, links=links)
        if judged.meaning is answers.Meaning.UNCHANGED:
            self.frontier.unchanged(lease, capture)
        elif judged.meaning is answers.Meaning.REDIRECT:
            self.frontier.redirected(lease, capture, judged.target)
        else:
            instead = guesses(lease.origin, None) if _has_no_rules(lease, capture) else ()
            self.frontier.failed(lease, judged, capture.status, time.time(), instead)
        return None

    def errback(self, failure: Failure) -> None:
        """Note what the downloader could not get."""
        lease: Lease = failure.request.meta["lease"]  # type: ignore[attr-defined]
        self._failed(lease, failure.value or RuntimeError("no answer"))

    def crashed(self, lease: Lease, error: Exception) -> None:
        """Note that our own code failed on an answer; stop if it was the disk."""
        if isinstance(error, (OSError, sqlite3.Error)):
            self.stop(f"the corpus cannot be written: {error}")
            return
        self.logger.error("Crashed on %s", lease.url, exc_info=error)
        self._failed(lease, error)

    def _failed(self, lease: Lease, error: BaseException) -> None:
        try:
            self.frontier.failed(lease, faults.outcome_of(error), 0, time.time())
        except sqlite3.Error as broken:
            self.stop(f"the corpus cannot be written: {broken}")
        else:
            self.release(lease)

    def closed(self, reason: str) -> None:
        """Mark the run as done, unless it was stopped early."""
        if reason == "finished" and not self._stopped:
            self.frontier.finish(reason)
        elif reason != "finished":
            self.stop(reason)
        self._stack.close()


def _capture(lease: Lease, response: Response) -> Capture:
    headers = tuple(
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in response.headers.items()
        for value in values
    )
    return Capture(
        url=response.url if lease.kind is Kind.ROBOTS else lease.url,
        kind=lease.kind,
        via=lease.via,
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=headers,
        body=response.body,
        digest=warc.digest_of(response.body),
        truncated="unspecified" if "partial" in response.flags else "",
    )


def _links(lease: Lease, capture: Capture) -> tuple[Link, ...]:
    """What a capture leads to; of a robots.txt that is not a blog's, nothing."""
    if lease.kind is not Kind.ROBOTS:
        return discover(capture)
    if not lease.is_home_origin:
        return ()
    return discover(capture) or guesses(lease.origin, capture)


def _has_no_rules(lease: Lease, capture: Capture) -> bool:
    """Whether a blog's origin has no robots.txt, which allows all and names no sitemap."""
    return lease.kind is Kind.ROBOTS and lease.is_home_origin and capture.status in {404, 410}
