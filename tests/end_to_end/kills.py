"""One kill -9 of a whole run and one run to its end, and what came of it."""

import os
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.end_to_end.corpus import PLACE_AND_TIME, Corpus
from tests.sites.blogs import demo
from tests.sites.generated import generated
from tests.sites.server import SiteServer, serve

#: CONCURRENT_REQUESTS by default: what may be in flight when the crawler dies.
IN_FLIGHT = 16
#: A blog that is large enough to be killed in the middle.
BIG = "manyposts.example"
TABLES = ("documents", "duplicates", "rejected")

Rows = dict[str, list[dict[str, Any]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Undisturbed:
    """What a run that nobody killed gave."""

    server: SiteServer
    hosts: tuple[str, ...]
    #: Seconds that it took.
    seconds: float
    rows: Rows
    #: URL and digest of every WARC record, sorted.
    records: list[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What a killed run gave after it was run again."""

    #: Seconds from the start to the kill.
    moment: float
    #: Records of the archive when the run was killed.
    archived: int
    #: Whether all rows equal the undisturbed ones but for time and place.
    same_rows: bool
    #: Pages of the undisturbed archive that this one lacks.
    lost: int
    #: WARC records that are there twice.
    duplicates: int
    #: Bodies that the server sent more than once.
    refetched: int


@contextmanager
def undisturbed(folder: Path, posts: int) -> Iterator[Undisturbed]:
    """Run once to the end over the five small blogs and one with so many `posts`."""
    sites = {**demo(), BIG: generated(BIG, posts=posts)}
    with serve(sites) as server:
        hosts = tuple(sorted(sites))
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=hosts).write()
        began = time.monotonic()
        corpus.verb("run")
        yield Undisturbed(
            server=server,
            hosts=hosts,
            seconds=time.monotonic() - began,
            rows=_rows(corpus),
            records=sorted(corpus.records()),
        )


def kill_and_run_again(folder: Path, calm: Undisturbed, share: float) -> Trial:
    """Kill a run with all its processes, then run it to the end.

    Args:
        folder: Where its corpus goes.
        calm: The run to compare with.
        share: When to kill, as a share of the undisturbed run's time.
    """
    since = len(calm.server.requests())
    corpus = Corpus(folder=folder, proxy=calm.server.proxy, hosts=calm.hosts).write()
    moment = share * calm.seconds
    process = corpus.start("run")
    time.sleep(moment)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    archived = len(corpus.records(torn=True))
    corpus.verb("run")
    records = corpus.records()
    sent = Counter(
        (record.host, record.path)
        for record in calm.server.requests()[since:]
        if record.status == 200
    )
    return Trial(
        moment=moment,
        archived=archived,
        same_rows=_rows(corpus) == calm.rows,
        lost=len(set(calm.records) - set(records)),
        duplicates=len(records) - len(set(records)),
        refetched=sum(count - 1 for count in sent.values()),
    )


def _rows(corpus: Corpus) -> Rows:
    """All rows, but for the columns that tell when and where."""
    return {table: corpus.rows(table, without=PLACE_AND_TIME) for table in TABLES}
