"""The frontier with many URLs: `python -m benchmarks.frontier [URLS …]`.

Printed for each size: bytes a URL takes on disk, resident memory of a process that leases
and settles, and how many leases a second it gives. Memory must not grow with the URLs.
"""

import resource
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.speed.figures import cost_of
from crawler.frontier import Fetched, Frontier
from pipelines.core import state, warc
from pipelines.core.config import Config, CrawlSettings
from pipelines.core.model import Capture, Kind, Link, Permission, Seed, Tier, Via

#: URLs of one blog.
PER_BLOG = 1000
#: Leases that are timed.
LEASES = 2000
BODY = b"User-agent: *\nAllow: /\n"


def main() -> None:
    """Fill a frontier of each size in one process, measure it in another, print a table."""
    sizes = [int(size) for size in sys.argv[1:]] or [10_000, 100_000, 1_000_000]
    table = Table("URLs", "bytes a URL", "s to fill", "RSS, MB", "leases a second")
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            fill(Path(folder), size)
            filled = time.monotonic() - began
            peak, rate = cost_of(measured, Path(folder), size).answer
            taken = state.state_file(Path(folder)).stat().st_size
            row = (taken / size, filled, peak, rate)
            table.add_row(f"{size:,}", *(f"{value:.0f}" for value in row))
    Console(width=100).print(table)


def _config(folder: Path) -> Config:
    return Config(
        file=folder / "corpus.toml",
        corpus=folder,
        blogs=folder / "blogs.txt",
        crawl=CrawlSettings(contact="https://crawl.example/bot", delay=0.0),
    )


def _seeds(size: int) -> list[Seed]:
    count = max(size // PER_BLOG, 1)
    return [Seed(url=f"https://blog{number}.example/") for number in range(count)]


def fill(folder: Path, size: int) -> None:
    """Let every blog's robots.txt and home page answer; the home page names all posts."""
    frontier = Frontier(_config(folder), _seeds(size), time.time())
    while lease := frontier.lease(time.time(), ()):
        frontier.store(_fetched(lease, posts=lease.kind is Kind.HOME), None)
        if lease.kind is Kind.POST:
            break
    frontier.close()


def _fetched(lease, *, posts: bool) -> Fetched:  # type: ignore[no-untyped-def]  # noqa: ANN001
    moment = datetime.now(UTC)
    capture = Capture(
        url=lease.url,
        kind=lease.kind,
        via=lease.via,
        fetched_at=moment,
        status=200 if lease.kind is Kind.ROBOTS or lease.kind.is_page else 404,
        headers=(("ETag", '"0123456789abcdef"'),),
        body=BODY,
        digest=warc.digest_of(lease.url.encode()),
    )
    links = tuple(_post(lease.url, number) for number in range(PER_BLOG)) if posts else ()
    return Fetched(
        lease=lease,
        capture=capture,
        links=links,
        text=hash(lease.url) >> 2,
        permission=Permission(tier=Tier.UNRESERVED),
    )


def _post(home: str, number: int) -> Link:
    return Link(
        url=f"{home}2024/05/what-we-carry-into-the-room-{number}/",
        kind=Kind.POST,
        via=Via.LISTING,
        found_on=home,
        score=0.8,
        why="a date in its path",
    )


def measured(folder: Path, size: int) -> tuple[float, float]:
    """Lease and settle; the peak of resident memory in MiB, and leases a second."""
    frontier = Frontier(_config(folder), _seeds(size), time.time())
    began = time.monotonic()
    leases = 0
    while leases < LEASES and (lease := frontier.lease(time.time(), ())):
        frontier.store(_fetched(lease, posts=False), None)
        leases += 1
    seconds = time.monotonic() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    frontier.close()
    return peak, leases / seconds


if __name__ == "__main__":
    main()
