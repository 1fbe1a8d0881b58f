"""Scrapy's SitemapSpider as its manual starts it: from robots.txt, every page that is named."""

from scrapy.http import Response
from scrapy.spiders import SitemapSpider


class RobotsSpider(SitemapSpider):
    """Fetches what the sitemaps of one site name; `scrapy runspider … -a home=URL`."""

    name = "sitemap"
    custom_settings = {  # noqa: RUF012 - Scrapy's way
        "DOWNLOAD_DELAY": 0,
        "CLOSESPIDER_PAGECOUNT": 400,
        "CLOSESPIDER_TIMEOUT": 60,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 4,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "LOG_LEVEL": "ERROR",
    }

    def __init__(self, home: str) -> None:
        super().__init__()
        self.sitemap_urls = [f"{home}robots.txt"]

    def parse(self, response: Response) -> None:
        """Keep nothing: the server's log tells what was fetched."""
