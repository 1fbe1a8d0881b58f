"""A Scrapy extension that measures how long the event loop stands still while it crawls."""

import json
import time
from pathlib import Path

from scrapy import signals
from scrapy.crawler import Crawler
from twisted.internet.task import LoopingCall

#: Seconds between two calls.
_EVERY = 0.01


class Lag:
    """Asks to be called every 10 ms and writes down, in ms, how much later it was.

    Args:
        crawler: Its setting LAG_FILE names the file.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._file = Path(crawler.settings["LAG_FILE"])
        self._lags: list[float] = []
        self._last = 0.0
        self._call = LoopingCall(self._look)
        crawler.signals.connect(self._opened, signal=signals.spider_opened)
        crawler.signals.connect(self._closed, signal=signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Lag":
        """Scrapy's way to make a component."""
        return cls(crawler)

    def _opened(self) -> None:
        self._last = time.monotonic()
        self._call.start(_EVERY, now=False)

    def _look(self) -> None:
        now = time.monotonic()
        self._lags.append(round(1000 * max(now - self._last - _EVERY, 0.0), 2))
        self._last = now

    def _closed(self) -> None:
        self._call.stop()
        self._file.write_text(json.dumps(self._lags))
