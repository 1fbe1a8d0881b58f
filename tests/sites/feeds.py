"""The feeds and sitemaps that several of the themes write alike."""

import html
from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from tests.sites.posts import Post

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_SITEMAP = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def urlset(places: Iterable[tuple[str, datetime]]) -> bytes:
    """A sitemap of URLs and when each last changed (sitemaps.org protocol)."""
    return _sitemap("urlset", "url", places)


def sitemapindex(places: Iterable[tuple[str, datetime]]) -> bytes:
    """A sitemap of sitemaps and when each last changed."""
    return _sitemap("sitemapindex", "sitemap", places)


def _sitemap(root: str, entry: str, places: Iterable[tuple[str, datetime]]) -> bytes:
    entries = "".join(
        f"<{entry}><loc>{html.escape(url)}</loc><lastmod>{moment.isoformat()}</lastmod></{entry}>\n"
        for url, moment in places
    )
    return f"{_DECLARATION}<{root} {_SITEMAP}>\n{entries}</{root}>\n".encode()


def rss(name: str, host: str, items: Iterable[tuple[str, Post]], *, self_path: str) -> bytes:
    """An RSS 2.0 feed with the whole posts in content:encoded."""
    return (
        f"{_DECLARATION}"
        '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom">\n'
        f"<channel><title>{html.escape(name)}</title><link>http://{host}/</link>"
        f'<atom:link href="http://{host}{html.escape(self_path)}" rel="self"'
        ' type="application/rss+xml"/>'
        f"<description>{html.escape(name)}</description>\n"
        + "".join(_item(url, post) for url, post in items)
        + "</channel></rss>\n"
    ).encode()


def _item(url: str, post: Post) -> str:
    tags = "".join(f"<category><![CDATA[{label}]]></category>" for label in post.labels)
    return (
        f"<item><title>{html.escape(post.title)}</title><link>{url}</link>"
        f"<dc:creator><![CDATA[{post.author}]]></dc:creator>"
        f"<pubDate>{format_datetime(post.published)}</pubDate>{tags}"
        f'<guid isPermaLink="true">{url}</guid>'
        f"<description><![CDATA[{post.excerpt}]]></description>"
        f"<content:encoded><![CDATA[{post.html}]]></content:encoded></item>\n"
    )
