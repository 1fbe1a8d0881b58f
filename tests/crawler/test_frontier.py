"""The frontier: leases, outcomes, kills and revisits, on a real database and archive."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.frontier import Frontier, Lease
from crawler.policy.answers import Meaning, Outcome
from pipelines.core import state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import CrawlSettings
from pipelines.core.model import Capture, Kind, Link, Permission, Seed, Via
from pipelines.core.reasons import Reason

HOME = "http://blog.example/"
SETTINGS = CrawlSettings(delay=0.0, tries=2, retry_after=0.0, pages_per_blog=100)
# A whole second, which no rounding of datetime moves.
NOW = float(int(time.time()))


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return tmp_path / "corpus"


def opened(corpus: Path, now: float = NOW, settings: CrawlSettings = SETTINGS) -> Frontier:
    """A frontier that has begun a run over one blog."""
    return Frontier(corpus, settings, [Seed(url=HOME, name="A blog", source="list:1")], now)


@pytest.fixture
def frontier(corpus: Path) -> Iterator[Frontier]:
    """The frontier of a first run."""
    frontier = opened(corpus)
    yield frontier
    frontier.close()


def capture(lease: Lease, body: bytes = b"<html>a page</html>", **headers: str) -> Capture:
    """An answer to a lease."""
    return Capture(
        url=lease.url,
        kind=lease.kind,
        via=lease.via,
        fetched_at=datetime.fromtimestamp(NOW, UTC),
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
        digest=warc.digest_of(body),
    )


def link(url: str, kind: Kind = Kind.POST, hint: datetime | None = None) -> Link:
    """A link that some capture held."""
    return Link(
        url=url, kind=kind, via=Via.FEED, found_on=HOME, score=0.9, why="test", modified_hint=hint
    )


def store(frontier: Frontier, lease: Lease, *links: Link, body: bytes = b"<html>") -> None:
    """Answer a lease with a page that holds `links`."""
    answer = capture(lease, body)
    is_known = lease.visit is not None and lease.visit.digest == answer.digest
    frontier.store(lease, answer, None if is_known else warc.encode(answer), links)


def leased(frontier: Frontier, now: float = NOW) -> Lease:
    """The next lease, which must be there."""
    lease = frontier.lease(now, ())
    assert lease is not None
    return lease


def past_robots(frontier: Frontier) -> Lease:
    """Answer robots.txt, and lease the home page."""
    store(frontier, leased(frontier), body=b"")
    return leased(frontier)


def states(corpus: Path) -> dict[str, str]:
    """State of each URL."""
    connection = state.connect(corpus)
    rows = connection.execute("SELECT url, state FROM url").fetchall()
    connection.close()
    return {row["url"]: row["state"] for row in rows}


def test_robots_before_all(frontier: Frontier) -> None:
    """The first lease of an origin is its robots.txt, and nothing else until it is answered."""
    first = leased(frontier)

    assert (first.url, first.kind) == ("http://blog.example/robots.txt", Kind.ROBOTS)
    assert frontier.lease(NOW, ()) is None
    store(frontier, first, body=b"User-agent: *\nDisallow: /private")
    second = leased(frontier)
    assert second.url == HOME
    assert second.robots is not None
    assert second.robots.body.endswith(b"/private")


def test_unanswered_robots_closes_the_origin(frontier: Frontier) -> None:
    """After its tries, an unreachable robots.txt leaves a lease with an answer that refuses."""
    fault = Outcome(meaning=Meaning.FAILED, reason=Reason.FETCH_TIMEOUT)
    for _ in range(SETTINGS.tries):
        frontier.failed(leased(frontier), fault, 0, NOW)

    home = leased(frontier, NOW + 1)

    assert home.url == HOME
    assert home.robots is not None
    assert not home.robots.is_reachable


def test_kill_gives_leases_back(corpus: Path, frontier: Frontier) -> None:
    """What was leased when the process died is leased again, in the same run."""
    home = past_robots(frontier)
    frontier.close()

    second = opened(corpus)
    again = leased(second)
    second.close()

    assert again.url == home.url == HOME
    connection = state.connect(corpus)
    assert connection.execute("SELECT count(*) FROM run").fetchone()[0] == 1
    connection.close()


def test_resumed_run_asks_nothing_twice(corpus: Path, frontier: Frontier) -> None:
    """A killed run goes on without asking again for what is done."""
    store(frontier, past_robots(frontier), link(HOME + "a-post"))
    frontier.close()

    second = opened(corpus)
    assert leased(second).url == HOME + "a-post"
    assert second.lease(NOW, ()) is None
    second.close()


def test_store_is_one_commit(corpus: Path, frontier: Frontier) -> None:
    """The archive holds what the ledger names, and a torn tail is cut at the next start."""
    store(frontier, past_robots(frontier))
    frontier.close()
    connection = state.connect(corpus)
    row = next(state.newest_pages(connection, "blog.example"))
    path = corpus / "archive" / row.ref.file
    size = path.stat().st_size
    with path.open("ab") as stream:
        stream.write(b"\x1f\x8b half a member")

    opened(corpus).close()

    assert path.stat().st_size == size
    assert Archive(corpus / "archive").read(row.ref).url == HOME
    connection.close()


def test_lost_bytes_are_fetched_again(corpus: Path, frontier: Frontier) -> None:
    """A page whose bytes a loss of power took is pending again."""
    store(frontier, past_robots(frontier))
    frontier.finish("finished")
    frontier.close()
    file = next((corpus / "archive").rglob("*.warc.gz"))
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - 1)

    again = opened(corpus)

    assert again.lost == 1
    again.close()
    assert states(corpus)[HOME] == "PENDING"


def test_next_run_asks_the_doors_only(corpus: Path, frontier: Frontier) -> None:
    """A new run visits the home page with its validators, and no post without news."""
    home = past_robots(frontier)
    answer = capture(home, ETag='"1"', Last_Modified="Fri, 01 May 2026 12:00:00 GMT")
    frontier.store(home, answer, warc.encode(answer), [link(HOME + "a-post")])
    store(frontier, leased(frontier))
    frontier.finish("finished")
    frontier.close()

    second = opened(corpus, NOW + 60)
    door = leased(second, NOW + 60)

    assert door.url == HOME
    assert door.visit is not None
    assert door.visit.etag == '"1"'
    assert second.lease(NOW + 60, ()) is None
    second.unchanged(door, answer)
    assert second.lease(NOW + 60, ()) is None
    second.close()


def test_news_of_a_post(corpus: Path, frontier: Frontier) -> None:
    """A post that its feed says is newer than the visit is asked for again."""
    post = HOME + "a-post"
    then = datetime.fromtimestamp(NOW, UTC)
    store(frontier, past_robots(frontier), link(post, hint=then - timedelta(days=3)))
    store(frontier, leased(frontier))
    frontier.finish("finished")
    frontier.close()

    second = opened(corpus, NOW + 60)
    store(second, leased(second, NOW + 60), link(post, hint=then - timedelta(days=2)))

    assert leased(second, NOW + 60).url == post
    second.close()


def test_listings_are_walked_while_there_is_news(corpus: Path, frontier: Frontier) -> None:
    """Older pages are asked for again only when the newer one held a new post."""
    older = link(HOME + "page/2/", Kind.LISTING)
    store(frontier, past_robots(frontier), older)
    store(frontier, leased(frontier))
    frontier.finish("finished")
    frontier.close()

    second = opened(corpus, NOW + 60)
    store(second, leased(second, NOW + 60), older)
    assert second.lease(NOW + 60, ()) is None
    second.finish("finished")
    second.close()

    third = opened(corpus, NOW + 120)
    store(third, leased(third, NOW + 120), older, link(HOME + "new-post"))
    assert {leased(third, NOW + 120).url for _ in range(2)} == {older.url, HOME + "new-post"}
    third.close()


def test_failures_wait_then_end(corpus: Path, frontier: Frontier) -> None:
    """A failing URL is tried as often as the settings say, then left to a later run."""
    fault = Outcome(meaning=Meaning.FAILED, reason=Reason.FETCH_STATUS, detail="HTTP 503")
    frontier.failed(past_robots(frontier), fault, 503, NOW)
    second = leased(frontier, NOW + 1)
    assert second.attempts == 1
    frontier.failed(second, fault, 503, NOW + 1)

    assert frontier.lease(NOW + 2, ()) is None
    assert states(corpus)[HOME] == "FAILED"


def test_refusal_costs_no_pace(corpus: Path) -> None:
    """A refused URL is put aside without waiting for the origin's delay."""
    frontier = opened(corpus, settings=CrawlSettings(delay=60.0))
    robots = leased(frontier)
    store(frontier, robots, link(HOME + "a"), link(HOME + "b"), body=b"")
    first = leased(frontier, NOW + 61)
    frontier.refused(first, Permission(allowed=False, reason=Reason.PERMISSION_ROBOTS), NOW + 61)

    assert leased(frontier, NOW + 61).url != first.url
    assert frontier.lease(NOW + 62, ()) is None
    frontier.close()


def test_delay_between_leases(corpus: Path) -> None:
    """Two leases of one origin are at least the delay apart, and not while it is busy."""
    frontier = opened(corpus, settings=CrawlSettings(delay=5.0))
    assert frontier.lease(NOW, ["http://blog.example"]) is None
    store(frontier, leased(frontier), body=b"")

    assert frontier.lease(NOW + 4.9, ()) is None
    assert leased(frontier, NOW + 5).url == HOME
    frontier.close()


def test_budget(corpus: Path) -> None:
    """A blog gets no more answers in a run than it is granted."""
    frontier = opened(corpus, settings=CrawlSettings(delay=0.0, pages_per_blog=3))
    store(frontier, past_robots(frontier), *(link(f"{HOME}post-{n}") for n in range(9)))
    store(frontier, leased(frontier))

    assert frontier.lease(NOW, ()) is None
    frontier.close()
    assert list(states(corpus).values()).count("PENDING") == 8


def test_delisted_blog_is_left_alone(corpus: Path, frontier: Frontier) -> None:
    """A blog that the list no longer names is not asked again."""
    frontier.close()

    other = Frontier(corpus, SETTINGS, [], NOW)

    assert other.lease(NOW, ()) is None
    other.close()


def test_redirect_waits_in_its_place(frontier: Frontier) -> None:
    """The target of a redirect is leased as what was asked for, one hop further."""
    home = past_robots(frontier)
    frontier.redirected(home, capture(home), "https://www.blog.example/")

    robots = leased(frontier)
    assert robots.url == "https://www.blog.example/robots.txt"
    store(frontier, robots, body=b"")
    target = leased(frontier)
    assert (target.kind, target.hops) == (Kind.HOME, 1)
