"""How a link is told, so that every way of discovery tells it alike."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.urls import site_of

#: Score of feeds and sitemaps, which name many posts at the price of one request.
SOURCE_SCORE = 1.0

#: Sources below this score are asked only while a blog is not enumerated.
FALLBACK_SCORE = 0.5


def is_fallback(score: float) -> bool:
    """Whether a source of that score is asked only where better ones did not name all posts."""
    return score < FALLBACK_SCORE


def article(
    capture: Capture, url: str, via: Via, hint: datetime | None = None, home: str = ""
) -> Link | None:
    """The link to a post of the capture's site, or None where `url` is none.

    Args:
        capture: What held the link.
        url: A canonical URL.
        via: How it became known.
        hint: When its source says that it last changed (UTC).
        home: A page of the blog, where that may be another site than the capture's.
    """
    if site_of(url) not in {site_of(capture.url), site_of(home or capture.url)}:
        return None
    judged = judge(url, via)
    if judged.kind is not PageKind.POST:
        return None
    return Link(
        url=url,
        kind=Kind.POST,
        via=via,
        found_on=capture.url,
        score=judged.score,
        why=judged.why,
        modified_hint=hint,
    )


def lead(  # noqa: PLR0913 - the fields of a Link
    capture: Capture, url: str, kind: Kind, via: Via, *, why: str, score: float = SOURCE_SCORE
) -> Link:
    """The link to something that leads to posts: a feed, a sitemap, a listing."""
    return Link(url=url, kind=kind, via=via, found_on=capture.url, score=score, why=why)


def unique(links: Iterable[Link], own: str) -> Iterator[Link]:
    """The first link to each page, without links of a capture to itself.

    Spellings that differ in the scheme or a last slash are one page here.
    """
    seen = {_spelling(own)}
    for link in links:
        spelling = _spelling(link.url)
        if spelling not in seen:
            seen.add(spelling)
            yield link


def _spelling(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
