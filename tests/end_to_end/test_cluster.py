"""A build on a cluster gives the bytes of a build on one machine, also when a node is lost."""

import shutil
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core.config import BuildSettings, Config
from pipelines.core.errors import ConfigError, CorpusError
from pipelines.dataset.snapshot import Published
from pipelines.verbs.progress import Quiet
from tests.archived import archived
from tests.end_to_end.nodes import lose, two_nodes

pytest.importorskip("ray", reason="Ray has no wheel for this Python")

SITES = 24
POSTS = 6


def published(config: Config, settings: BuildSettings) -> Published:
    """What a build with these settings makes."""
    return build(replace(config, build=settings), Quiet())


def digests(made: Published) -> dict[str, bytes]:
    """All files of a snapshot."""
    return {
        str(path.relative_to(made.directory)): path.read_bytes()
        for path in made.directory.rglob("*")
        if path.is_file()
    }


def works(command: bytes) -> bool:
    """Whether a process reads pages."""
    return b"pipelines.engines.worker" in command


def test_a_lost_node_loses_nothing(tmp_path: Path) -> None:
    """What it was doing is done again elsewhere; every file is that of a build on one machine."""
    hosts = {f"blog-{number}.example": POSTS for number in range(SITES)}
    config = archived(tmp_path, hosts)
    copy = replace(config, corpus=tmp_path / "copy")
    shutil.copytree(config.corpus, copy.corpus)
    alone = published(copy, BuildSettings(workers=2))
    hit: list[int] = []
    with two_nodes() as cluster:
        loss = threading.Thread(target=lose, args=(cluster, works, 1.5, hit))
        loss.start()
        settings = BuildSettings(engine="ray", address=cluster.address, shuffle_from=0)
        spread = published(config, settings)
        loss.join()

    assert hit, "no page was being read at the node that was to be lost"
    assert digests(spread) == digests(alone)
    assert spread.manifest.counts.pages == SITES * POSTS


def test_what_cannot_be_joined_is_told(tmp_path: Path) -> None:
    """An unknown engine and an address where nobody answers are named; nothing is published."""
    config = archived(tmp_path, {"blog.example": 1})
    with pytest.raises(ConfigError, match="not 'spark'"):
        published(config, BuildSettings(engine="spark"))
    with pytest.raises(CorpusError, match=r"no Ray cluster answers at '127.0.0.1:1'"):
        published(config, BuildSettings(engine="ray", address="127.0.0.1:1"))
    assert not (config.corpus / "CURRENT").exists()
