"""A small reader of whole sites, which tests check the sites themselves with."""

import re
import urllib.request
from collections.abc import Iterator
from html import unescape
from urllib.error import HTTPError
from urllib.parse import urljoin, urlsplit


def fetch(proxy: str, url: str) -> tuple[int, str]:
    """Status and text of `url`, redirects followed."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({"http": proxy}))
    try:
        with opener.open(url, timeout=20) as response:
            return response.status, response.read().decode(errors="replace")
    except HTTPError as error:
        with error:
            return error.code, ""


def links(base: str, text: str) -> Iterator[str]:
    """Every address that a page, feed or sitemap names on its own host."""
    found = re.findall(r"""\shref=["']([^"']+)|<loc>([^<]+)|<link>([^<]+)""", text)
    for url in (urljoin(base, unescape("".join(groups))).partition("#")[0] for groups in found):
        if urlsplit(url).netloc == urlsplit(base).netloc:
            yield url


def crawl(proxy: str, start: str) -> dict[str, int]:
    """The status of all that can be reached on one host."""
    statuses: dict[str, int] = {}
    waiting = [start]
    while waiting:
        url = waiting.pop()
        if url not in statuses:
            statuses[url], text = fetch(proxy, url)
            waiting.extend(links(url, text))
    return statuses
