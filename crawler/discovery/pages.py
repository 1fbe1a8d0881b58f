"""What an HTML page leads to: its feeds, its older pages, its archives and its posts."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlsplit

from crawler.discovery import found
from crawler.discovery.anchors import Anchor, Label, Page
from crawler.discovery.feeds import is_comment_feed
from crawler.discovery.ladder import fallbacks
from crawler.discovery.traps import FIRST_YEAR
from pipelines.core.markup import Markup
from pipelines.core.model import Capture, Kind, Link, Via
from pipelines.core.posts import POST_THRESHOLD, PageKind, judge
from pipelines.core.url_shape import Shape, is_index_name
from pipelines.core.urls import site_of

#: Feeds of one home page that are followed.
_MAX_FEEDS = 3
_FEED_TYPES = frozenset(
    f"application/{name}" for name in ("rss+xml", "atom+xml", "rdf+xml", "feed+json")
)
_OF_READERS = re.compile(r"[ck]omment(?!ary)|comentario|comentári|commenti|reacties")

#: Relations of a page to its neighbours, and all that matter.
_STEPS = frozenset({"next", "prev"})
_RELATIONS = _STEPS | {"alternate"}

#: How useful a listing is: what leads to all posts first, what repeats some of them last.
_PAGING, _INDEX, _SECTION, _DATE, _CATEGORY = (
    found.LISTING_SCORE * share for share in (1.0, 0.9, 0.8, 0.6, 0.3)
)

_STEP = (
    r"older|newer|next|previous|prev|altere|ältere|neuere|nächste[rs]?|vorherige[rs]?|weiter|zurück"
    r"|suivante?s?|précédente?s?|siguientes?|anterior(?:es)?|antiguas|successiv[aoi]|precedent[ei]"
    r"|volgende|vorige|oudere|próxim[ao]s?|mais antig[ao]s|más antiguas|plus anciens?|più vecchi"
)
_THING = (
    r"posts?|page|entries|entry|articles?|blog posts?|stories|beiträge|beitrag|seite|einträge"
    r"|page|articles?|entradas?|página|pagina|articol[io]|berichten|bericht|postagens|postagem"
)
_STEP_TEXT = re.compile(
    rf"[^\w]*(?:(?:{_STEP})(?: (?:{_THING}))?|(?:{_THING}) (?:{_STEP})|(?:load |show )?more posts"
    r"|page \d+|\d{1,3})[^\w]*"
)
_STEP_CLASS = re.compile(
    r"(?:nav|post|page|blog-pager|pagination|entry|item)?[-_]*(?:prev|previous|next|older|newer)"
    r"(?:[-_](?:link|post|page|posts|entry|item|button|btn))?|page-numbers|pagination"
)


def links(capture: Capture, parsed: Markup | None = None) -> Iterator[Link]:
    """The links of a page, the most trusted first; none of a page that is not HTML.

    A home page leads to feeds, listings and posts, a listing to listings and posts, and a
    post to its neighbours only. Links and pages marked "nofollow" are not followed.

    Args:
        capture: The page.
        parsed: Its tree, where somebody has made it.
    """
    page = Page(capture, parsed)
    rules = f"{page.meta('robots')},{capture.header('x-robots-tag')}".lower()
    if not {"nofollow", "none"}.isdisjoint(re.split(r"[\s,:]+", rules)):
        return
    is_leaf = capture.kind in {Kind.POST, Kind.PAGE}
    named = [link for link in page.links(_STEPS if is_leaf else _RELATIONS) if _may_follow(link)]
    steps = (link for link in named if not link.rel.isdisjoint(_STEPS))
    found_there = page.anchors(_may_step if is_leaf else _may_follow)
    site = site_of(capture.url)
    anchors = [link for link in (*steps, *found_there) if site_of(link.url) == site]
    if is_leaf:
        yield from _neighbours(capture, anchors)
        return
    leads = sorted(_leads(capture, page, anchors), key=lambda link: -link.score)
    if capture.kind is Kind.HOME:
        feeds = list(_feeds(capture, named))
        yield from feeds
        index = next((lead.url for lead in leads if lead.score == _INDEX), "")
        yield from fallbacks(capture, page, has_feed=bool(feeds), index=index)
        if not leads:
            leads = list(_categories(capture, anchors))
    yield from leads
    yield from _posts(capture, anchors)


def _feeds(capture: Capture, named: Iterable[Anchor]) -> Iterator[Link]:
    """The feeds that a home page names: one in each place, without those of comments."""
    places: set[str] = set()
    for link in named:
        if "alternate" not in link.rel or link.type not in _FEED_TYPES:
            continue
        if is_comment_feed(link.url) or _OF_READERS.search(link.title):
            continue
        # The same feed as RSS and as Atom differs in the query or the last word.
        place = re.sub(r"(?:/(?:rss2?|atom|rdf))?(?:\.xml)?/*$", "", urlsplit(link.url).path)
        if place not in places and len(places) < _MAX_FEEDS:
            places.add(place)
            yield found.lead(capture, link.url, Kind.FEED, Via.LISTING, why="named by the home")


def _leads(capture: Capture, page: Page, anchors: Iterable[Anchor]) -> Iterator[Link]:
    """The listings that a home page or a listing leads to."""
    dates = []
    is_walked = False
    for anchor in anchors:
        judged = judge(anchor.url, Via.NAVIGATION)
        if judged.why == Shape.DATE:
            dates.append(anchor)
        elif judged.why == Shape.PAGING or _is_same_list(capture, anchor, judged.why):
            # Archives would only repeat its pages, unless these are Blogger's, which are forbidden.
            is_walked |= "updated-max=" not in anchor.url
            yield _listing(capture, anchor, Via.PAGING, _PAGING, "next page")
        elif judged.why in {Shape.INDEX, Shape.SECTION}:
            score = _INDEX if judged.why == Shape.INDEX else _SECTION
            yield _listing(capture, anchor, _via(anchor), score, judged.why)
        elif judged.kind is PageKind.OTHER and anchor.in_navigation and is_index_name(anchor.text):
            yield _listing(capture, anchor, Via.NAVIGATION, _INDEX, "called an index")
    if not is_walked:
        yield from _archives(capture, dates)
    target = page.refresh()
    if target and site_of(target) == site_of(capture.url):
        why = "where the page sends its readers"
        yield found.lead(capture, target, Kind.LISTING, Via.PAGING, score=_PAGING, why=why)


def _is_same_list(capture: Capture, anchor: Anchor, why: str) -> bool:
    """Whether a step leads on in the list of a category, which we are in."""
    return (
        why == Shape.CATEGORY and _is_step(anchor) and _list_of(anchor.url) == _list_of(capture.url)
    )


def _list_of(url: str) -> str:
    """The path of a listing without what names its pages."""
    return re.sub(r"(?:/page/\d+|/index\.\w+)?/*$", "", urlsplit(url).path)


def _archives(capture: Capture, dates: Iterable[Anchor]) -> Iterator[Link]:
    """Months and years that can hold posts; no days, and no year whose months are named."""
    seen: dict[str, tuple[Anchor, bool]] = {}
    for anchor in dates:
        parts = re.findall(r"\d+", urlsplit(anchor.url).path)
        year = next((part for part in parts if len(part) == len("2020")), "")
        if year and not FIRST_YEAR <= int(year) <= capture.fetched_at.year:
            continue
        if len(parts) < len("YMD"):
            seen[anchor.url] = (anchor, len(parts) == 1 and bool(year))
    months = {_list_of(url) for url, (_, is_year) in seen.items() if not is_year}
    for url, (anchor, is_year) in seen.items():
        if not is_year or not any(month.startswith(_list_of(url) + "/") for month in months):
            yield _listing(capture, anchor, _via(anchor), _DATE, Shape.DATE)


def _categories(capture: Capture, anchors: Iterable[Anchor]) -> Iterator[Link]:
    for anchor in anchors:
        if judge(anchor.url, Via.NAVIGATION).why == Shape.CATEGORY:
            yield _listing(capture, anchor, _via(anchor), _CATEGORY, Shape.CATEGORY)


def _listing(capture: Capture, anchor: Anchor, via: Via, score: float, why: str) -> Link:
    return found.lead(capture, anchor.url, Kind.LISTING, via, score=score, why=why)


def _posts(capture: Capture, anchors: Iterable[Anchor]) -> Iterator[Link]:
    for anchor in anchors:
        post = found.article(capture, anchor.url, _via(anchor))
        # One word on a home page is a service more often than a title, but for headings.
        is_doubtful = capture.kind is Kind.HOME and not anchor.is_title
        if post and not (is_doubtful and post.score <= POST_THRESHOLD):
            yield post


def _neighbours(capture: Capture, anchors: Iterable[Anchor]) -> Iterator[Link]:
    for anchor in anchors:
        if post := found.article(capture, anchor.url, Via.PAGING):
            yield post


def _via(anchor: Anchor) -> Via:
    return Via.NAVIGATION if anchor.in_navigation else Via.LISTING


def _may_follow(label: Label) -> bool:
    return "nofollow" not in label.rel


def _may_step(label: Label) -> bool:
    return _may_follow(label) and _is_step(label)


def _is_step(anchor: Label) -> bool:
    """Whether the link says that it leads to what comes before or after."""
    return (
        not anchor.rel.isdisjoint(_STEPS)
        or _STEP_TEXT.fullmatch(anchor.text) is not None
        or any(map(_STEP_CLASS.fullmatch, anchor.classes))
    )
