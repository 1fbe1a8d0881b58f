"""Kills the crawl of one large site: `python -m benchmarks.crawl_kills [KILLS] [PAGES]`.

Ours and, in the same run on the same site, a plain Scrapy spider with JOBDIR. Printed for
each: pages lost, requests made again for each kill, records that are in the archive twice.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.end_to_end.corpus import Corpus
from tests.sites.generated import GeneratedSite, generated
from tests.sites.server import SiteServer, serve

HOST = "threethousand.example"
PEER_HOST = "jobdir.example"
IN_FLIGHT = 16
#: Seconds after the first answer of a start within which it is killed.
WITHIN = 0.6


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one crawler."""

    kills: int
    #: Posts of the site that were never answered.
    lost: int
    #: Pages that were answered again after each kill.
    again: tuple[int, ...]
    #: Seconds of the whole series.
    seconds: float


def main() -> None:
    """Kill both as often as asked and print one table."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    pages = int(sys.argv[2]) if len(sys.argv) > 2 else 3000
    sites = {host: generated(host, posts=pages) for host in (HOST, PEER_HOST)}
    with serve(sites) as server, tempfile.TemporaryDirectory() as folder:
        corpus = Corpus(
            folder=Path(folder) / "ours", proxy=server.proxy, hosts=(HOST,), per_host=IN_FLIGHT
        ).write()
        text = corpus.config.read_text().replace(
            "[crawl]", f"[crawl]\npages_per_blog = {2 * pages}"
        )
        corpus.config.write_text(text)
        ours = _series(server, sites[HOST], kills, lambda: corpus.start("crawl"))
        records = corpus.records()
        peer = _series(server, sites[PEER_HOST], kills, _peer(server, Path(folder) / "jobs"))
    table = Table("crawler", "kills", "lost", "again a kill, most", "mean", "records twice", "s")
    twice = len(records) - len(set(records))
    for name, result, double in (("ours", ours, str(twice)), ("Scrapy, JOBDIR", peer, "-")):
        mean = sum(result.again) / max(len(result.again), 1)
        most = str(max(result.again, default=0))
        table.add_row(
            name, str(result.kills), f"{result.lost} of {pages}", most, f"{mean:.1f}", double,
            f"{result.seconds:.0f}",
        )  # fmt: skip
    console = Console(width=120)
    console.print(table)
    console.print(f"the limit of requests made again is {1.6 * IN_FLIGHT:.1f} a kill")


def _peer(server: SiteServer, jobs: Path) -> Callable[[], "subprocess.Popen[str]"]:
    """How the peer is started, the first time and after each kill."""
    script = Path(__file__).resolve().parent / "peers" / "jobdir.py"
    command = [sys.executable, "-m", "scrapy", "runspider", str(script)]
    command += ["-s", f"JOBDIR={jobs}", "-a", f"home=http://{PEER_HOST}/"]
    environment = {**os.environ, "http_proxy": server.proxy, "no_proxy": ""}
    # From outside the checkout, whose settings are ours.
    return lambda: subprocess.Popen(  # noqa: S603 - our own script
        command,
        cwd=jobs.parent,
        env=environment,
        start_new_session=True,
        text=True,
        stderr=subprocess.DEVNULL,
    )


def _series(
    server: SiteServer,
    site: GeneratedSite,
    kills: int,
    start: Callable[[], "subprocess.Popen[str]"],
) -> Result:
    """Start, kill, start again; at last let it run to its end."""
    draw = random.Random(0)
    again: list[int] = []
    done = 0
    began = time.monotonic()
    for _ in range(kills):
        since = len(server.requests(site.host))
        process = start()
        deadline = time.monotonic() + 30
        while len(server.requests(site.host)) == since and process.poll() is None:
            if time.monotonic() > deadline:
                break
            time.sleep(0.01)
        time.sleep(draw.uniform(0, WITHIN))
        if process.poll() is not None:
            break
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        done += 1
        again.append(_again(server, site.host, since))
    since = len(server.requests(site.host))
    process = start()
    process.communicate(timeout=600)
    again.append(_again(server, site.host, since))
    answered = {r.path for r in server.requests(site.host) if r.status == 200}
    lost = sum(url.removeprefix(f"http://{site.host}") not in answered for url in site.urls())
    seconds = time.monotonic() - began
    # The first start comes after no kill.
    return Result(kills=done, lost=lost, again=tuple(again[1:]), seconds=seconds)


def _again(server: SiteServer, host: str, since: int) -> int:
    """Pages among the requests from `since` on that had been answered before."""
    records = server.requests(host)
    before = {record.path for record in records[:since] if record.status == 200}
    new = Counter(record.path for record in records[since:] if record.status == 200)
    return sum(count - (path not in before) for path, count in new.items())


if __name__ == "__main__":
    main()
