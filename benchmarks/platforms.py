"""Posts found on a site of each platform, and at what price: `python -m benchmarks.platforms`.

Ours is a run of the crawler; beside it, on the same sites, Scrapy's SitemapSpider and
trafilatura's functions for sitemaps, feeds and whole sites, at most 400 requests and 60 s
a site. Found are the posts that were fetched or named. Where a peer only names pages,
one request for each is added to its own.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.core.model import Kind
from pipelines.core.state import connect
from tests.end_to_end.corpus import Corpus
from tests.sites.platforms import PlatformTruth, sites, truth
from tests.sites.server import SiteServer, serve

_PEERS = Path(__file__).resolve().parent / "peers"
_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one crawler made of one site."""

    found: int
    #: Made, and still to be made for pages that are only named.
    requests: int
    #: Listings that were taken for posts.
    listings: int
    #: Pages and feeds of comments that were asked for.
    comments: int


Peer = Callable[[SiteServer, PlatformTruth], frozenset[str]]


def main() -> None:
    """Crawl all sites with all crawlers, and print a line for each site."""
    peers: dict[str, Peer] = {
        "SitemapSpider": _spider,
        "trafilatura sitemap_search": _named_by("sitemap"),
        "find_feed_urls": _named_by("feed"),
        "focused_crawler": _named_by("spider"),
    }
    results = {"ours": _ours(), **{name: _results(peer) for name, peer in peers.items()}}
    table = Table("site", "platform", "posts", *results)
    for host, told in truth().items():
        cells = [_cell(rows[host], len(told.posts)) for rows in results.values()]
        table.add_row(host, told.platform or "none", str(len(told.posts)), *cells)
    total = sum(len(told.posts) for told in truth().values())
    table.add_section()
    table.add_row("all", "", str(total), *(_total(rows, total) for rows in results.values()))
    console = Console(width=200)
    console.print(table)
    console.print("found; requests per post there; listings taken for posts / comments asked for")


def _cell(result: Result, posts: int) -> str:
    return f"{result.found}; {result.requests / posts:.2f}; {result.listings}/{result.comments}"


def _total(rows: dict[str, Result], posts: int) -> str:
    found = sum(row.found for row in rows.values())
    requests = sum(row.requests for row in rows.values())
    listings = sum(row.listings for row in rows.values())
    comments = sum(row.comments for row in rows.values())
    return f"{100 * found / posts:.1f} %; {requests / posts:.2f}; {listings}/{comments}"


def _asked(server: SiteServer, host: str, *, answered: bool = False) -> frozenset[str]:
    return frozenset(
        f"http://{record.host}{record.path}"
        for record in server.requests(host)
        if not answered or record.status in {200, 304}
    )


def _result(server: SiteServer, told: PlatformTruth, *, named: frozenset[str]) -> Result:
    """Count what was fetched or named on one site."""
    asked = _asked(server, told.host)
    taken = _asked(server, told.host, answered=True) | named
    return Result(
        found=len(told.posts & taken),
        requests=len(server.requests(told.host)) + len(named - asked),
        listings=len(told.listings & named),
        comments=len(told.comments & (asked | named)),
    )


def _ours() -> dict[str, Result]:
    with serve(sites()) as server, tempfile.TemporaryDirectory() as folder:
        hosts = tuple(sorted(truth()))
        corpus = Corpus(folder=Path(folder), proxy=server.proxy, hosts=hosts).write()
        corpus.verb("crawl", seconds=600)
        with closing(connect(corpus.root)) as state:
            query = "SELECT url FROM capture WHERE kind = ?"
            posts = frozenset(url for (url,) in state.execute(query, (Kind.POST,)))
        return {
            host: _result(server, told, named=_of(posts, host)) for host, told in truth().items()
        }


def _of(urls: frozenset[str], host: str) -> frozenset[str]:
    return frozenset(url for url in urls if url.startswith(f"http://{host}/"))


def _results(peer: Peer) -> dict[str, Result]:
    """A peer on all sites, one after the other, on a server of its own."""
    with serve(sites()) as server:
        return {
            host: _result(server, told, named=peer(server, told)) for host, told in truth().items()
        }


def _spider(server: SiteServer, told: PlatformTruth) -> frozenset[str]:
    """All pages of SitemapSpider are taken for posts."""
    script = str(_PEERS / "sitemap_spider.py")
    home = f"home=http://{told.host}/"
    _run("-m", "scrapy", "runspider", script, "-a", home, proxy=server.proxy)
    return _asked(server, told.host, answered=True) - told.sources


def _named_by(function: str) -> Peer:
    """One of trafilatura's functions, as a peer."""

    def peer(server: SiteServer, told: PlatformTruth) -> frozenset[str]:
        script = str(_PEERS / "trafilatura_links.py")
        said = _run(script, function, f"http://{told.host}/", str(server.port))
        return frozenset(said.split())

    return peer


def _run(*command: str, proxy: str = "") -> str:
    """Standard output of a peer; of one that takes too long, nothing more is awaited."""
    # From outside the checkout, whose Scrapy settings are ours.
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "http_proxy": proxy, "no_proxy": ""}
        try:
            done = subprocess.run(  # noqa: S603 - our own scripts
                (sys.executable, *command),
                cwd=folder,
                env=environment,
                capture_output=True,
                text=True,
                timeout=_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired as late:
            return late.stdout.decode() if isinstance(late.stdout, bytes) else ""
        return done.stdout


if __name__ == "__main__":
    main()
