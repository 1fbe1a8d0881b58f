"""Where a blog's posts may be listed that nobody named, from the best source to the worst."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from crawler.discovery import found
from crawler.discovery.anchors import Page
from crawler.discovery.platforms import UNKNOWN, recognise
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.urls import joined, origin_of

_API_NAME = "https://api.w.org/"


def fallbacks(capture: Capture, page: Page, *, has_feed: bool, index: str) -> Iterator[Link]:
    """The sources of the platform that a home page was made with, as fallbacks.

    Args:
        capture: The home page.
        page: The same, parsed.
        has_feed: Whether it names its feed.
        index: The index of posts that it leads to; empty where it names none.
    """
    platform = recognise(capture) or UNKNOWN
    api = _api(capture, page)
    root = joined(api, "..") if urlsplit(api).path.endswith("/wp-json/") else None
    known = {"{blog}": index.rstrip("/"), "{api}": api, "{host}": urlsplit(capture.url).netloc}
    known["{path}"] = urlsplit(capture.url).path.rstrip("/")
    rungs = (
        (Kind.SITEMAP, ("/sitemap.xml", *platform.sitemaps), found.SITEMAP_SCORE, Via.ROBOTS),
        (Kind.FEED, () if has_feed else platform.feeds, found.FEED_SCORE, Via.LISTING),
        (Kind.FEED, platform.apis, found.API_SCORE, Via.LISTING),
    )
    for kind, paths, score, via in rungs:
        for place, path in enumerate(path for path in paths if index or "{blog}" not in path):
            filled = path
            for name, value in known.items():
                filled = filled.replace(name, value)
            base = root or (capture.url if kind is Kind.FEED else origin_of(capture.url))
            if url := joined(base, filled):
                # A little less for each: the ones after it are asked only if it brings nothing.
                rank = round(score - place / 1000, 3)
                yield found.lead(capture, url, kind, via, score=rank, why="guessed")


def _api(capture: Capture, page: Page) -> str:
    """The root of WordPress' API, which its pages name in their head and in a header."""
    for link in page.links({_API_NAME}):
        if _is_own(link.url, capture.url):
            return link.url
    return f"{origin_of(capture.url)}/wp-json/"


def _is_own(url: str, home: str) -> bool:
    return origin_of(url) == origin_of(home) and urlsplit(url).path.endswith("/wp-json/")
