"""The one spider: asks for what the frontier leases, hands over what came back."""

import asyncio
import contextlib
import os
import sqlite3
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import scrapy
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler import faults, loop, seeds
from crawler.frontier import Fetched, Frontier, Lease
from crawler.policy import answers, revisit
from crawler.policy.permission import PARSED_BYTES, PRODUCT_TOKEN, permission
from crawler.reading import read, without_robots
from pipelines.core import config, lock, warc
from pipelines.core.model import Capture, Kind, Seed

#: Seconds between two looks at the frontier while nothing happens.
_LOOK = 1.0
#: Pages that are read at once, apart from small ones.
_READERS = 1


class BlogsSpider(scrapy.Spider):
    """Crawls the blogs that corpus.toml lists.

    Plain `scrapy crawl blogs` works in a folder with a corpus.toml; another one is
    named with `-s CORPUS_CONFIG=PATH`. With `-s CORPUS_BUCKET=FOLDER` it works on a state that
    was lent to it, wherever the corpus lies.
    """

    name = "blogs"
    frontier: Frontier

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Lay the `[crawl]` section of corpus.toml over crawler/settings.py."""
        super().update_settings(settings)
        loaded = config.load(Path(settings.get("CORPUS_CONFIG", "corpus.toml")))
        config.check_identity(loaded)
        crawl = loaded.crawl
        values = {
            "USER_AGENT": f"{PRODUCT_TOKEN}/0.1 (+{crawl.contact})",
            "DEFAULT_REQUEST_HEADERS": {
                "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.5",
                "From": crawl.mailbox,
            },
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
        bucket = crawler.settings.get("CORPUS_BUCKET")
        if bucket:
            spider.open(replace(settings, corpus=Path(bucket)), None)
        else:
            spider.open(settings, seeds.load(settings.blogs))
        return spider

    def open(self, settings: config.Config, blogs: Iterable[Seed] | None) -> None:
        """Take the corpus' lock and begin a run, or go on with one that was begun elsewhere."""
        self._config = settings
        self._settings = settings.crawl
        self._stack = contextlib.ExitStack()
        self._stack.enter_context(lock.held(settings.corpus / "state"))
        self.frontier = Frontier(settings, blogs, time.time())
        self._stack.callback(self.frontier.close)
        if self.frontier.lost:
            self.logger.warning(
                "%d captures were lost to a loss of power; they are fetched again.",
                self.frontier.lost,
            )
        # Few, since a page of the largest size takes much memory while it is read.
        self._readers = ThreadPoolExecutor(_READERS)
        self._stack.callback(self._readers.shutdown, wait=False, cancel_futures=True)
        self._busy: Counter[str] = Counter()
        self._released = asyncio.Event()
        self._stopped = ""
        loop.prepare()
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
            if self._busy.total() >= self._settings.concurrency:
                await self._wait(_LOOK)
                continue
            full = [host for host, count in self._busy.items() if count >= self._settings.per_host]
            now = time.time()
            lease = self.frontier.lease(now, full)
            if lease is not None:
                self._busy[lease.host] += 1
                yield lease
                continue
            ready = self.frontier.next_ready(full)
            if not self._busy and (ready is None or ready > now + self._settings.patience):
                return
            soonest = _LOOK if ready is None else min(ready - now, _LOOK)
            await self._wait(max(soonest, 0.001))

    async def _wait(self, seconds: float) -> None:
        self._released.clear()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._released.wait()

    def release(self, lease: Lease) -> None:
        """Give back the place of a lease whose outcome is stored."""
        self._busy[lease.host] -= 1
        self._busy += Counter()  # forgets hosts without requests
        self._released.set()

    def stop(self, why: str) -> None:
        """End the run early, cleanly; what is pending stays for the next one."""
        if not self._stopped:
            self._stopped = why
            self.logger.error("Stopping: %s", why)
            self._released.set()

    def _request(self, lease: Lease) -> scrapy.Request:
        meta: dict[str, object] = {"lease": lease, "kind": lease.kind}
        if lease.kind is Kind.ROBOTS:
            # A long one is read as far as it goes, instead of failing.
            meta |= {"cut_at": PARSED_BYTES, "download_maxsize": 0}
        return scrapy.Request(
            lease.url,
            callback=self.parse,
            errback=self.errback,
            headers=revisit.conditions(lease.visit),
            dont_filter=True,
            meta=meta,
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
        judged = answers.outcome(capture, lease.hops, is_known=lease.visit is not None)
        if judged.meaning is answers.Meaning.STORE:
            if loop.is_quick(capture):
                return read(lease, capture, self._config.permission)
            return await asyncio.get_running_loop().run_in_executor(
                self._readers, read, lease, capture, self._config.permission
            )
        if judged.meaning is answers.Meaning.UNCHANGED:
            settings = self._config.permission
            said = permission(lease.url, lease.notices, settings, capture)
            self.frontier.unchanged(lease, capture, said)
        elif judged.meaning is answers.Meaning.REDIRECT:
            self.frontier.redirected(lease, capture, judged.target)
        else:
            instead = without_robots(lease, capture)
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
            self.frontier.failed(lease, faults.outcome_of(error, lease.url), 0, time.time())
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
    is_cut = "partial" in response.flags and not answers.is_whole(response.body)
    return Capture(
        url=lease.url,
        kind=lease.kind,
        via=lease.via,
        fetched_at=datetime.now(UTC),
        status=response.status,
        headers=headers,
        body=response.body,
        digest=warc.digest_of(response.body),
        truncated="unspecified" if is_cut else "",
    )
