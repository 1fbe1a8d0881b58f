"""A crawl on a cluster brings what one machine brings, at the same pace, also after losses."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.verbs.demo import CONNECT_TO
from tests.end_to_end.corpus import PLACE_AND_TIME, Corpus
from tests.end_to_end.nodes import lose, two_nodes
from tests.end_to_end.politeness import OWN, SHARED, gaps
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve

HOSTS = (*OWN, *SHARED)
POSTS = 5
DELAY = 0.4
TABLES = ("documents", "rejected", "history")


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[SiteServer]:
    """Sixteen blogs, four of them on one platform, to be found from all nodes."""
    with serve({host: generated(host, posts=POSTS) for host in HOSTS}) as running:
        monkeypatch.setenv(CONNECT_TO, running.proxy.removeprefix("http://"))
        yield running


def written(folder: Path, server: SiteServer, delay: float) -> Corpus:
    """A corpus of these blogs that asks each host once in so many seconds."""
    corpus = Corpus(folder=folder, proxy=server.proxy, hosts=HOSTS, per_host=1).write()
    text = corpus.config.read_text().replace("delay = 0.0", f"delay = {delay}")
    corpus.config.write_text(text)
    return corpus


def crawls(command: bytes) -> bool:
    """Whether a process asks sites."""
    return b"scrapy" in command


def posts_asked(server: SiteServer) -> int:
    """Requests for posts so far."""
    return sum(record.path.startswith("/posts/") for record in server.requests())


def same(one: Corpus, other: Corpus) -> bool:
    """Whether two corpora have the same rows, but for when each was fetched."""
    return all(
        one.rows(table, without=PLACE_AND_TIME) == other.rows(table, without=PLACE_AND_TIME)
        for table in TABLES
    )


def test_a_node_is_lost_in_mid_crawl(tmp_path: Path, server: SiteServer) -> None:
    """Its hosts are asked from elsewhere, never too soon, and no page is missing in the end."""
    corpus = written(tmp_path / "spread", server, DELAY)
    hit: list[int] = []
    with two_nodes() as cluster:
        loss = threading.Thread(target=lose, args=(cluster, crawls, 4.0, hit))
        loss.start()
        corpus.verb("crawl", "--engine", "ray", "--address", cluster.address, seconds=300)
        loss.join()
    kept, asked = gaps(server.requests()), posts_asked(server)
    corpus.verb("build")
    alone = written(tmp_path / "alone", server, 0.0)
    alone.verb("run")

    assert hit, "nobody crawled at the node that was to be lost"
    assert min(kept.smallest.values()) >= DELAY
    # What the lost node had committed is not asked for again.
    assert asked <= len(HOSTS) * (POSTS + 1)
    assert len(corpus.urls("documents")) == len(HOSTS) * POSTS
    assert same(corpus, alone)
    assert not (corpus.root / "lent").exists()


def test_a_killed_crawl_is_taken_back(tmp_path: Path, server: SiteServer) -> None:
    """What it had archived counts, its hosts keep their pace, and one machine does the rest."""
    corpus = written(tmp_path / "spread", server, DELAY)
    pytest.importorskip("ray", reason="Ray has no wheel for this Python")
    process = corpus.start("crawl", "--engine", "ray")
    until = time.monotonic() + 90
    while len(server.requests()) < 6 * len(HOSTS) and time.monotonic() < until:
        assert process.poll() is None
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    corpus.verb("run", seconds=300)
    kept, asked = gaps(server.requests()), posts_asked(server)
    alone = written(tmp_path / "alone", server, 0.0)
    alone.verb("run")

    assert min(kept.smallest.values()) >= DELAY
    # One request of each host at most was under way, and is made again.
    assert asked <= len(HOSTS) * (POSTS + 1)
    assert same(corpus, alone)
