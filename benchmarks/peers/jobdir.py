"""Scrapy's own way to resume: a spider that follows links, run with JOBDIR."""

import scrapy
from scrapy.http import Response


class JobdirSpider(scrapy.Spider):
    """Follows every link of one site; `scrapy runspider … -s JOBDIR=… -a home=URL`."""

    name = "jobdir"
    custom_settings = {  # noqa: RUF012 - Scrapy's way
        "DOWNLOAD_DELAY": 0,
        "CONCURRENT_REQUESTS": 16,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 16,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, home: str) -> None:
        super().__init__()
        self.start_urls = [home]

    def parse(self, response: Response):  # type: ignore[no-untyped-def]  # noqa: ANN201
        """Follow what the page links to."""
        if isinstance(response, scrapy.http.TextResponse):
            yield from response.follow_all(css="a[href]", callback=self.parse)
