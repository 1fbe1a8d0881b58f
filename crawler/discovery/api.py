"""What the APIs of platforms name: a page of posts as JSON, then the next page."""

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit, urlunsplit

from crawler.discovery import found
from crawler.discovery.platforms import WORDPRESS_API
from crawler.discovery.sitemaps import w3c_datetime
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.urls import joined

#: Pages of one API that are asked for: a server that ignores the page would never end.
_MOST_PAGES = 500
#: Posts on a page of WordPress that was not asked for a number of them.
_USUAL_SIZE = 10
#: Digits of a number that is believed.
_MOST_DIGITS = 5
_ADDRESS = ("link", "URL", "canonical_url", "url")
_MODIFIED = ("modified_gmt", "modified", "date_modified", "post_date", "date_published")


def is_json(body: bytes) -> bool:
    """Whether a body looks like JSON by its first byte."""
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def links(capture: Capture) -> Iterator[Link]:
    """The posts that a page of an API names, then its next page.

    The posts of WordPress, WordPress.com and Substack are read, and JSON Feed. Posts behind
    a password or for subscribers are left out.
    """
    told = _parsed(capture.body)
    rows = _rows(told)
    is_feed = isinstance(told, dict) and "items" in told
    via = Via.FEED if is_feed else Via.ENUMERATION
    home = _home(capture.url)
    for row in rows:
        address = next((text for key in _ADDRESS if (text := _text(row.get(key)))), "")
        url = joined(capture.url, address) if address else None
        if url is None or _is_closed(row):
            continue
        if post := found.article(capture, url, via, _modified(row), home):
            yield post
    following = _text(told.get("next_url")) if is_feed else _next(capture, told, len(rows))
    url = joined(capture.url, following) if following else None
    if url is not None:
        yield found.lead(capture, url, Kind.FEED, Via.PAGING, why="next page of an API")


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None


def _rows(told: Any) -> list[dict[str, Any]]:
    if isinstance(told, dict):
        told = told.get("posts", told.get("items"))
    return [row for row in told if isinstance(row, dict)] if isinstance(told, list) else []


def _is_closed(row: dict[str, Any]) -> bool:
    """Whether a post is not for everyone, or not published."""
    content = row.get("content")
    is_protected = isinstance(content, dict) and bool(content.get("protected"))
    is_for_some = row.get("audience", "everyone") != "everyone"
    return is_protected or is_for_some or row.get("status", "publish") not in {"publish", "inherit"}


def _modified(row: dict[str, Any]) -> datetime | None:
    for key in _MODIFIED:
        if moment := w3c_datetime(_text(row.get(key))):
            return moment
    return None


def _home(url: str) -> str:
    """The blog that a page of the API of WordPress.com is about."""
    parts = urlsplit(url)
    if parts.hostname != WORDPRESS_API:
        return ""
    _, _, rest = parts.path.partition("/sites/")
    return joined(f"https://{rest.partition('/')[0]}/", "") or ""


def _next(capture: Capture, told: Any, count: int) -> str:
    query = parse_qs(urlsplit(capture.url).query)
    if not count:
        return ""
    if "offset" in query:
        # By what came, not by what was asked for: Substack's pages may be short.
        offset = _number(query, "offset", 0) + count
        is_far = offset > _MOST_PAGES * _number(query, "limit", count)
        return "" if is_far else _with(capture.url, "offset", str(offset))
    meta = told.get("meta") if isinstance(told, dict) else None
    if isinstance(meta, dict) and (handle := _text(meta.get("next_page"))):
        return _with(_with(capture.url, "page_handle", handle), "page", "")
    page = _number(query, "page", 1)
    pages = capture.header("x-wp-totalpages").strip()
    size = _number(query, "per_page", _number(query, "number", _USUAL_SIZE))
    is_last = (
        page >= int(pages) if pages.isdecimal() and len(pages) <= _MOST_DIGITS else count < size
    )
    is_paged = "page" in query or "page_handle" in query
    return (
        ""
        if is_last or not is_paged or page >= _MOST_PAGES
        else _with(capture.url, "page", str(page + 1))
    )


def _number(query: dict[str, list[str]], key: str, otherwise: int) -> int:
    value = query.get(key, [""])[0]
    return (
        int(value)
        if value.isascii() and value.isdecimal() and len(value) <= _MOST_DIGITS
        else otherwise
    )


def _with(url: str, key: str, value: str) -> str:
    parts = urlsplit(url)
    query = [(name, old) for name, old in parse_qsl(parts.query) if name != key]
    return urlunsplit(parts._replace(query=urlencode([*query, *([(key, value)] if value else [])])))


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
