"""What sitemaps name, read as a stream: they may hold 50,000 URLs (sitemaps.org/protocol)."""

import io
import re
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from crawler.discovery import found
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.urls import joined, site_of

#: URLs of one sitemap, and bytes of it unpacked: the protocol's limits.
MAX_URLS = 50_000
MAX_BYTES = 50 * 1024 * 1024


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Words in the name of a sitemap: of what is no page, of pages, of posts.
_DROPPED = _words("""
    taxonomy taxonomies tax category categories cat tag tags label labels author authors user
    users image images video videos attachment attachments media archives misc
    kategorie schlagwort autor categoria etiqueta
""")
_PAGES = _words("""
    page pages product products event events service services website store shop location
    locations portfolio project projects testimonial testimonials team member members course
    courses local faq landing forum
""")
_POSTS = _words("""
    post posts blog blogs article articles news journal story stories essay essays entries
    beitrag beitraege artikel noticias actualites
""")
_YEAR_AND_MONTH = {4: "-01-01", 7: "-01"}


def via_of(url: str) -> Via | None:
    """What a sitemap lists, by its name; None where it lists no pages of authors' words.

    >>> via_of("https://blog.example/wp-sitemap-posts-post-1.xml")
    <Via.POST_SITEMAP: 'post_sitemap'>
    >>> via_of("https://blog.example/category-sitemap.xml") is None
    True
    """
    parts = urlsplit(url)
    name = parts.path.rstrip("/").rpartition("/")[2].lower()
    named = [name, *parse_qs(parts.query.lower()).get("sitemap", [])]
    # WordPress says "posts" of all its kinds, then the kind: wp-sitemap-posts-page-1.
    words = set(re.findall(r"[a-z]+", " ".join(named).replace("sitemap-posts-", "sitemap-")))
    if words & _DROPPED:
        return None
    if words & _PAGES:
        return Via.PAGE_SITEMAP
    return Via.POST_SITEMAP if words & _POSTS else Via.SITEMAP


def links(capture: Capture) -> Iterator[Link]:
    """The child sitemaps and posts that a sitemap names, in its order.

    XML with or without its namespace, packed or not, cut short or not well-formed, and
    plain text with one URL a line are read; entities are not resolved.
    """
    body = unpacked(capture.body)
    entries = _from_xml(body) if b"<" in body[:4096] else _from_text(body)
    via = via_of(capture.url) or Via.PAGE_SITEMAP
    if via is Via.SITEMAP and capture.via in {Via.POST_SITEMAP, Via.PAGE_SITEMAP}:
        via = capture.via
    for tag, location, modified in islice(entries, MAX_URLS):
        url = joined(capture.url, location)
        if url is None:
            continue
        if tag == "sitemap":
            yield from _child(capture, url, via)
        elif post := found.article(capture, url, via, w3c_datetime(modified)):
            yield post


def unpacked(body: bytes) -> bytes:
    """The body without gzip around it, cut at `MAX_BYTES`; what can be read of a broken one."""
    if not body.startswith(b"\x1f\x8b"):
        return body[:MAX_BYTES]
    try:
        return zlib.decompressobj(wbits=zlib.MAX_WBITS | 16).decompress(body, MAX_BYTES)
    except zlib.error:
        return b""


def w3c_datetime(text: str) -> datetime | None:
    """A date in the W3C's profile of ISO 8601 (NOTE-datetime), in UTC; None for any other.

    >>> w3c_datetime("2020-07-01T10:00:00+02:00").isoformat()
    '2020-07-01T08:00:00+00:00'
    """
    text = text.strip()
    try:
        moment = datetime.fromisoformat(text + _YEAR_AND_MONTH.get(len(text), ""))
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _child(capture: Capture, url: str, inherited: Via) -> Iterator[Link]:
    via = via_of(url)
    if via is None or site_of(url) != site_of(capture.url):
        return
    if via is Via.SITEMAP:
        via = inherited
    yield found.lead(capture, url, Kind.SITEMAP, via, why="named by a sitemap index")


def _from_xml(body: bytes) -> Iterator[tuple[str, str, str]]:
    """Tag, location and date of each entry, as far as the document can be read."""
    events = etree.iterparse(
        io.BytesIO(body.lstrip()),
        resolve_entities=False,
        no_network=True,
        recover=True,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        for _, element in events:
            tag = _local(element.tag)
            if tag not in {"url", "sitemap"}:
                continue
            told = {_local(child.tag): child.text or "" for child in reversed(element)}
            if told.get("loc", "").strip():
                yield tag, told["loc"], told.get("lastmod", "")
            element.clear()
            while element.getprevious() is not None and element.getparent() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError:
        return


def _local(tag: object) -> str:
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _from_text(body: bytes) -> Iterator[tuple[str, str, str]]:
    for line in io.BytesIO(body):
        text = line.decode("utf-8-sig", errors="replace").strip()
        if text.startswith(("http://", "https://")):
            yield "url", text, ""
