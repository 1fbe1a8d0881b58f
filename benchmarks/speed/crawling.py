"""The crawl beside bare Scrapy and a naive project, its event loop and its memory.

All fetch generated blogs over loopback, sixteen requests at once, politeness off, by turns. Ours
finds posts by the sitemap, archives each and commits the frontier; bare Scrapy follows links and
keeps nothing; the naive project cleans each page in its pipeline. The blogs are served by this
process, the crawlers are others; what a client without any work gets is told first, so that it
can be seen that the server holds nobody back.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from statistics import median

from benchmarks.speed import crawling_inside
from benchmarks.speed.figures import Figure, cost_of, say
from tests.end_to_end.corpus import Corpus
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve

_POSTS = 3000
#: The naive project takes its time.
_FEWER = 1000
_TIMES = 3
_AT_ONCE = 16
_BARE = "bare-client.example"
_PEERS = Path(__file__).resolve().parents[1] / "peers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """Answers a second between the first and the last of a run."""

    requests: float
    #: Of posts alone.
    pages: float


def _rates(server: SiteServer, who: str, host: str, run: Callable[[], object]) -> Rates:
    run()
    found = server.requests(host)
    posts = sum(record.path.startswith("/posts/") for record in found)
    seconds = found[-1].monotonic - found[0].monotonic
    rates = Rates(requests=len(found) / seconds, pages=posts / seconds)
    say(f"{who}: {len(found)} requests, {rates.requests:.0f}/s; {posts} posts, {rates.pages:.0f}/s")
    return rates


def ours(server: SiteServer, folder: Path, host: str) -> Rates:
    """Crawl a blog with our crawler, politeness off."""
    corpus = Corpus(folder=folder, proxy=server.proxy, hosts=(host,), per_host=_AT_ONCE).write()
    text = corpus.config.read_text()
    corpus.config.write_text(text.replace("[crawl]", f"[crawl]\npages_per_blog = {2 * _POSTS}"))
    return _rates(server, "ours", host, lambda: corpus.verb("crawl", seconds=600))


def peer(server: SiteServer, folder: Path, host: str, script: str, *more: str) -> Rates:
    """Crawl a blog with a spider of the peers."""
    command = [sys.executable, "-m", "scrapy", "runspider", str(_PEERS / f"{script}.py")]
    command += ["-s", "LOG_LEVEL=ERROR", "-a", f"home=http://{host}/", *more]
    environment = {**os.environ, "http_proxy": server.proxy, "no_proxy": ""}

    def run() -> None:
        # From outside the checkout, whose settings are ours.
        subprocess.run(  # noqa: S603 - our own script
            command, cwd=folder, env=environment, check=True, timeout=600
        )

    return _rates(server, script, host, run)


async def _fetch(port: int, host: str, numbers: Iterator[int]) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for number in numbers:
        head = f"GET /posts/note-{number}.html HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip"
        writer.write(f"{head}\r\n\r\n".encode())
        lines = (await reader.readuntil(b"\r\n\r\n")).lower()
        await reader.readexactly(int(lines.partition(b"content-length:")[2].split(b"\r\n")[0]))
    writer.close()


def _fetch_all(port: int, host: str) -> None:
    """Ask for all posts, sixteen at once, and do nothing with them."""

    async def run() -> None:
        numbers = iter(range(1, _POSTS + 1))
        await asyncio.gather(*(_fetch(port, host, numbers) for _ in range(_AT_ONCE)))

    asyncio.run(run())


def _measured() -> dict[str, list[Rates]]:
    """Crawl by turns, a new site each time."""
    rates: dict[str, list[Rates]] = {"ours": [], "jobdir": [], "naive": []}
    numbers = count()
    sites = {
        (host := f"crawl-{number}.example"): generated(
            host,
            posts=_FEWER if number % 3 == 2 else _POSTS,
        )
        for number in range(3 * _TIMES)
    }
    sites[_BARE] = generated(_BARE, posts=_POSTS)
    with serve(sites) as server, tempfile.TemporaryDirectory() as folder:
        cost = cost_of(_fetch_all, server.port, _BARE)
        say(f"a bare client gets {_POSTS / cost.seconds:.0f} requests/s")
        for number in range(_TIMES):
            hosts = [f"crawl-{next(numbers)}.example" for _ in range(3)]
            rates["ours"].append(ours(server, Path(folder) / str(number), hosts[0]))
            rates["jobdir"].append(peer(server, Path(folder), hosts[1], "jobdir"))
            out = f"out={folder}/{number}.jsonl"
            rates["naive"].append(peer(server, Path(folder), hosts[2], "naive", "-a", out))
    return rates


def figures() -> Iterator[Figure]:
    """Rates, then what is measured from inside the crawler."""
    rates = _measured()
    yield Figure(
        name=f"crawl of {_POSTS:,} posts, archived and committed",
        value=median(rate.requests for rate in rates["ours"]),
        unit="requests/s",
        peer="bare Scrapy",
        peer_value=median(rate.requests for rate in rates["jobdir"]),
        wanted=">= 0.85",
    )
    yield Figure(
        name="crawl alone, to be cleaned by `build`",
        value=median(rate.pages for rate in rates["ours"]),
        unit="posts/s",
        peer="naive Scrapy, trafilatura and langdetect in its pipeline",
        peer_value=median(rate.pages for rate in rates["naive"]),
        wanted=">= 4",
    )
    yield from crawling_inside.figures()
