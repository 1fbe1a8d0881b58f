"""What many a project starts with: a spider that follows links and cleans each page as it comes.

Its pipeline extracts the text with trafilatura, asks langdetect for the language and writes JSON
lines, all of it between two requests. Of ours, the crawl alone is held against it: we archive
the page and do all that in `build`, on all cores, without asking a site twice.
"""

import json
from pathlib import Path
from typing import Any

import scrapy
from langdetect import DetectorFactory, LangDetectException, detect
from scrapy.http import Response, TextResponse
from trafilatura import bare_extraction
from trafilatura.settings import Document


class NaiveSpider(scrapy.Spider):
    """Follows every link of one site; `scrapy runspider … -a home=URL -a out=FILE`."""

    name = "naive"
    custom_settings = {  # noqa: RUF012 - Scrapy's way
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, home: str, out: str) -> None:
        super().__init__()
        self.start_urls = [home]
        self.out = Path(out)

    @classmethod
    def update_settings(cls, settings: Any) -> None:
        """Name the pipeline of this very file, which runspider imports by its path."""
        super().update_settings(settings)
        settings.set("ITEM_PIPELINES", {CleaningPipeline: 100}, priority="spider")

    def parse(self, response: Response):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Hand over the page and follow what it links to."""
        if isinstance(response, TextResponse):
            yield {"url": response.url, "html": response.text}
            yield from response.follow_all(css="a[href]", callback=self.parse)


class CleaningPipeline:
    """Page in, line of JSON out."""

    def __init__(self, out: Path) -> None:
        self._lines = out.open("w", encoding="utf-8")
        DetectorFactory.seed = 0

    @classmethod
    def from_crawler(cls, crawler: Any) -> "CleaningPipeline":
        """Scrapy's way to make a component."""
        return cls(crawler.spider.out)

    def process_item(self, item: dict[str, Any]) -> dict[str, Any]:
        """Extract, tell the language, write."""
        found = bare_extraction(item.pop("html"), url=item["url"], with_metadata=True)
        if not isinstance(found, Document):
            return item
        item |= {"title": found.title, "author": found.author, "date": found.date}
        item["text"] = found.text or ""
        try:
            item["language"] = detect(item["text"])
        except LangDetectException:
            item["language"] = ""
        self._lines.write(json.dumps(item, ensure_ascii=False) + "\n")
        return item

    def close_spider(self) -> None:
        """End the file."""
        self._lines.close()
