"""The frontier over time: looks at blogs, news, deletions, refusals."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from crawler.frontier import Frontier
from pipelines.core.config import RevisitSettings
from pipelines.core.model import Kind, Permission, Tier, Via
from pipelines.core.reasons import Reason
from tests.crawler.driver import (
    DAY,
    GONE,
    HOME,
    NOW,
    capture,
    leased,
    link,
    next_run,
    open_gate,
    opened,
    rest,
    store,
    withdrawn,
)

POST = HOME + "a-post"
SITEMAP = HOME + "sitemap.xml"
THEN = datetime.fromtimestamp(NOW, UTC)
REFUSED = Permission(tier=Tier.REFUSED, reason=Reason.PERMISSION_NOAI)


def test_unchanged_blog_costs_one_request(corpus: Path, frontier: Frontier) -> None:
    """A blog with a sitemap and a feed is asked one of them, with its validators."""
    doors = [link(SITEMAP, Kind.SITEMAP, score=1.0), link(HOME + "feed", Kind.FEED, score=1.0)]
    store(frontier, open_gate(frontier), *doors)
    sitemap = leased(frontier)
    answer = link(POST, via=Via.POST_SITEMAP)
    store(frontier, sitemap, answer)
    store(frontier, leased(frontier), link(POST))
    store(frontier, open_gate(frontier))

    second = next_run(corpus, frontier, NOW + 60)

    assert rest(second, NOW + 60) == [SITEMAP]
    second.close()


def test_a_guess_that_proved_right_is_a_door(corpus: Path, frontier: Frontier) -> None:
    """A sitemap that nobody named is asked for news like any other, once it has named posts."""
    store(frontier, open_gate(frontier), link(SITEMAP, Kind.SITEMAP, score=0.45))
    store(frontier, leased(frontier), link(POST, via=Via.POST_SITEMAP))
    store(frontier, open_gate(frontier))

    second = next_run(corpus, frontier, NOW + 60)

    assert rest(second, NOW + 60) == [SITEMAP]
    second.close()


def test_blogs_are_left_alone_between_looks(corpus: Path) -> None:
    """A blog is not asked before its time, and later the longer nothing has changed."""
    plan = RevisitSettings(poll_least=2.0, poll_most=45.0)
    frontier = opened(corpus, revisit=plan)
    store(frontier, open_gate(frontier))
    now, gaps, last = NOW, [], NOW
    while now < NOW + 60 * DAY:
        now += DAY / 4
        frontier.finish("finished")
        frontier.close()
        frontier = opened(corpus, now, revisit=plan)
        while lease := frontier.lease(now, ()):
            frontier.unchanged(lease, capture(lease, now=now), Permission(tier=Tier.UNRESERVED))
            if not lease.kind.is_notice:
                gaps.append(round((now - last) / DAY, 2))
                last = now
    frontier.close()

    assert gaps[0] >= 2
    assert gaps == sorted(gaps)
    assert gaps[-1] > 2 * gaps[0]
    assert max(gaps) <= 45.25


def test_news_of_a_post(corpus: Path, frontier: Frontier) -> None:
    """A post that its feed says is newer than the visit is asked for again."""
    store(frontier, open_gate(frontier), link(POST, hint=THEN - timedelta(days=3)))
    store(frontier, open_gate(frontier))

    second = next_run(corpus, frontier, NOW + 60)
    store(second, leased(second, NOW + 60), link(POST, hint=THEN - timedelta(days=2)))

    assert leased(second, NOW + 60).url == POST
    second.close()


def test_false_dates_are_no_longer_believed(corpus: Path, frontier: Frontier) -> None:
    """A sitemap whose dates move while the pages do not loses its say."""
    posts = [f"{HOME}post-{number}" for number in range(6)]
    store(frontier, open_gate(frontier), *(link(url, hint=THEN) for url in posts))
    while lease := frontier.lease(NOW, ()):
        store(frontier, lease, text=hash(lease.url) >> 2)
    asked = []
    for day in (1, 2):
        now = NOW + day * 3600
        frontier = next_run(corpus, frontier, now)
        moved = [link(url, hint=THEN + timedelta(hours=day)) for url in posts]
        store(frontier, open_gate(frontier, now=now), *moved, body=b"<html>%d" % day, now=now)
        asked.append(len(rest(frontier, now)))
    frontier.close()

    assert asked == [6, 0]


def test_deleted_twice(corpus: Path, frontier: Frontier) -> None:
    """A post that is not found, and again a week later, is withdrawn; then it may come back."""
    store(frontier, open_gate(frontier), link(POST))
    store(frontier, open_gate(frontier))
    hint = THEN
    for days, is_gone in ((1, False), (2, False), (9, True)):
        now = NOW + days * DAY
        hint += timedelta(days=1)
        frontier = next_run(corpus, frontier, now)
        while lease := frontier.lease(now, ()):
            if lease.url == POST:
                frontier.failed(lease, GONE, 404, now)
            else:
                store(frontier, lease, link(POST, hint=hint), body=str(days).encode(), now=now)
        assert (withdrawn(corpus, POST) is Reason.FETCH_GONE) is is_gone
    frontier.close()


def test_vanished_from_a_sitemap(corpus: Path, frontier: Frontier) -> None:
    """A post that its sitemap names no more is asked for, to see whether it is still there."""
    store(frontier, open_gate(frontier), link(SITEMAP, Kind.SITEMAP, score=1.0))
    both = [link(POST, via=Via.SITEMAP), link(HOME + "other-post", via=Via.SITEMAP)]
    store(frontier, leased(frontier), *both)
    store(frontier, open_gate(frontier))
    store(frontier, open_gate(frontier))

    second = next_run(corpus, frontier, NOW + 60)
    store(second, leased(second, NOW + 60), both[1], body=b"shorter", now=NOW + 60)

    assert open_gate(second, now=NOW + 60).url == POST
    assert second.lease(NOW + 60, ()) is None
    second.close()


def test_refused_page_is_never_asked_again(corpus: Path, frontier: Frontier) -> None:
    """A page that says no is not archived, not asked again, and withdrawn if we had it."""
    store(frontier, open_gate(frontier), link(POST))
    store(frontier, open_gate(frontier))
    assert withdrawn(corpus, POST) is None

    now = NOW + 60
    frontier = next_run(corpus, frontier, now)
    hint = THEN + timedelta(seconds=30)
    store(frontier, open_gate(frontier, now=now), link(POST, hint=hint), body=b"1", now=now)
    store(frontier, leased(frontier, now), permission=REFUSED, body=b"noai", now=now)
    assert withdrawn(corpus, POST) is Reason.PERMISSION_NOAI

    late = NOW + 400 * DAY
    frontier = next_run(corpus, frontier, late)
    asked = []
    while lease := frontier.lease(late, ()):
        asked.append(lease.url)
        store(frontier, lease, body=b"2", now=late)
    frontier.close()
    assert HOME in asked
    assert POST not in asked


def test_later_robots_withdraw_what_is_held(corpus: Path, frontier: Frontier) -> None:
    """When robots.txt disallows what we hold, it is withdrawn; when it allows again, asked."""
    store(frontier, open_gate(frontier), link(POST))
    store(frontier, open_gate(frontier))
    now = NOW + 2 * DAY
    frontier = next_run(corpus, frontier, now)
    open_gate(frontier, b"User-agent: *\nDisallow: /a-", now)
    assert withdrawn(corpus, POST) is Reason.PERMISSION_ROBOTS

    now += 2 * DAY
    frontier = next_run(corpus, frontier, now)
    found = {lease.url: lease for lease in (open_gate(frontier, b"", now) for _ in range(2))}
    visit = found[POST].visit
    assert visit is not None
    assert visit.etag == ""
    store(frontier, found[POST], now=now)
    assert withdrawn(corpus, POST) is None
    frontier.close()
