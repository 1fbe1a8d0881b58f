"""The one Scrapy item pipeline: a capture goes into the archive and the frontier together."""

import asyncio
from dataclasses import dataclass
from typing import Any

from scrapy.crawler import Crawler

from crawler.frontier import Lease
from pipelines.core import warc
from pipelines.core.model import Capture, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A capture on its way into the archive, with the links that were found in it."""

    lease: Lease
    capture: Capture
    links: tuple[Link, ...]


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
        lease, capture = item.lease, item.capture
        try:
            member = None
            if lease.visit is None or lease.visit.digest != capture.digest:
                member = await asyncio.to_thread(warc.encode, capture)
            spider.frontier.store(lease, capture, member, item.links)
        except Exception as error:  # noqa: BLE001 - one page's crash may not stop the run
            spider.crashed(lease, error)
        else:
            spider.release(lease)
        return item
