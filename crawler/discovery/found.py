"""How a link is told, so that every way of discovery tells it alike."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from urllib.parse import urlsplit

from crawler.discovery.traps import is_endless, is_of_readers
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.urls import site_of

#: Score of feeds and sitemaps, which name many posts at the price of one request.
SOURCE_SCORE = 1.0

#: Scores of fallbacks: sitemaps and feeds that nobody named, further pages of feeds that do not
#: name them, the API of the platform; listings come below them.
SITEMAP_SCORE = 0.45
FEED_SCORE = 0.43
FEED_PAGE_SCORE = 0.4
API_SCORE = 0.35
#: The most that a listing is worth.
LISTING_SCORE = 0.3
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


def unique(links: Iterable[Link], capture: Capture) -> Iterator[Link]:
    """The first link to each page, without links of a capture to itself.

    Spellings that differ in the scheme or a last slash are one page here. What is endless
    and what readers wrote is left out, whoever names it.
    """
    seen = {_spelling(capture.url)}
    owner = _owner(capture.url)
    for link in links:
        if owner and link.kind.is_page and _owner(link.url) != owner:
            continue
        if is_endless(link.url, capture.fetched_at.year) or is_of_readers(link.url):
            continue
        spelling = _spelling(link.url)
        if spelling not in seen:
            seen.add(spelling)
            yield link


def _owner(url: str) -> str:
    """Whose part of a shared host a page is in, as on medium.com/@anna; empty elsewhere."""
    steps = urlsplit(url).path.split("/")[1:3]
    return next((step for step in steps if step.startswith("@")), "")


def _spelling(url: str) -> str:
    return url.partition("://")[2].removeprefix("www.").rstrip("/")
