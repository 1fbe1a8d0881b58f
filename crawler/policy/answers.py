"""What an HTTP answer means for the frontier: store, unchanged, go elsewhere, or a failure."""

import re
from dataclasses import dataclass
from enum import Enum, auto

from crawler.policy import pace
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.reasons import Reason
from pipelines.core.urls import joined, site_of

#: Redirects that are followed from one link: RFC 9309, section 2.3.1.2, names the figure
#: for robots.txt.
MAX_HOPS = 5

_GONE = frozenset({404, 410})
#: Answers of the 4xx family that may be another one soon (RFC 9110, RFC 8470, RFC 6585).
_PASSING = frozenset({408, 425, 429})
#: How a body ends, and in how many last bytes that is looked for.
_END = re.compile(rb"</(?:html|rss|feed|urlset|sitemapindex|rdf:rdf)\s*>", re.IGNORECASE)
_TAIL = 4096
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Beginnings of media types that a page, a feed, a sitemap or a robots.txt may have.
_TEXT_TYPES: tuple[str, ...] = (
    "text/",
    "application/atom",
    "application/feed",
    "application/gzip",
    "application/json",
    "application/rdf",
    "application/rss",
    "application/x-gzip",
    "application/xhtml",
    "application/xml",
)
#: Kinds that may lead to another site: a blog that has moved, its feed or its sitemap.
_MAY_MOVE = frozenset({Kind.HOME, Kind.FEED, Kind.SITEMAP})


class Meaning(Enum):
    """What the frontier does with an answer."""

    STORE = auto()
    UNCHANGED = auto()
    REDIRECT = auto()
    #: There is nothing here, and asking again soon will not help.
    GONE = auto()
    #: It may pass; ask again later.
    FAILED = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The meaning of one answer."""

    meaning: Meaning
    reason: Reason | None = None
    detail: str = ""
    #: Whether asking again in the same run is of no use.
    final: bool = False
    #: Where a redirect leads: a canonical URL.
    target: str = ""
    #: Whether the trouble is the host's, not the page's.
    is_host: bool = False
    #: Seconds that the host asked to be left alone.
    wait: float = 0.0


def outcome(capture: Capture, hops: int, *, is_known: bool = True) -> Outcome:
    """Read an answer.

    Args:
        capture: The answer, its body complete.
        hops: Redirects that led here.
        is_known: Whether the request was conditional, so that 304 has a meaning.
    """
    if capture.status == 304 and is_known:  # noqa: PLR2004
        return Outcome(meaning=Meaning.UNCHANGED)
    if capture.status in _REDIRECTS and capture.header("Location"):
        return _redirect(capture, hops)
    if capture.status in _GONE:
        return _gone(Reason.FETCH_GONE, f"HTTP {capture.status}")
    if not 200 <= capture.status < 300:  # noqa: PLR2004
        return _status(capture)
    return _flaw(capture) or Outcome(meaning=Meaning.STORE)


def is_whole(body: bytes) -> bool:
    """Whether a body that nothing says the length of ends as pages, feeds and sitemaps do.

    Without a Content-Length, a server that is done and one that died look the same.
    """
    return _END.search(body[-_TAIL:]) is not None or b"<" not in body[:_TAIL]


def _flaw(capture: Capture) -> Outcome | None:
    """Why a successful answer is of no use; None where it is."""
    if capture.truncated:
        return _failed(Reason.FETCH_INCOMPLETE, "the connection was closed before its end")
    if capture.status == 206:  # noqa: PLR2004 - nobody asked for a part
        return _failed(Reason.FETCH_INCOMPLETE, "HTTP 206: only a part was sent", final=True)
    media = capture.header("Content-Type").partition(";")[0].strip().lower()
    if media and not capture.kind.is_notice and not media.startswith(_TEXT_TYPES):
        return _gone(Reason.FETCH_NOT_TEXT, media)
    return None


def _status(capture: Capture) -> Outcome:
    """An answer that is neither a page nor a redirect: an error, mostly."""
    is_host = capture.status in _PASSING or capture.status >= 500  # noqa: PLR2004
    now = capture.fetched_at.timestamp()
    return Outcome(
        meaning=Meaning.FAILED,
        reason=Reason.FETCH_STATUS,
        detail=f"HTTP {capture.status}",
        final=not is_host,
        is_host=is_host,
        wait=pace.retry_after(capture.header("Retry-After"), now),
    )


def _failed(reason: Reason, detail: str, *, final: bool = False) -> Outcome:
    return Outcome(meaning=Meaning.FAILED, reason=reason, detail=detail, final=final)


def _gone(reason: Reason, detail: str) -> Outcome:
    return Outcome(meaning=Meaning.GONE, reason=reason, detail=detail)


def _redirect(capture: Capture, hops: int) -> Outcome:
    location = capture.header("Location")
    target = joined(capture.url, location)
    if target is None:
        return _gone(Reason.FETCH_REDIRECT, f"leads to {location[:200]!r}")
    wrong = _why_not(capture, target, hops)
    if wrong:
        return _gone(Reason.FETCH_REDIRECT, wrong)
    is_home = judge(target, Via.NAVIGATION).kind is PageKind.HOME
    if capture.kind is Kind.PROBE or (capture.kind is Kind.POST and is_home):
        # What is not there is answered by leading home, on many sites.
        return _gone(Reason.FETCH_GONE, f"leads to {target}")
    return Outcome(meaning=Meaning.REDIRECT, target=target)


def _why_not(capture: Capture, target: str, hops: int) -> str:
    """Why a redirect is not followed; empty where it is."""
    if target == capture.url:
        return "leads to itself"
    if hops >= MAX_HOPS:
        return f"more than {MAX_HOPS} redirects"
    may_move = capture.kind in _MAY_MOVE or capture.kind.is_notice
    if not may_move and site_of(target) != site_of(capture.url):
        return f"leads to another site: {target}"
    return ""
