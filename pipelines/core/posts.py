"""What a URL is by its shape and provenance: the judgement that crawler and build share."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from pipelines.core.model import Via
from pipelines.core.url_shape import Path, Shape
from pipelines.core.urls import site_of

#: From this score on, a URL is taken for a post.
POST_THRESHOLD = 0.5
#: Pages below a directory that make it an index of its section.
_SECTION_SIZE = 3

#: What each provenance says before the shape is looked at.
_BASE = {
    Via.FEED: 0.95,
    Via.ENUMERATION: 0.95,
    Via.POST_SITEMAP: 0.9,
    Via.PAGING: 0.6,
    Via.LISTING: 0.6,
    Via.SITEMAP: 0.45,
    Via.IMPORT: 0.45,
    Via.SEED: 0.45,
    Via.ROBOTS: 0.45,
    Via.PAGE_SITEMAP: 0.15,
    Via.NAVIGATION: 0.15,
}
#: By the words of the slug; single words are names of pages more often than titles.
_WORDS = {0: -0.1, 1: -0.1, 2: 0.1, 3: 0.15}
_MANY_WORDS = 0.2
_DIRECTORY = 0.4
_UTILITY = -0.4
_BELOW_UTILITY = -0.3
_ID = 0.1


class PageKind(StrEnum):
    """What a URL is judged to be."""

    POST = "post"
    LISTING = "listing"
    HOME = "home"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a URL is, how sure we are that it is a post, and by which rule."""

    kind: PageKind
    #: How likely the URL is a post, 0 to 1; 0 for listings and home pages.
    score: float
    #: The rule, in a few words; a `Shape` where a listing or a home page was recognised.
    why: str


@lru_cache(maxsize=2048)
def judge(url: str, via: Via) -> Judgement:
    """Judge a URL by its shape and by how it became known.

    Listings and home pages have score 0 whatever the provenance, because sitemaps and
    feeds do name them. What else a feed or a sitemap of posts names is a post. The rest
    starts from its provenance and moves with the shape of its path.

    >>> judge("https://blog.example/2020/07/why-i-vote/", Via.SITEMAP).kind
    <PageKind.POST: 'post'>
    >>> judge("https://blog.example/category/sleep/", Via.FEED).why
    <Shape.CATEGORY: 'category'>
    """
    try:
        path = Path(url)
    except ValueError:
        return Judgement(kind=PageKind.OTHER, score=0.0, why="not a URL")
    if path.is_file:
        return Judgement(kind=PageKind.OTHER, score=0.0, why=f"a .{path.extension} file")
    if path.is_technical:
        return Judgement(kind=PageKind.OTHER, score=0.0, why="not for readers")
    shape = path.shape(is_named=via in {Via.FEED, Via.ENUMERATION, Via.POST_SITEMAP})
    if shape is not None:
        kind = PageKind.HOME if shape is Shape.HOME else PageKind.LISTING
        return Judgement(kind=kind, score=0.0, why=shape)
    score, why = _scored(path, via)
    kind = PageKind.POST if score >= POST_THRESHOLD else PageKind.OTHER
    return Judgement(kind=kind, score=score, why=why)


def section_indexes(urls: Iterable[str]) -> frozenset[str]:
    """The URLs that are a directory of at least three other pages: indexes of a section.

    Args:
        urls: Canonical URLs, of one site or of many. The root of a host is never
            returned, and files, feeds, listings and further pages do not count.
    """
    given: dict[tuple[str, ...], str] = {}
    for url in urls:
        given.setdefault((site_of(url), *Path(url).steps), url)
    below: Counter[tuple[str, ...]] = Counter()
    for path, url in given.items():
        above = [path[:end] for end in range(2, len(path)) if path[:end] in given]
        if above and judge(url, Via.FEED).score > 0:
            below.update(above)
    return frozenset(given[path] for path, size in below.items() if size >= _SECTION_SIZE)


def _scored(path: Path, via: Via) -> tuple[float, str]:
    """The score of a URL that is neither a listing nor a home page, and its rule."""
    if path.is_further_page:
        return 0.0, "page N of a post"
    if via in {Via.FEED, Via.ENUMERATION}:
        return _BASE[via], "named by a feed"
    if via is Via.POST_SITEMAP:
        return _BASE[via], "named by a sitemap of posts"
    change, why = _change(path)
    return round(min(max(_BASE[via] + change, 0.0), 1.0), 2), why


def _change(path: Path) -> tuple[float, str]:
    words = _WORDS.get(path.size, _MANY_WORDS)
    if path.is_utility:
        return _UTILITY, "a page of the practice"
    if path.is_dated:
        return max(words, 0.0) + _DIRECTORY, "a date in its path"
    if path.is_below_index:
        return max(words, 0.0) + _DIRECTORY, "in a directory of posts"
    if path.is_below_utility:
        return words + _BELOW_UTILITY, "below a page of the practice"
    if path.has_id:
        return _ID, "the number of a post"
    return words, "the words of its slug"
