"""What the crawler's log leaves out: the lines for each page, which Scrapy makes to drop them."""

from typing import Any

from scrapy.logformatter import LogFormatter


class Quiet(LogFormatter):
    """Says nothing of a page that went well: the fetch log has a row for it."""

    def crawled(self, *_: Any) -> None:  # type: ignore[override]
        """A page was fetched."""

    def scraped(self, *_: Any) -> None:  # type: ignore[override]
        """An item came out of the pipeline."""
