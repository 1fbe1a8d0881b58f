"""What RSS and Atom feeds name: their entries and their further pages (RFC 5005)."""

import calendar
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, urlsplit

import feedparser

from crawler.discovery import found
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.urls import joined, site_of

#: Relations of RFC 5005 that lead to older entries.
_OLDER = frozenset({"next", "prev-archive"})
_FEED_NAMES = frozenset({"feed", "rss", "rss2", "atom", "feed.xml", "rss.xml", "atom.xml"})


def is_comment_feed(url: str) -> bool:
    """Whether a feed holds what readers wrote: the comments on a blog or on one post.

    >>> is_comment_feed("https://blog.example/why-i-vote/feed/")
    True
    >>> is_comment_feed("https://blog.example/feed/")
    False
    """
    parts = urlsplit(url)
    steps = [step for step in parts.path.lower().split("/") if step]
    asked = parse_qs(parts.query.lower()).get("feed", [""])[0]
    if "comments" in steps or asked.startswith("comments"):
        return True
    if len(steps) < 2 or steps[-1] not in _FEED_NAMES:  # noqa: PLR2004 - a post, then its feed
        return False
    post = f"{parts.scheme}://{parts.netloc}/{'/'.join(steps[:-1])}/"
    return judge(post, Via.SITEMAP).kind is PageKind.POST


def links(capture: Capture) -> Iterator[Link]:
    """The posts that a feed names, then the feed's next page.

    Entries of another site are left out, unless the whole feed belongs to that site, as
    feeds do that a service delivers.
    """
    if is_comment_feed(capture.url):
        return
    parsed = _parsed(capture)
    home = joined(capture.url, _text(parsed.feed.get("link"))) or capture.url
    for entry in parsed.entries:
        url = joined(capture.url, _text(entry.get("feedburner_origlink") or entry.get("link")))
        if url and (post := found.article(capture, url, Via.FEED, _modified(entry), home)):
            yield post
    yield from _further(capture, parsed)


def _parsed(capture: Capture) -> Any:
    headers = {
        "content-location": capture.url,
        "content-type": capture.header("content-type") or "application/xml",
    }
    try:
        # A stream: of bytes, feedparser would first try to open a file of that name.
        return feedparser.parse(
            io.BytesIO(capture.body),
            response_headers=headers,
            resolve_relative_uris=False,
            sanitize_html=False,
        )
    except Exception:  # noqa: BLE001 - its parsers raise many kinds on broken markup
        return feedparser.FeedParserDict(feed=feedparser.FeedParserDict(), entries=[])


def _further(capture: Capture, parsed: Any) -> Iterator[Link]:
    for item in parsed.feed.get("links", ()):
        href = _text(item.get("href"))
        if item.get("rel") not in _OLDER or not href:
            continue
        url = joined(capture.url, href)
        if url is not None and site_of(url) != site_of(capture.url):
            # Blogger names its own host here, with a query that the blog answers as well.
            query = urlsplit(url).query
            url = joined(capture.url, f"?{query}") if "start-index=" in query else None
        if url is not None and not is_comment_feed(url):
            yield found.lead(capture, url, Kind.FEED, Via.PAGING, why="next page of a feed")


def _modified(entry: Any) -> datetime | None:
    for key in ("updated_parsed", "published_parsed"):
        # As a plain dict: the entry's own look-up falls back to other keys, and warns.
        if moment := dict.get(entry, key):
            try:
                return datetime.fromtimestamp(calendar.timegm(moment), UTC)
            except (ValueError, OverflowError, OSError):
                return None
    return None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
