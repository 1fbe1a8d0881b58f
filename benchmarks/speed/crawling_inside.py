"""The crawl seen from inside its process: how long its event loop stands still, and its memory."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.speed.figures import Figure, say
from tests.end_to_end.corpus import Corpus
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve

_ROOT = Path(__file__).resolve().parents[2]
_AT_ONCE = 16
#: Blogs and posts of each for the event loop, and for the memory.
_LOOP = (8, 600)
_MEMORY = (200, 500)
#: Pages in the archive at which memory is read.
_FEW, _MANY = 10_000, 100_000
#: Seconds between two looks.
_LOOK = 0.5


@contextmanager
def _crawling(
    server: SiteServer, folder: Path, hosts: tuple[str, ...], *options: str
) -> Iterator[tuple["subprocess.Popen[bytes]", Corpus]]:
    """Scrapy, started as the crawl verb does, with settings of our own."""
    corpus = Corpus(folder=folder, proxy=server.proxy, hosts=hosts, per_host=_AT_ONCE).write()
    (corpus.root / "state").mkdir(parents=True)
    command = [sys.executable, "-m", "scrapy", "crawl", "blogs"]
    command += ["-s", f"CORPUS_CONFIG={corpus.config}"]
    command += ["-s", f"LOG_FILE={corpus.root / 'state' / 'crawl.log'}", *options]
    environment = {
        **corpus.environment(),
        "SCRAPY_SETTINGS_MODULE": "crawler.settings",
        "PYTHONPATH": os.pathsep.join([str(_ROOT), os.environ.get("PYTHONPATH", "")]),
    }
    with subprocess.Popen(command, env=environment) as crawler:  # noqa: S603 - our own interpreter
        try:
            yield crawler, corpus
        finally:
            if crawler.poll() is None:
                crawler.kill()


@contextmanager
def _blogs(count: int, posts: int) -> Iterator[tuple[SiteServer, tuple[str, ...], Path]]:
    hosts = tuple(f"blog-{number:03d}.example" for number in range(count))
    sites = {host: generated(host, posts=posts, seed=n) for n, host in enumerate(hosts)}
    with serve(sites) as server, tempfile.TemporaryDirectory() as folder:
        yield server, hosts, Path(folder)


def _lags() -> tuple[float, float]:
    """The longest time that the event loop stood still, and one of a thousand, in ms."""
    with _blogs(*_LOOP) as (server, hosts, folder):
        told = folder / "lags.json"
        extension = json.dumps({"benchmarks.speed.lag.Lag": 1})
        options = ("-s", f"EXTENSIONS={extension}", "-s", f"LAG_FILE={told}")
        with _crawling(server, folder, hosts, *options) as (crawler, _):
            if crawler.wait(600):
                sys.exit("The crawler failed.")
        lags = sorted(json.loads(told.read_text()))
    say(f"event loop: {len(lags)} looks, the longest lags {lags[-8:]} ms")
    return lags[-1], lags[int(len(lags) * 0.999)]


def _resident(identity: int) -> float:
    """Memory of a process in MiB."""
    lines = Path(f"/proc/{identity}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def _sizes() -> tuple[float, float]:
    """Memory of the crawler at a few and at many pages."""
    few = most = 0.0
    with (
        _blogs(*_MEMORY) as (server, hosts, folder),
        _crawling(server, folder, hosts) as (
            crawler,
            _,
        ),
    ):
        began = time.monotonic()
        done = 0
        while crawler.poll() is None and done < _MANY:
            time.sleep(_LOOK)
            done = len(server.log.records())
            if done <= _FEW:
                few = _resident(crawler.pid)
            elif crawler.poll() is None:
                most = _resident(crawler.pid)
        say(f"memory: {few:.0f} and {most:.0f} MiB; {done / (time.monotonic() - began):.0f}/s")
    return few, most


def figures() -> Iterator[Figure]:
    """Crawl once for the event loop and once for the memory."""
    longest, rare = _lags()
    yield Figure(name="event loop blocked, at most", value=longest, unit="ms", limit="<= 100")
    yield Figure(name="event loop blocked, 99.9th percentile", value=rare, unit="ms")
    few, many = _sizes()
    yield Figure(
        name=f"memory of a crawl of {_MEMORY[0]} blogs at {_MANY:,} pages",
        value=many,
        unit="MiB",
        peer=f"at {_FEW:,} pages",
        peer_value=few,
        wanted="<= 1.1",
    )
