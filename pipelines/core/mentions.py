"""Where a body of HTML or XML names addresses that were removed, and how they are cut out."""

import html
import re
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from pipelines.core.model import Capture, Kind
from pipelines.core.removals import Removals
from pipelines.core.urls import joined
from pipelines.core.warc import digest_of

#: Whether an address was removed.
Covers = Callable[[str], bool]

#: Addresses as they stand in HTML, feeds, sitemaps and JSON, whose slashes may be escaped.
_WHOLE = re.compile(rb"https?:(?:\\?/){2}[^\s\"'<>()\]\[{}|^`]+", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    rb"\b(?:href|data-url|data-href|content|action)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))",
    re.IGNORECASE,
)
#: An anchor with its words, which are mostly the title of the page that it leads to.
_ANCHOR = re.compile(rb"<a\b[^>]*>.*?</a\s*>", re.IGNORECASE | re.DOTALL)
#: Elements without content that name an address.
_LINK = re.compile(rb"<(?:link|meta)\b[^>]*>", re.IGNORECASE)
_COMMENTS = re.compile(r"/(?:feed|comments)/?$")
#: Longest address that is looked at.
_MOST = 2100
#: Captures that lead to posts; one that leads to a removed one is not kept, since it may hold
#: its title and its text as well, and the next visit brings another.
LEADS = frozenset({Kind.HOME, Kind.LISTING, Kind.FEED, Kind.SITEMAP})


def names(body: bytes, base: str, covers: Covers) -> bool:
    """Whether a body names an address that was removed."""
    seen: set[bytes] = set()
    for raw in _found(body):
        if raw not in seen:
            seen.add(raw)
            if _is_covered(raw, base, covers):
                return True
    return False


def without(body: bytes, base: str, covers: Covers) -> bytes:
    """A page without its links to what was removed, the words of these links included."""

    def kept(match: re.Match[bytes]) -> bytes:
        return b"" if names(match[0], base, covers) else match[0]

    if not names(body, base, covers):
        return body
    return _WHOLE.sub(
        lambda match: b"" if _is_covered(match[0], base, covers) else match[0],
        _LINK.sub(kept, _ANCHOR.sub(kept, body)),
    )


def spared(capture: Capture, removals: Removals) -> Capture | None:
    """What of a capture may be archived, after all that was removed.

    Returns:
        The capture itself, or without its links to removed pages; None: nothing of it.
    """
    if not removals.hashes:
        return capture
    if removals.covers_url(capture.url):
        return None
    if capture.kind in LEADS:
        is_named = names(capture.body, capture.url, removals.covers_page)
        return None if is_named else capture
    if not capture.kind.is_page:
        return capture
    return cut(capture, removals.covers_page)


def cut(capture: Capture, covers: Covers) -> Capture:
    """A page without its links to what was removed."""
    body = without(capture.body, capture.url, covers)
    if body == capture.body:
        return capture
    return replace(capture, body=body, digest=digest_of(body))


def _found(body: bytes) -> list[bytes]:
    attributes = (b"".join(groups) for groups in _ATTRIBUTE.findall(body))
    return [*_WHOLE.findall(body), *attributes]


def _is_covered(raw: bytes, base: str, covers: Covers) -> bool:
    if not raw or len(raw) > _MOST:
        return False
    spelt = html.unescape(raw.decode("utf-8", "replace")).replace("\\/", "/")
    address = joined(base, spelt.rstrip(".,;\\"))
    if address is None:
        return False
    parts = urlsplit(address)
    if parts.path == "/" and not parts.query:
        # Every page names its site's front door.
        return False
    # A feed of comments lies below its post; a final slash is often left out.
    above = _COMMENTS.sub("/", parts.path).rstrip("/")
    paths = {parts.path, above, f"{above}/"} - {"", "/"}
    return any(covers(parts._replace(path=path).geturl()) for path in paths)
