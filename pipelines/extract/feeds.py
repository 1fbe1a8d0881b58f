"""The posts that an archived feed holds: the second witness of what a post's text is."""

import calendar
import html
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pipelines.core.document import Precision
from pipelines.core.feed import parsed
from pipelines.core.model import Capture
from pipelines.core.urls import document_id, joined, site_of
from pipelines.extract.blocks import Block, words
from pipelines.extract.excerpt import cut_short, leads_on
from pipelines.extract.fragment import fragment, links
from pipelines.extract.fragment import joined as written

#: Bytes of a feed that is read: Blogger's largest pages of 150 posts have about 3 MB.
MOST_BYTES = 10 * 1024 * 1024
#: Entries of one feed that are read; WordPress' API gives 100 a page, Blogger 500 at most.
_MOST_ENTRIES = 1000
#: Characters of one entry that are read, twenty times a long post.
_MOST_CHARACTERS = 1024 * 1024
#: Words of a description without `content:encoded` that may be a whole post: RSS 2.0
#: calls it a synopsis, yet Squarespace and hand-made feeds put the post there.
_LEAST_DESCRIBED = 100
_LEAST_PARAGRAPHS = 2
#: Words around the links of a line that only names the post and its blog once more, as
#: in "The post ... appeared first on ...", which Yoast puts below each entry.
_MOST_BESIDE = 8
#: Words below which an ellipsis at the end of an entry is taken for a cut; nothing is
#: lost by doubting a feed, so this is more than for pages.
_MOST_OPEN = 150
#: Names that programs put in the place of an author's.
_NOBODY = frozenset({"admin", "administrator", "unknown", "noreply", "webmaster", "editor", "blog"})
#: RSS wants an address there, with the name in parentheses; others put them the other way.
_EMAIL = re.compile(r"\S{0,100}@\S{0,100}")
_MOST_NAME = 100
#: Where the rows of an API lie, and the keys of WordPress' REST API, WordPress.com,
#: JSON Feed 1.1, Ghost, Substack and Squarespace; the first that is there counts.
_ROWS = ("items", "posts")
_ADDRESS = ("link", "URL", "canonical_url", "url", "fullUrl")
_CONTENT = ("content", "content_html", "html", "body_html", "body")
_DATES = ("date_gmt", "date_published", "published_at", "post_date", "date")
_PEOPLE = ("authors", "author", "primary_author", "publishedBylines")
_NAMES = ("name", "displayName")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One post as a feed gives it."""

    #: Canonical.
    url: str
    title: str | None = None
    author: str | None = None
    #: UTC.
    published_at: datetime | None = None
    published_precision: Precision | None = None
    #: Paragraphs separated by a blank line; may be empty.
    text: str = ""
    #: Whether the text is the whole post, as far as the feed itself can tell.
    is_whole: bool = False
    #: Whether it is not for everyone; it has no text then.
    is_closed: bool = False
    #: When the feed was fetched (UTC).
    fetched_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class _Raw:
    """What an entry says, in one form for all formats."""

    address: str
    title: str
    author: str
    published: datetime | None
    markup: str
    #: Whether the markup is what the format calls the content, not a summary.
    is_content: bool
    is_closed: bool = False


def entries(capture: Capture) -> tuple[FeedEntry, ...]:
    """The posts of a feed: RSS, Atom, JSON Feed, or an answer of a blog's API.

    Never raises; what cannot be read gives none. Entries that name a place inside a page
    are what readers wrote (WordPress' and Blogger's comment feeds) and are left out, as
    are addresses that a feed names twice. Of what is not for everyone only the address is
    told, so that no other feed brings its text.
    """
    if capture.truncated or len(capture.body) > MOST_BYTES:
        return ()
    raw = list(_rows(capture) if _is_json(capture.body) else _entries(capture))
    read = [entry for one in raw[:_MOST_ENTRIES] if (entry := _entry(one, capture)) is not None]
    counts = Counter(document_id(entry.url) for entry in read)
    return tuple(entry for entry in read if counts[document_id(entry.url)] == 1)


def _entry(raw: _Raw, capture: Capture) -> FeedEntry | None:
    url = joined(capture.url, raw.address) if raw.address else None
    if url is None or _is_of_reader(raw.address):
        return None
    if raw.is_closed:
        return FeedEntry(url=url, is_closed=True, fetched_at=capture.fetched_at)
    lines = fragment(raw.markup[:_MOST_CHARACTERS], site_of(url))
    # More than one footer can stand below each other, of the blog and of its plugins.
    while lines and _is_footer(lines[-1], url):
        lines.pop()
    text = written(lines)
    published = raw.published if raw.published and raw.published <= capture.fetched_at else None
    return FeedEntry(
        url=url,
        title=_one_line(raw.title),
        author=_person(raw.author),
        published_at=published,
        published_precision=_precision(published),
        text=text,
        is_whole=_is_whole(raw, lines, text, url),
        fetched_at=capture.fetched_at,
    )


def _is_whole(raw: _Raw, lines: list[Block], text: str, url: str) -> bool:
    if not lines or len(raw.markup) > _MOST_CHARACTERS:
        return False
    if cut_short(text, _MOST_OPEN) or leads_on(lines[-1], url, url):
        return False
    is_long = len(words(text)) >= _LEAST_DESCRIBED and len(lines) >= _LEAST_PARAGRAPHS
    return raw.is_content or is_long


def _is_footer(line: Block, url: str) -> bool:
    """Whether a line only names the post and its blog, with links to both."""
    wanted = document_id(url)
    found = [address for href, _ in links(line) if (address := joined(url, href))]
    if not any(document_id(address) == wanted for address in found) or leads_on(line, url, url):
        return False
    return line.size - line.linked <= _MOST_BESIDE


def _is_of_reader(address: str) -> bool:
    place = address.partition("#")[2].lower()
    return place.startswith("c") or "showcomment=" in address.lower()


def _entries(capture: Capture) -> Iterator[_Raw]:
    for entry in parsed(capture).entries:
        # As a plain dict: the entry's own look-up falls back to other keys, and warns.
        told = dict(entry)
        if "thr_in-reply-to" in told:
            continue
        content = _longest(told.get("content"))
        yield _Raw(
            address=_text(told.get("feedburner_origlink") or told.get("link")),
            title=_text(told.get("title")),
            # Not its `author_detail`, which takes the rest of a long address for a name.
            author=_text(told.get("author")),
            published=_moment(told.get("published_parsed")),
            markup=content or _text(told.get("summary")),
            is_content=bool(content),
        )


def _longest(contents: object) -> str:
    """The fullest of an entry's contents, of which Atom allows several."""
    found = [_text(one.get("value")) for one in contents] if isinstance(contents, list) else []
    return max(found, key=len, default="")


def _moment(parts: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(calendar.timegm(parts), UTC) if parts else None
    except (ValueError, OverflowError, OSError):
        return None


def _is_json(body: bytes) -> bool:
    return body[:64].removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["}


def _rows(capture: Capture) -> Iterator[_Raw]:
    try:
        told = json.loads(capture.body.decode("utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return
    if isinstance(told, dict):
        told = next((told[key] for key in _ROWS if isinstance(told.get(key), list)), None)
    for row in told if isinstance(told, list) else ():
        if isinstance(row, dict):
            yield _row(row)


def _row(row: Mapping[str, Any]) -> _Raw:
    markup = next((text for key in _CONTENT if (text := _rendered(row.get(key)))), "")
    plain = _text(row.get("content_text"))
    return _Raw(
        address=next((text for key in _ADDRESS if (text := _text(row.get(key)))), ""),
        title=_rendered(row.get("title")),
        author=next((name for key in _PEOPLE if (name := _name(row.get(key)))), ""),
        published=next((at for key in _DATES if (at := _iso(_text(row.get(key))))), None),
        markup=markup or "<br>".join(html.escape(line) for line in plain.splitlines()),
        is_content=bool(markup or plain),
        is_closed=_is_closed(row),
    )


def _is_closed(row: Mapping[str, Any]) -> bool:
    """Whether a post is behind a password, for subscribers, or not published."""
    content = row.get("content")
    is_protected = isinstance(content, dict) and bool(content.get("protected"))
    is_for_some = row.get("audience", "everyone") != "everyone"
    is_for_members = row.get("visibility", "public") != "public"
    is_draft = row.get("status", "publish") not in {"publish", "published"}
    return is_protected or is_for_some or is_for_members or is_draft


def _rendered(value: object) -> str:
    return _text(value.get("rendered")) if isinstance(value, dict) else _text(value)


def _name(value: object) -> str:
    """The name of one person; of several, none is the author alone."""
    if isinstance(value, list):
        value = value[0] if len(value) == 1 else None
    if isinstance(value, dict):
        return next((name for key in _NAMES if (name := _text(value.get(key)))), "")
    return _text(value)


def _iso(text: str) -> datetime | None:
    """A moment of ISO 8601; one without a zone is in UTC, as `date_gmt` has it."""
    try:
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def _precision(moment: datetime | None) -> Precision | None:
    if moment is None:
        return None
    is_midnight = not (moment.hour or moment.minute or moment.second)
    return Precision.DAY if is_midnight else Precision.TIME


def _one_line(text: str) -> str | None:
    """The words of a title, in which feeds put markup and references."""
    return " ".join(block.text for block in fragment(html.unescape(text), "")) or None


def _person(text: str) -> str | None:
    """A name as a reader would give it; addresses and names of programs are nobody's."""
    name = " ".join(_EMAIL.sub(" ", html.unescape(text)).split()).strip(" ()<>")
    is_name = 0 < len(name) <= _MOST_NAME and name.casefold() not in _NOBODY
    return name if is_name and "://" not in name else None


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
