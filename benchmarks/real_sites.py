"""What a run makes of the real sites in a folder: `python -m benchmarks.real_sites FOLDER`.

The sites are replayed on loopback. Printed for each: posts published of those that its
feed or sitemap of posts names, what else was published, rejections by reason, and the
requests of a first and a second run.
"""

import sys
import tempfile
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.core.model import Via
from pipelines.core.posts import PageKind, judge
from pipelines.core.urls import site_of
from tests.end_to_end.corpus import Corpus
from tests.sites.replay import ReplaySite, named_posts, replay
from tests.sites.server import SiteServer, serve

TABLES = ("documents", "duplicates", "rejected")
COLUMNS = (
    "site",
    "named",
    "of them published",
    "documents",
    "listings among them",
    "duplicates",
    "rejected",
    "requests",
    "bodies",
    "2nd run",
    "bodies ",
)


def main() -> None:
    """Crawl twice, build twice, print one table."""
    sites = replay(Path(sys.argv[1]))
    with serve(sites) as server, tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(folder=Path(folder), proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        corpus.verb("run")
        first, snapshot = len(server.requests()), corpus.snapshot()
        corpus.verb("run")
        table = Table(*COLUMNS)
        rows = {name: corpus.rows(name) for name in TABLES}
        for host, site in sites.items():
            table.add_row(*_line(host, site, rows, server, first))
        console = Console(width=200)
        console.print(table)
        console.print(f"Second run published: {corpus.snapshot() != snapshot}")


def _line(
    host: str,
    site: ReplaySite,
    rows: dict[str, list[dict[str, object]]],
    server: SiteServer,
    first: int,
) -> list[str]:
    mine = {
        name: [row for row in found if row["site"] == site_of(f"http://{host}/")]
        for name, found in rows.items()
    }
    documents = {str(row["url"]) for row in mine["documents"]}
    named = named_posts(site)
    listings = [url for url in documents if _is_listing(url)]
    again = [record for record in server.requests()[first:] if record.host == host]
    before = [record for record in server.requests()[:first] if record.host == host]
    return [
        host,
        str(len(named)),
        str(len(named & documents)),
        str(len(documents)),
        str(len(listings)),
        str(len(mine["duplicates"])),
        _reasons(Counter(str(row["reason"]) for row in mine["rejected"])),
        str(len(before)),
        str(sum(record.status == 200 for record in before)),
        str(len(again)),
        str(sum(record.status == 200 for record in again)),
    ]


def _is_listing(url: str) -> bool:
    return judge(url, Via.IMPORT).kind in {PageKind.LISTING, PageKind.HOME}


def _reasons(counts: Counter[str]) -> str:
    return ", ".join(f"{reason} {count}" for reason, count in sorted(counts.items())) or "-"


if __name__ == "__main__":
    main()
