"""The crawl beside the naive project where pages are as heavy as real ones are.

The real pages of all sets are served as one blog. Their links are put out of use, so that no
crawler leaves it; its home page links to all, and its sitemap names them.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.quality.pages import ALL_SETS, SHARED, pages
from benchmarks.speed.crawling import Rates, ours, peer
from benchmarks.speed.figures import Figure
from tests.sites.feeds import urlset
from tests.sites.replay import MODIFIED, ReplaySite
from tests.sites.server import serve

_TIMES = 3


def _site(host: str) -> ReplaySite:
    found = {page.url: page.html for name in ALL_SETS for page in pages(SHARED, name)}
    files = {
        f"posts/page-{number}.html": html.replace(b" href=", b" data-href=")
        for number, html in enumerate(found.values())
    }
    items = "".join(f"<li><a href='/{name}'>{name}</a></li>" for name in files)
    home = f"<!doctype html>\n<html><head><title>Pages</title></head><body><ul>{items}</ul></body>"
    robots = f"User-agent: *\nAllow: /\nSitemap: http://{host}/sitemap.xml\n"
    files |= {
        "index.html": f"{home}</html>".encode(),
        "sitemap.xml": urlset([(f"http://{host}/{name}", MODIFIED) for name in files]),
        "robots.txt": robots.encode(),
    }
    return ReplaySite(host=host, files=files)


def figures() -> Iterator[Figure]:
    """Crawl by turns, a new site each time."""
    rates: dict[str, list[Rates]] = {"ours": [], "naive": []}
    hosts = [f"real-{number}.example" for number in range(2 * _TIMES)]
    with (
        serve({host: _site(host) for host in hosts}) as server,
        tempfile.TemporaryDirectory() as folder,
    ):
        for number in range(_TIMES):
            mine, theirs = hosts[2 * number : 2 * number + 2]
            rates["ours"].append(ours(server, Path(folder) / str(number), mine))
            out = f"out={folder}/{number}.jsonl"
            rates["naive"].append(peer(server, Path(folder), theirs, "naive", "-a", out))
    yield Figure(
        name="crawl alone, of real pages (104 KB)",
        value=median(rate.pages for rate in rates["ours"]),
        unit="posts/s",
        peer="naive Scrapy",
        peer_value=median(rate.pages for rate in rates["naive"]),
        wanted=">= 4",
    )
