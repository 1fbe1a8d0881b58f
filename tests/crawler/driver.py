"""Drives a frontier as the spider does, without a network."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from crawler.frontier import Fetched, Frontier, Lease
from crawler.policy.answers import Meaning, Outcome
from pipelines.core import standing, state, warc
from pipelines.core.config import Config, CrawlSettings, RevisitSettings
from pipelines.core.model import Capture, Kind, Link, Permission, Seed, Tier, Via
from pipelines.core.reasons import Reason

HOME = "http://blog.example/"
# A whole second, which no rounding of datetime moves.
NOW = float(int(time.time()))
DAY = 86400.0
SETTINGS = CrawlSettings(delay=0.0, tries=2, retry_after=0.0, pages_per_blog=100)
#: Every blog is looked at in every run.
EAGER = RevisitSettings(poll_least=0.0, poll_most=0.0)
GONE = Outcome(meaning=Meaning.GONE, reason=Reason.FETCH_GONE, detail="HTTP 404")
FAULT = Outcome(meaning=Meaning.FAILED, reason=Reason.FETCH_TIMEOUT, is_host=True)
UNRESERVED = Permission(tier=Tier.UNRESERVED)


def config(corpus: Path, crawl: CrawlSettings = SETTINGS) -> Config:
    """A config of tests, with a corpus that lies at `corpus`."""
    return Config(
        file=corpus / "corpus.toml",
        corpus=corpus,
        blogs=corpus / "blogs.txt",
        crawl=crawl,
        revisit=EAGER,
    )


def opened(
    corpus: Path,
    now: float = NOW,
    crawl: CrawlSettings = SETTINGS,
    revisit: RevisitSettings = EAGER,
    homes: tuple[str, ...] = (HOME,),
) -> Frontier:
    """A frontier that has begun a run over some blogs."""
    seeds = [Seed(url=home, name="A blog", source="list:1") for home in homes]
    return Frontier(replace(config(corpus, crawl), revisit=revisit), seeds, now)


def capture(
    lease: Lease, body: bytes = b"<html>a page</html>", now: float = NOW, **headers: str
) -> Capture:
    """An answer to a lease."""
    return Capture(
        url=lease.url,
        kind=lease.kind,
        via=lease.via,
        fetched_at=datetime.fromtimestamp(now, UTC),
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=body,
        digest=warc.digest_of(body),
    )


def link(
    url: str,
    kind: Kind = Kind.POST,
    hint: datetime | None = None,
    via: Via = Via.FEED,
    score: float = 0.9,
) -> Link:
    """A link that some capture held."""
    return Link(
        url=url, kind=kind, via=via, found_on=HOME, score=score, why="test", modified_hint=hint
    )


def store(  # noqa: PLR0913 - one keyword for each thing that a test may be about
    frontier: Frontier,
    lease: Lease,
    *links: Link,
    body: bytes = b"<html>",
    now: float = NOW,
    text: int | None = None,
    permission: Permission = UNRESERVED,
    platform: str = "",
) -> None:
    """Answer a lease with a page that holds `links`."""
    fetched = Fetched(
        lease=lease,
        capture=capture(lease, body, now),
        links=links,
        text=text,
        permission=permission,
        platform=platform,
    )
    is_known = frontier.is_held(fetched) or (lease.kind.is_page and permission.is_refused)
    frontier.store(fetched, None if is_known else warc.encode(fetched.capture))


def leased(frontier: Frontier, now: float = NOW) -> Lease:
    """The next lease, which must be there."""
    lease = frontier.lease(now, ())
    assert lease is not None
    return lease


def open_gate(frontier: Frontier, robots: bytes = b"", now: float = NOW) -> Lease:
    """Answer the notices and probes of an origin, and return its first page."""
    while True:
        lease = leased(frontier, now)
        if lease.kind is Kind.ROBOTS:
            store(frontier, lease, body=robots, now=now)
        elif lease.kind.is_notice or lease.kind is Kind.PROBE:
            frontier.failed(lease, GONE, 404, now)
        else:
            return lease


def states(corpus: Path) -> dict[str, str]:
    """State of each URL that is no notice and no probe."""
    connection = state.connect(corpus)
    rows = connection.execute(
        "SELECT url, state FROM url WHERE kind NOT IN ('robots', 'tdmrep', 'rsl', 'probe')"
    ).fetchall()
    connection.close()
    return {row["url"]: row["state"] for row in rows}


def next_run(corpus: Path, frontier: Frontier, now: float) -> Frontier:
    """End a run and begin another."""
    frontier.finish("finished")
    frontier.close()
    return opened(corpus, now)


def withdrawn(corpus: Path, url: str) -> Reason | None:
    """Why a page is not published, as the build will read it."""
    connection = state.connect(corpus)
    found = standing.get(connection, url)
    connection.close()
    return found.reason if found else None


def rest(frontier: Frontier, now: float) -> list[str]:
    """What else is asked, each answered as it was before."""
    urls = []
    while lease := frontier.lease(now, ()):
        urls.append(lease.url)
        frontier.unchanged(lease, capture(lease, now=now), Permission(tier=Tier.UNRESERVED))
    return urls
