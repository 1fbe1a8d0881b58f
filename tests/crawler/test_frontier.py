"""The frontier: leases, outcomes, kills and budgets, on a real database and archive."""

from pathlib import Path

from crawler.frontier import Frontier
from crawler.policy.answers import Meaning, Outcome
from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.config import CrawlSettings
from pipelines.core.model import Kind
from pipelines.core.reasons import Reason
from tests.crawler.driver import (
    FAULT,
    GONE,
    HOME,
    NOW,
    SETTINGS,
    capture,
    leased,
    link,
    next_run,
    open_gate,
    opened,
    states,
    store,
)


def test_robots_before_all(frontier: Frontier) -> None:
    """The first lease of an origin is its robots.txt, and nothing else until it is answered."""
    first = leased(frontier)

    assert (first.url, first.kind) == ("http://blog.example/robots.txt", Kind.ROBOTS)
    assert frontier.lease(NOW, ()) is None
    store(frontier, first, body=b"User-agent: *\nDisallow: /private")
    home = open_gate(frontier)
    assert home.url == HOME
    assert home.notices.robots is not None
    assert home.notices.robots.body.endswith(b"/private")


def test_unanswered_robots_closes_the_origin(corpus: Path, frontier: Frontier) -> None:
    """After its tries, an unreachable robots.txt leaves nothing to ask; later it is tried again."""
    for _ in range(SETTINGS.tries):
        frontier.failed(leased(frontier), FAULT, 0, NOW)

    assert frontier.lease(NOW + 1, ()) is None
    assert states(corpus)[HOME] == "FAILED"
    later = next_run(corpus, frontier, NOW + 7200)
    assert leased(later, NOW + 7200).kind is Kind.ROBOTS
    later.close()


def test_kill_gives_leases_back(corpus: Path, frontier: Frontier) -> None:
    """What was leased when the process died is leased again, in the same run."""
    home = open_gate(frontier)
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
    store(frontier, open_gate(frontier), link(HOME + "a-post"))
    frontier.close()

    second = opened(corpus)
    assert open_gate(second).url == HOME + "a-post"
    assert second.lease(NOW, ()) is None
    second.close()


def test_kill_keeps_the_pace(corpus: Path) -> None:
    """A host that may have been asked just before a kill is left alone for the delay after it."""
    settings = CrawlSettings(delay=5.0)
    frontier = opened(corpus, crawl=settings)
    leased(frontier)
    frontier.close()

    second = opened(corpus, NOW + 4, crawl=settings)

    assert second.lease(NOW + 8.9, ()) is None
    assert leased(second, NOW + 9).kind is Kind.ROBOTS
    second.close()


def test_store_is_one_commit(corpus: Path, frontier: Frontier) -> None:
    """The archive holds what the ledger names, and a torn tail is cut at the next start."""
    store(frontier, open_gate(frontier))
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
    store(frontier, open_gate(frontier))
    frontier.finish("finished")
    frontier.close()
    file = next((corpus / "archive").rglob("*.warc.gz"))
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size - 1)

    again = opened(corpus)

    assert again.lost == 1
    again.close()
    assert states(corpus)[HOME] == "PENDING"


def test_failures_wait_then_end(corpus: Path, frontier: Frontier) -> None:
    """A failing URL is tried as often as the settings say, then left to a later run."""
    fault = Outcome(meaning=Meaning.FAILED, reason=Reason.FETCH_STATUS, detail="HTTP 503")
    frontier.failed(open_gate(frontier), fault, 503, NOW)
    second = leased(frontier, NOW + 1)
    assert second.attempts == 1
    frontier.failed(second, fault, 503, NOW + 1)

    assert frontier.lease(NOW + 2, ()) is None
    assert states(corpus)[HOME] == "FAILED"


def test_failing_host_is_left_alone_for_longer_each_time(corpus: Path) -> None:
    """Each failure in a row doubles the wait; with the fifth the host is parked for an hour."""
    settings = CrawlSettings(delay=1.0, tries=9, retry_after=10.0, failures=5)
    frontier = opened(corpus, crawl=settings)
    now, waits = NOW, []
    for _ in range(5):
        frontier.failed(leased(frontier, now), FAULT, 0, now)
        ready = frontier.next_ready()
        assert ready is not None
        waits.append(ready - now)
        now = ready
    frontier.close()

    assert waits == [10, 20, 40, 80, 3600]


def test_retry_after_is_kept(corpus: Path) -> None:
    """A host that asks for four seconds gets them, all its URLs together."""
    frontier = opened(corpus)
    store(frontier, open_gate(frontier), link(HOME + "a"), link(HOME + "b"))
    busy = Outcome(meaning=Meaning.FAILED, reason=Reason.FETCH_STATUS, is_host=True, wait=4.0)
    frontier.failed(open_gate(frontier), busy, 429, NOW)

    assert frontier.lease(NOW + 3.9, ()) is None
    assert leased(frontier, NOW + 4).origin == "http://blog.example"
    frontier.close()


def test_refusal_costs_no_pace(corpus: Path) -> None:
    """A URL that robots.txt disallows is passed over without waiting for the delay."""
    frontier = opened(corpus, crawl=CrawlSettings(delay=60.0))
    private = [link(f"{HOME}private/{number}", score=0.95) for number in range(3)]
    robots = b"User-agent: *\nDisallow: /private\nDisallow: /.well-known\nDisallow: /therapy"
    store(frontier, leased(frontier), *private, link(HOME + "b"), body=robots)
    now = NOW
    urls = []
    while (ready := frontier.next_ready()) is not None:
        now = max(now, ready)
        lease = frontier.lease(now, ())
        if lease is not None:
            urls.append(lease.url)
            store(frontier, lease, now=now)

    assert now < NOW + 3 * 80
    assert urls == [HOME, HOME + "b"]
    assert states(corpus)[HOME + "private/1"] == "FAILED"
    frontier.close()


def test_delay_between_requests(corpus: Path) -> None:
    """The next request goes out at the earliest one delay after the last one has ended."""
    frontier = opened(corpus, crawl=CrawlSettings(delay=5.0))
    assert frontier.lease(NOW, ["blog.example"]) is None
    store(frontier, leased(frontier), now=NOW + 2, body=b"")

    assert frontier.lease(NOW + 6.9, ()) is None
    later = frontier.next_ready()
    assert later is not None
    assert NOW + 7 <= later <= NOW + 7 + 5 * 0.3
    assert frontier.lease(later, ()) is not None
    frontier.close()


def test_hosts_of_a_platform_share_a_pace(corpus: Path) -> None:
    """Two blogs on one platform's servers are asked as if they were one."""
    homes = ("https://one.substack.com/", "https://two.substack.com/")
    frontier = opened(corpus, crawl=CrawlSettings(delay=5.0), homes=homes)
    first = leased(frontier)

    assert frontier.lease(NOW + 4.9, ()) is None
    assert leased(frontier, NOW + 5).origin != first.origin
    frontier.close()


def test_long_crawl_delay_puts_off(corpus: Path, frontier: Frontier) -> None:
    """A site that wants more than a minute between requests is not asked at all."""
    store(frontier, leased(frontier), body=b"User-agent: *\nCrawl-delay: 61")
    lease = frontier.lease(NOW, ())
    while lease is not None:
        assert lease.kind.is_notice
        frontier.failed(lease, GONE, 404, NOW)
        lease = frontier.lease(NOW + 61, ())

    assert states(corpus)[HOME] == "FAILED"


def test_budget(corpus: Path) -> None:
    """A blog gets no more pages in a run than it is granted."""
    frontier = opened(corpus, crawl=CrawlSettings(delay=0.0, pages_per_blog=3))
    store(frontier, open_gate(frontier), *(link(f"{HOME}post-{n}") for n in range(9)))
    store(frontier, open_gate(frontier))

    assert frontier.lease(NOW, ()) is None
    frontier.close()
    assert list(states(corpus).values()).count("PENDING") == 8


def test_delisted_blog_is_left_alone(corpus: Path, frontier: Frontier) -> None:
    """A blog that the list no longer names is not asked again."""
    frontier.close()

    other = opened(corpus, homes=())

    assert other.lease(NOW, ()) is None
    other.close()


def test_redirect_waits_in_its_place(frontier: Frontier) -> None:
    """The target of a redirect is leased as what was asked for, one hop further."""
    home = open_gate(frontier)
    frontier.redirected(home, capture(home), "https://www.blog.example/")

    robots = leased(frontier)
    assert robots.url == "https://www.blog.example/robots.txt"
    store(frontier, robots, body=b"")
    target = open_gate(frontier)
    assert (target.kind, target.hops) == (Kind.HOME, 1)
