"""kill -9 at any moment: nothing lost, nothing twice, the same rows in the end."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.corpus import Corpus
from tests.end_to_end.kills import IN_FLIGHT, Undisturbed, kill_and_run_again, undisturbed
from tests.sites.generated import generated
from tests.sites.server import serve

#: Kills in one test run; `python -m benchmarks.kills` makes as many as it is asked for.
KILLS = 8


@pytest.fixture(scope="module")
def calm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Undisturbed]:
    """One run that nobody kills."""
    with undisturbed(tmp_path_factory.mktemp("calm"), posts=120) as calm:
        yield calm


@pytest.mark.parametrize("number", range(KILLS))
def test_kill_and_run_again(calm: Undisturbed, tmp_path: Path, number: int) -> None:
    """A run killed at a random moment and run again ends as if nothing had happened."""
    share = random.Random(number).uniform(number / KILLS, (number + 1) / KILLS)

    trial = kill_and_run_again(tmp_path, calm, share)

    assert trial.same_rows
    assert trial.lost == 0
    assert trial.duplicates == 0
    assert trial.refetched <= 1.6 * IN_FLIGHT


def test_crawler_ends_with_its_run(tmp_path: Path) -> None:
    """When only the parent is killed, the crawler stops too and frees the lock."""
    host = "slow.example"
    site = generated(host, posts=500)
    site.delay = 0.05
    with serve({host: site}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(host,)).write()
        process = corpus.start("run")
        while len(server.requests()) < 20:
            assert process.poll() is None
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        count = -1
        while count != len(server.requests()):
            count = len(server.requests())
            time.sleep(3)

        assert count < 500
        corpus.verb("build")
