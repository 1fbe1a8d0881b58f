"""Whole builds that know of the ones before: the bytes of one build, also after kills."""

import os
import shutil
import signal
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core import absences, standing, state
from pipelines.core.config import Config
from pipelines.core.model import EvidenceLine, Tier
from pipelines.core.reasons import Reason
from pipelines.core.standing import Standing
from pipelines.dataset import documents, page_file
from pipelines.dataset.durable import UNFINISHED
from pipelines.dataset.page_file import opened
from pipelines.verbs.progress import Quiet
from tests.archived import archived, captured, captured_feed, take_in, url_of
from tests.factories import NOON
from tests.pipelines.test_known import HOST, OTHER, POSTS, blogs, made, pages


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A corpus with a blog and its feed, and another blog."""
    return blogs(tmp_path)


def _edit(config: Config) -> None:
    take_in(config, [captured(HOST, 2, day=3, note="What we said is no longer so.")])


def _empty_page(config: Config) -> None:
    take_in(config, [captured(HOST, 3, day=3, is_empty=True)])


def _new_feed(config: Config) -> None:
    take_in(config, [captured_feed(HOST, [1, 6, 7], day=2)])


def _delete(config: Config) -> None:
    told = standing.withdrawn(Reason.FETCH_GONE, "404", None)
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 4), told)
        absences.begin(connection, url_of(HOST, 4), NOON)


def _refuse(config: Config) -> None:
    told = standing.withdrawn(Reason.PERMISSION_NOAI, "noai", None)
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 5), told)


def _license(config: Config) -> None:
    line = EvidenceLine(signal="meta robots", value="all", url=url_of(HOST, 6), at=NOON)
    told = Standing(tier=Tier.OPEN, license="CC-BY-4.0", evidence=(line,))
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        standing.put(connection, url_of(HOST, 6), told)


CHANGES = (_edit, _empty_page, _new_feed, _delete, _refuse, _license)


@pytest.mark.parametrize("keep", [True, False])
def test_grown_is_made_at_once(config: Config, tmp_path: Path, *, keep: bool) -> None:
    """Edits, feeds, deletions and refusals, one after the other, give the bytes of one build."""
    config = replace(config, history=replace(config.history, keep=keep))
    build(config, Quiet())
    for change in CHANGES:
        change(config)
        made(config)
    take_in(config, [captured(HOST, POSTS + 1, day=4), captured(OTHER, 4, day=4)])
    grown = build(config, Quiet()).directory

    once = replace(config, corpus=tmp_path / "once")
    for name in ("archive", "state"):
        shutil.copytree(config.corpus / name, once.corpus / name)
    assert files(build(once, Quiet()).directory) == files(grown)
    for host in (HOST, OTHER):
        paths = [documents.path_of(one.corpus, host) for one in (config, once)]
        assert paths[0].read_bytes() == paths[1].read_bytes()
        with opened(pages(config, host)) as here, opened(pages(once, host)) as there:
            assert set(here.places) == set(there.places)


def files(snapshot: Path) -> dict[str, bytes]:
    """The tables of a snapshot, byte for byte."""
    found = sorted(snapshot.rglob("*.parquet"))
    return {path.relative_to(snapshot).as_posix(): path.read_bytes() for path in found}


def test_sites_that_are_gone_leave_nothing(config: Config) -> None:
    """Documents and pages of a site that the archive no longer holds are removed."""
    build(config, Quiet())
    assert pages(config, OTHER).exists()
    with closing(state.connect(config.corpus)) as connection, state.transaction(connection):
        connection.execute("DELETE FROM capture WHERE site = ?", (OTHER,))

    build(config, Quiet(), accepted=("rows", "sites"))

    assert not pages(config, OTHER).exists()
    assert pages(config).exists()


BUILD = """
import sys
from pathlib import Path
from pipelines.build import build
from pipelines.core import config
from pipelines.verbs.progress import Quiet
build(config.load(Path(sys.argv[1])), Quiet())
"""


def test_a_kill_at_any_moment_changes_no_byte(tmp_path: Path) -> None:
    """Builds that are killed while they read and write leave what the next one can go on with."""
    hosts = {f"blog-{number}.example": 5 for number in range(30)}
    config = archived(tmp_path, hosts)
    text = '[corpus]\npath = "corpus"\nblogs = "blogs.txt"\n[topic]\nsubject = "any"\n'
    config.file.write_text(text)
    command = [sys.executable, "-c", BUILD, str(config.file)]
    folder = config.corpus / documents.FOLDER
    for day, wanted in enumerate((1, 12, 25), 1):
        take_in(config, [captured(host, 6, day=day, note=f"On day {day}.") for host in hosts])
        process = subprocess.Popen(command, start_new_session=True)
        began = time.time()
        while process.poll() is None and newer(folder, began) < wanted:
            time.sleep(0.001)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
    grown = files(build(config, Quiet()).directory)

    shutil.rmtree(folder)
    assert files(build(config, Quiet()).directory) == grown
    assert not list(folder.glob(f"*{UNFINISHED}"))


def newer(folder: Path, moment: float) -> int:
    """How many files of known pages were written since then."""
    times = [path.stat().st_mtime for path in folder.glob(f"*{page_file.ENDING}")]
    return sum(one > moment for one in times)
