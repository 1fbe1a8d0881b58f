"""What RSS and Atom feeds name: their entries and their further pages (RFC 5005)."""

import calendar
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from crawler.discovery import found
from crawler.discovery.platforms import by_generator
from crawler.discovery.traps import is_of_readers
from pipelines.core import feed
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.urls import joined, site_of

#: Relations of RFC 5005 that lead to older entries.
_OLDER = frozenset({"next", "prev-archive"})
#: Relations of RFC 5005 that only a feed of several pages has.
_PAGED = frozenset({"next", "previous", "first", "last", "prev-archive", "next-archive"})
#: Pages of a feed that are asked for at most, and on its own word where it does not name them.
_MOST_PAGES = 500
_TRUSTED_PAGES = 20
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
    if is_of_readers(url):
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
    parsed = feed.parsed(capture)
    home = joined(capture.url, _text(parsed.feed.get("link"))) or capture.url
    paging = _unnamed_paging(capture, parsed, home)
    page = _number(capture, paging)
    names_all = _is_paged(parsed) or (page > 1 and _says(parsed, paging, page) is True)
    via = Via.ENUMERATION if names_all else Via.FEED
    for entry in parsed.entries:
        url = joined(capture.url, _text(entry.get("feedburner_origlink") or entry.get("link")))
        if url and (post := found.article(capture, url, via, _modified(entry), home)):
            yield post
    named = list(_further(capture, parsed))
    yield from named or _unnamed(capture, parsed, paging)


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


def _is_paged(parsed: Any) -> bool:
    """Whether the feed says that it is one of several pages (RFC 5005)."""
    return any(item.get("rel") in _PAGED for item in parsed.feed.get("links", ()))


def _unnamed_paging(capture: Capture, parsed: Any, home: str) -> str:
    """The parameter that turns the pages of a feed which does not name them, or nothing."""
    platform = by_generator(_text(parsed.feed.get("generator"))) or by_generator(
        _text(parsed.feed.get("generator_detail", {}).get("href"))
    )
    is_own = site_of(home) == site_of(capture.url)
    return platform.feed_page if platform and is_own else ""


def _unnamed(capture: Capture, parsed: Any, key: str) -> Iterator[Link]:
    """The next page of WordPress' feed: there is one while there are entries."""
    page = _number(capture, key)
    if not key or not parsed.entries or page >= _MOST_PAGES:
        return
    # Caches and static copies give the first page whatever page is asked for.
    says = _says(parsed, key, page)
    if page > 1 and (says is False or (says is None and page >= _TRUSTED_PAGES)):
        return
    parts = urlsplit(capture.url)
    query = [(name, value) for name, value in parse_qsl(parts.query) if name != key]
    url = joined(capture.url, f"{parts.path}?{urlencode([*query, (key, str(page + 1))])}")
    if url is not None:
        # Once begun, it is read to its end: only then are all posts named.
        score = found.FEED_PAGE_SCORE if page == 1 else found.SOURCE_SCORE
        why = "next page of a feed, not named"
        yield found.lead(capture, url, Kind.FEED, Via.PAGING, score=score, why=why)


def _says(parsed: Any, key: str, page: int) -> bool | None:
    """Whether a feed says that it is that page, as WordPress does; None where it says nothing."""
    links = parsed.feed.get("links", ())
    own = [_text(item.get("href")) for item in links if item.get("rel") == "self"]
    asked = [parse_qs(urlsplit(href).query).get(key, ["1"])[0] for href in own]
    return str(page) in asked if own else None


def _number(capture: Capture, key: str) -> int:
    """Which page of a feed this is."""
    value = parse_qs(urlsplit(capture.url).query).get(key, [""])[0]
    return int(value) if re.fullmatch(r"[1-9]\d{0,4}", value, re.ASCII) else 1


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
