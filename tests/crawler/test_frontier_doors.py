"""The frontier and what leads to posts: doors, listings, moved and missing pages, traps."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.frontier import Fetched, Frontier
from pipelines.core.model import Kind, Permission, Tier, Via
from pipelines.core.reasons import Reason
from tests.crawler.driver import (
    GONE,
    HOME,
    NOW,
    capture,
    leased,
    link,
    next_run,
    open_gate,
    rest,
    states,
    store,
    withdrawn,
)

POST = HOME + "a-post"
SITEMAP = HOME + "sitemap.xml"
THEN = datetime.fromtimestamp(NOW, UTC)


def test_listings_are_walked_while_all_is_new(corpus: Path, frontier: Frontier) -> None:
    """Older pages are asked for again only when all posts of the newer one are new."""
    older = link(HOME + "page/2/", Kind.LISTING)
    store(frontier, open_gate(frontier), older)
    store(frontier, leased(frontier))

    second = next_run(corpus, frontier, NOW + 60)
    store(second, leased(second, NOW + 60), older, body=b"1", now=NOW + 60)
    assert second.lease(NOW + 60, ()) is None

    third = next_run(corpus, second, NOW + 120)
    new = link(HOME + "new-post")
    store(third, leased(third, NOW + 120), older, new, body=b"2", now=NOW + 120)
    asked = {open_gate(third, now=NOW + 120).url for _ in range(2)}
    assert asked == {older.url, new.url}
    third.close()


def test_news_in_a_feed_opens_the_sitemap(corpus: Path, frontier: Frontier) -> None:
    """A feed that changes with every edit names few posts; the sitemap says which changed."""
    feed = HOME + "feed/"
    doors = [link(SITEMAP, Kind.SITEMAP, score=1.0), link(feed, Kind.FEED, score=1.0)]
    store(frontier, open_gate(frontier), *doors, platform="wordpress")
    store(frontier, leased(frontier), link(POST, via=Via.POST_SITEMAP, hint=THEN))
    store(frontier, leased(frontier), link(HOME + "new-post"))
    while lease := frontier.lease(NOW, ()):
        store(frontier, lease)

    now = NOW + 60
    frontier = next_run(corpus, frontier, now)
    door = leased(frontier, now)
    assert door.url == feed
    store(frontier, door, link(HOME + "newer-post"), body=b"2", now=now)
    opened_now = leased(frontier, now)
    assert opened_now.url == SITEMAP
    edited = link(POST, via=Via.POST_SITEMAP, hint=THEN + timedelta(seconds=30))
    store(frontier, opened_now, edited, body=b"3", now=now)
    assert set(rest(frontier, now)) == {POST, HOME + "newer-post"}
    frontier.close()


def test_a_door_that_is_gone_opens_the_others(corpus: Path, frontier: Frontier) -> None:
    """A blog whose feed is no longer there is asked through its other doors, once."""
    feed = HOME + "feed/"
    store(frontier, open_gate(frontier), link(feed, Kind.FEED, score=1.0))
    store(frontier, leased(frontier), link(POST))
    store(frontier, open_gate(frontier))

    now = NOW + 60
    frontier = next_run(corpus, frontier, now)
    frontier.failed(leased(frontier, now), GONE, 404, now)

    assert rest(frontier, now) == [HOME]
    frontier.close()


@pytest.mark.parametrize(("status", "is_withdrawn"), [(301, True), (308, True), (302, False)])
def test_moved_pages(corpus: Path, frontier: Frontier, status: int, *, is_withdrawn: bool) -> None:
    """A page that has moved for good is withdrawn; one that is elsewhere for now is not."""
    store(frontier, open_gate(frontier), link(POST))
    store(frontier, open_gate(frontier))
    now = NOW + 60
    frontier = next_run(corpus, frontier, now)
    hint = THEN + timedelta(seconds=30)
    store(frontier, open_gate(frontier, now=now), link(POST, hint=hint), body=b"1", now=now)
    lease = leased(frontier, now)
    answer = replace(capture(lease, b"", now), status=status)
    frontier.redirected(lease, answer, HOME + "a-new-place")
    frontier.close()

    assert (withdrawn(corpus, POST) is Reason.FETCH_REDIRECT) is is_withdrawn


def test_trap(corpus: Path, frontier: Frontier) -> None:
    """A family of pages that brings no new text is left after twenty of them."""
    endless = [link(f"{HOME}calendar/{number}/", score=0.9) for number in range(60)]
    store(frontier, open_gate(frontier), *endless, link(HOME + "blog/a-post", score=0.6))
    asked = []
    while lease := frontier.lease(NOW, ()):
        if lease.kind is Kind.POST:
            asked.append(lease.url)
        store(frontier, lease, text=7 if "calendar" in lease.url else 8)

    assert len(asked) <= 22
    assert HOME + "blog/a-post" in asked
    assert list(states(corpus).values()).count("FAILED") >= 39


def test_missing_page_that_pretends(frontier: Frontier) -> None:
    """What the site says of a page that cannot exist is known before its posts are asked."""
    store(frontier, open_gate(frontier), link(POST))
    probe = leased(frontier)
    while probe.kind is not Kind.PROBE:
        frontier.failed(probe, GONE, 404, NOW)
        probe = leased(frontier)
    missing = Fetched(
        lease=probe,
        capture=capture(probe),
        links=(),
        text=None,
        words=("not", "found"),
        permission=Permission(tier=Tier.UNRESERVED),
    )
    frontier.store(missing, None)
    post = leased(frontier)

    assert post.url == POST
    assert post.missing == ("not", "found")
