"""Long sitemaps, whose links are taken over part by part so that the event loop goes on."""

from dataclasses import replace
from pathlib import Path

import pytest

from crawler import loop
from crawler.frontier import Fetched, Frontier, Lease
from pipelines.core.model import Capture, Kind, Link, Permission, Tier, Via
from tests.crawler.driver import (
    HOME,
    NOW,
    capture,
    leased,
    link,
    next_run,
    open_gate,
    opened,
    states,
    store,
)

SITEMAP = HOME + "sitemap.xml"
POSTS = tuple(link(f"{HOME}a-post-{n}", via=Via.POST_SITEMAP) for n in range(250))


@pytest.fixture
def sitemap(frontier: Frontier) -> Lease:
    """The lease of a sitemap that its blog names."""
    store(frontier, open_gate(frontier), link(SITEMAP, Kind.SITEMAP, score=1.0))
    return leased(frontier)


def _fetched(lease: Lease, links: tuple[Link, ...]) -> Fetched:
    unreserved = Permission(tier=Tier.UNRESERVED)
    return Fetched(
        lease=lease, capture=capture(lease), links=links, text=None, permission=unreserved
    )


def _store(frontier: Frontier, fetched: Fetched) -> None:
    news = list(frontier.announced(fetched, 100))
    frontier.store(replace(fetched, links=(), brought_news=any(news)), None)


def test_parts_are_all(corpus: Path, frontier: Frontier, sitemap: Lease) -> None:
    """Every link waits, in the order of the sitemap, and each part tells that it is news."""
    assert list(frontier.announced(_fetched(sitemap, POSTS), 100)) == [True, True, True]

    waiting = [url for url, state in states(corpus).items() if state == "PENDING"]
    assert waiting == [post.url for post in POSTS]
    assert list(frontier.announced(_fetched(sitemap, POSTS), 100)) == [False, False, False]


def test_killed_between_parts(corpus: Path, frontier: Frontier, sitemap: Lease) -> None:
    """The sitemap is asked for again, and the rest of its links is taken over then."""
    next(frontier.announced(_fetched(sitemap, POSTS), 100))
    frontier.close()
    assert len(states(corpus)) == 2 + 100

    resumed = opened(corpus)
    again = leased(resumed)
    assert again.url == SITEMAP
    _store(resumed, _fetched(again, POSTS))
    resumed.close()

    assert states(corpus)[SITEMAP] == "DONE"
    assert len(states(corpus)) == 2 + len(POSTS)


def test_what_it_names_no_more(corpus: Path, frontier: Frontier, sitemap: Lease) -> None:
    """A post that a long sitemap has lost is asked for again, as that of a short one is."""
    _store(frontier, _fetched(sitemap, POSTS))
    while lease := frontier.lease(NOW, ()):
        store(frontier, lease)

    second = next_run(corpus, frontier, NOW + 60)
    looked = leased(second, NOW + 60)
    assert looked.url == SITEMAP
    _store(second, _fetched(looked, POSTS[1:]))

    assert leased(second, NOW + 60).url == POSTS[0].url
    second.close()


@pytest.mark.parametrize(
    ("kind", "body", "is_quick"),
    [
        (Kind.POST, b"<html>" * 100, True),
        (Kind.POST, b"<html>" * 10_000, False),
        (Kind.HOME, b"\x1f\x8b" + bytes(100), False),
        (Kind.SITEMAP, b"<urlset>", False),
    ],
)
def test_what_the_loop_may_read(sitemap: Lease, kind: Kind, body: bytes, *, is_quick: bool) -> None:
    """Small pages alone; a packed one may be large, and a sitemap has a link in each line."""
    found: Capture = replace(capture(sitemap), kind=kind, body=body)
    assert loop.is_quick(found) is is_quick
