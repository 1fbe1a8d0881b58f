"""What an HTTP answer means for the frontier: store, unchanged, go elsewhere, or a failure."""

from dataclasses import dataclass
from enum import Enum, auto

from pipelines.core.model import Capture, Kind
from pipelines.core.reasons import Reason
from pipelines.core.urls import joined, site_of

#: Redirects that are followed from one link: RFC 9309, section 2.3.1.2, names the figure
#: for robots.txt.
MAX_HOPS = 5

_GONE = frozenset({404, 410})
#: Answers of the 4xx family that may be another one soon (RFC 9110, RFC 8470, RFC 6585).
_PASSING = frozenset({408, 425, 429})
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
#: Beginnings of media types that a page, a feed, a sitemap or a robots.txt may have.
_TEXT_TYPES: tuple[str, ...] = (
    "text/",
    "application/atom",
    "application/gzip",
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


def outcome(capture: Capture, hops: int) -> Outcome:
    """Read an answer.

    Args:
        capture: The answer, its body complete.
        hops: Redirects that led here.
    """
    if capture.status == 304:  # noqa: PLR2004
        return Outcome(meaning=Meaning.UNCHANGED)
    if capture.status in _REDIRECTS and capture.header("Location"):
        return _redirect(capture, hops)
    if capture.status in _GONE:
        return _gone(Reason.FETCH_GONE, f"HTTP {capture.status}")
    if not 200 <= capture.status < 300:  # noqa: PLR2004
        detail = f"HTTP {capture.status}"
        final = 400 <= capture.status < 500 and capture.status not in _PASSING  # noqa: PLR2004
        return Outcome(
            meaning=Meaning.FAILED, reason=Reason.FETCH_STATUS, detail=detail, final=final
        )
    media = capture.header("Content-Type").partition(";")[0].strip().lower()
    if media and not media.startswith(_TEXT_TYPES):
        return _gone(Reason.FETCH_NOT_TEXT, media)
    return Outcome(meaning=Meaning.STORE)


def _gone(reason: Reason, detail: str) -> Outcome:
    return Outcome(meaning=Meaning.GONE, reason=reason, detail=detail)


def _redirect(capture: Capture, hops: int) -> Outcome:
    location = capture.header("Location")
    target = joined(capture.url, location)
    if target is None:
        return _gone(Reason.FETCH_REDIRECT, f"leads to {location[:200]!r}")
    if hops >= MAX_HOPS:
        return _gone(Reason.FETCH_REDIRECT, f"more than {MAX_HOPS} redirects")
    if capture.kind not in _MAY_MOVE and site_of(target) != site_of(capture.url):
        return _gone(Reason.FETCH_REDIRECT, f"leads to another site: {target}")
    if target == capture.url:
        return _gone(Reason.FETCH_REDIRECT, "leads to itself")
    return Outcome(meaning=Meaning.REDIRECT, target=target)
