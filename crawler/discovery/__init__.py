"""Which URLs a capture points to, and which of them are posts; pure."""

import re
from collections.abc import Iterator
from itertools import islice

from crawler.discovery import api, feeds, found, pages, sitemaps
from pipelines.core.markup import Markup
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.urls import joined

#: Links of one page or feed that are taken over; only traps have more.
MAX_LINKS = 1_000

#: Bytes at the start of a body that tell what it is.
_HEAD = 4096
_ROOT = re.compile(
    rb"<(?:(?P<feed>rss|feed|rdf:rdf)|(?P<sitemap>(?:\w+:)?(?:urlset|sitemapindex))|(?P<page>html))"
    rb"[\s>]",
    re.IGNORECASE,
)


def discover(capture: Capture, parsed: Markup | None = None) -> tuple[Link, ...]:
    """What a capture leads to, each URL once, the most trusted first.

    What a body is decides how it is read, not what it was asked for as: the seed of a
    blog may be its feed, and a feed may be named as a sitemap.

    Args:
        capture: What was answered.
        parsed: The tree of it as a page, where somebody has made it.

    Returns:
        Links to canonical URLs: at most 1,000, or 50,000 of a sitemap.
    """
    if not 200 <= capture.status < 300:  # noqa: PLR2004 - the successful ones of RFC 9110
        return ()
    form = _form(capture)
    limit = sitemaps.MAX_URLS if form == "sitemap" else MAX_LINKS
    links = pages.links(capture, parsed) if form == "page" else _READERS[form](capture)
    return tuple(islice(found.unique(links, capture), limit))


def guesses(origin: str, capture_of_robots: Capture | None) -> tuple[Link, ...]:
    """Where a sitemap would be that robots.txt does not name: one guess, out of courtesy.

    Args:
        origin: Scheme and authority of the blog.
        capture_of_robots: Its robots.txt; None where it has none.
    """
    if capture_of_robots is not None and discover(capture_of_robots):
        return ()
    url = joined(f"{origin}/", "/sitemap.xml")
    if url is None:
        return ()
    return (
        Link(
            url=url,
            kind=Kind.SITEMAP,
            via=Via.ROBOTS,
            found_on=f"{origin}/robots.txt",
            score=found.SOURCE_SCORE,
            why="guessed",
        ),
    )


def _form(capture: Capture) -> str:
    if capture.kind is Kind.ROBOTS:
        return "robots"
    # Without NULs, the tags of UTF-16 read like ASCII.
    head = sitemaps.unpacked(capture.body[:_HEAD]).replace(b"\0", b"")[:_HEAD]
    if capture.kind is Kind.FEED and api.is_json(head):
        return "api"
    root = _ROOT.search(head)
    if root is not None and root.lastgroup:
        is_page = root.lastgroup == "page"
        return root.lastgroup if not is_page or capture.kind.is_page else "nothing"
    if capture.kind is Kind.SITEMAP:
        return "sitemap"
    return "page" if capture.kind.is_page else "feed"


def _from_robots(capture: Capture) -> Iterator[Link]:
    """The sitemaps that a robots.txt names, on whatever host (sitemaps.org/protocol)."""
    for line in capture.body.decode("utf-8-sig", errors="replace").splitlines():
        key, _, value = line.partition(":")
        if key.strip().lower() != "sitemap":
            continue
        url = joined(capture.url, value.partition(" #")[0])
        if url is not None and sitemaps.via_of(url) is not None:
            yield found.lead(capture, url, Kind.SITEMAP, Via.ROBOTS, why="named by robots.txt")


def _from_nothing(_: Capture) -> Iterator[Link]:
    return iter(())


_READERS = {
    "robots": _from_robots,
    "feed": feeds.links,
    "api": api.links,
    "sitemap": sitemaps.links,
    "nothing": _from_nothing,
}
