"""The one Scrapy item pipeline: a capture goes into the archive and the frontier together."""

import asyncio
import time
from dataclasses import replace
from typing import Any

from scrapy.crawler import Crawler

from crawler import loop
from crawler.frontier import Fetched
from crawler.policy.answers import Meaning, Outcome
from pipelines.core import warc
from pipelines.core.model import Capture, Kind
from pipelines.core.reasons import Reason

#: Links that are taken over at once; a sitemap may have 50,000.
_PART = 50
_SOFT_404 = Outcome(
    meaning=Meaning.GONE,
    reason=Reason.FETCH_SOFT_404,
    detail="says what the site says of pages that are not there",
)


class Archiver:
    """Appends captures to the WARC of their site and marks their URLs done.

    Args:
        crawler: Its spider owns the frontier; it is stopped when the disk fails.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Archiver":
        """Scrapy's way to make a component."""
        return cls(crawler)

    async def process_item(self, item: Fetched) -> Fetched:
        """Store one capture; a body that is archived already is not written again."""
        spider: Any = self._crawler.spider
        try:
            if item.is_missing:
                status = item.capture.status
                spider.frontier.failed(item.lease, _SOFT_404, status, time.time())
            else:
                member = None
                if _is_wanted(item) and not spider.frontier.is_held(item):
                    member = await _encoded(item.capture)
                spider.frontier.store(await self._shortened(item), member)
        except Exception as error:  # noqa: BLE001 - one page's crash may not stop the run
            spider.crashed(item.lease, error)
        else:
            spider.release(item.lease)
        return item

    async def _shortened(self, item: Fetched) -> Fetched:
        """A long sitemap whose links are taken over, part by part, so that the loop goes on."""
        if item.lease.kind is not Kind.SITEMAP or len(item.links) <= _PART:
            return item
        spider: Any = self._crawler.spider
        news = False
        for brought in spider.frontier.announced(item, _PART):
            news |= brought
            await asyncio.sleep(0)
        return replace(item, links=(), brought_news=news)


async def _encoded(capture: Capture) -> bytes:
    if loop.is_quick(capture):
        return warc.encode(capture)
    return await asyncio.to_thread(warc.encode, capture)


def _is_wanted(item: Fetched) -> bool:
    """Whether the body may be kept: no page that refuses it, no page made up by us."""
    if item.lease.kind is Kind.PROBE:
        return False
    return not (item.lease.kind.is_page and item.permission.is_refused)
