"""A crawl of many slow-paced hosts, and what their log says of the gaps between requests."""

import os
import random
import signal
import subprocess
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from crawler.discovery.platforms import pace_key
from tests.end_to_end.corpus import Corpus
from tests.sites.generated import generated
from tests.sites.server import LogRecord, SiteServer, serve
from tests.sites.site import Answer, Site

#: Hosts of their own, and blogs on one platform's servers.
OWN = tuple(f"practice{number}.example" for number in range(12))
SHARED = tuple(f"therapist{number}.substack.com" for number in range(4))
#: A host that asks for four seconds once, in the middle.
BUSY = OWN[0]
RETRY_AFTER = 4.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """What the servers saw."""

    #: The smallest gap between two requests, in seconds, by host or platform.
    smallest: dict[str, float]
    requests: dict[str, int]
    #: Seconds that the busy host was left alone after it had asked for that.
    after_busy: float
    kills: int


def measure(folder: Path, *, delay: float, posts: int, kills: int) -> Gaps:
    """Crawl 16 blogs to their end, killing the crawl on the way so many times.

    Args:
        folder: Where the corpus goes.
        delay: The configured delay in seconds.
        posts: Posts of each blog.
        kills: How often the crawl is killed and begun again.
    """
    sites: dict[str, Site] = {host: generated(host, posts=posts) for host in (*OWN, *SHARED)}
    answer = Answer(status=429, headers={"Retry-After": f"{RETRY_AFTER:g}"})
    sites[BUSY].override("/posts/note-2.html", answer, times=1)
    draw = random.Random(1)
    with serve(sites) as server:
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sites), per_host=1).write()
        text = corpus.config.read_text().replace("delay = 0.0", f"delay = {delay}")
        corpus.config.write_text(text)
        for _ in range(kills):
            process = corpus.start("crawl")
            _wait_for_more(server, process)
            time.sleep(draw.uniform(0.0, 2 * delay))
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
        corpus.verb("crawl", seconds=600)
        return gaps(server.requests(), kills)


def _wait_for_more(server: SiteServer, process: "subprocess.Popen[str]") -> None:
    since = len(server.requests())
    deadline = time.monotonic() + 30
    while len(server.requests()) == since and time.monotonic() < deadline:
        assert process.poll() is None
        time.sleep(0.01)


def gaps(records: Iterable[LogRecord], kills: int = 0) -> Gaps:
    """Gaps from one arrival to the next, of each host and of each platform."""
    arrivals: dict[str, list[float]] = defaultdict(list)
    busy_at = after_busy = 0.0
    for record in sorted(records, key=lambda record: record.monotonic):
        key = pace_key(record.host)
        if record.host == BUSY and busy_at and not after_busy:
            after_busy = record.monotonic - busy_at
        if record.status == 429:
            busy_at = record.monotonic
        arrivals[key].append(record.monotonic)
    return Gaps(
        smallest={
            key: min(later - earlier for earlier, later in pairwise(times))
            for key, times in arrivals.items()
        },
        requests={key: len(times) for key, times in arrivals.items()},
        after_busy=after_busy,
        kills=kills,
    )
