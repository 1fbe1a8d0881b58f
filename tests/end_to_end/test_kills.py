"""kill -9 at any moment: nothing lost, nothing twice, the same rows in the end."""

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.corpus import PLACE_AND_TIME, Corpus
from tests.sites.blogs import demo
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve

#: Kills; spread over test processes.
KILLS = 20
#: CONCURRENT_REQUESTS by default: what may be in flight when the crawler dies.
IN_FLIGHT = 16
BIG = "manyposts.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What a run that nobody killed gave."""

    server: SiteServer
    hosts: tuple[str, ...]
    #: Seconds that it took.
    seconds: float
    rows: dict[str, list[dict[str, Any]]]
    records: list[tuple[str, str]]


TABLES = ("documents", "duplicates", "rejected")


def rows_of(corpus: Corpus) -> dict[str, list[dict[str, Any]]]:
    """All rows, but for the columns that tell when and where."""
    return {table: corpus.rows(table, without=PLACE_AND_TIME) for table in TABLES}


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """One run to its end over the small blogs and one with 150 posts."""
    sites = {**demo(), BIG: generated(BIG, posts=150)}
    with serve(sites) as server:
        hosts = tuple(sorted(sites))
        folder = tmp_path_factory.mktemp("undisturbed")
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=hosts).write()
        began = time.monotonic()
        corpus.verb("run")
        seconds = time.monotonic() - began
        yield Undisturbed(
            server=server,
            hosts=hosts,
            seconds=seconds,
            rows=rows_of(corpus),
            records=sorted(corpus.records()),
        )


def bodies(server: SiteServer, since: int) -> Counter[tuple[str, str]]:
    """How often each page's body was sent after the first `since` requests."""
    sent = [record for record in server.requests()[since:] if record.status == 200]
    return Counter((record.host, record.path) for record in sent)


@pytest.mark.parametrize("trial", range(KILLS))
def test_kill_and_run_again(undisturbed: Undisturbed, tmp_path: Path, trial: int) -> None:
    """A run killed at a random moment and run again ends as if nothing had happened."""
    moment = random.Random(trial).uniform(0.05, 1.0) * undisturbed.seconds
    server = undisturbed.server
    since = len(server.requests())
    corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=undisturbed.hosts).write()
    process = corpus.start("run")
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    corpus.verb("run")

    assert rows_of(corpus) == undisturbed.rows
    records = corpus.records()
    assert len(set(records)) == len(records)
    assert sorted(records) == undisturbed.records
    refetched = sum(count - 1 for count in bodies(server, since).values())
    assert refetched <= 1.6 * IN_FLIGHT
