"""A build on a cluster gives the bytes of a build on one machine, also when a node is lost."""

import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.build import build
from pipelines.core.config import BuildSettings, Config
from pipelines.core.errors import ConfigError, CorpusError
from pipelines.dataset.snapshot import Published
from pipelines.verbs.progress import Quiet
from tests.archived import archived

ray = pytest.importorskip("ray", reason="Ray has no wheel for this Python")
cluster_utils = pytest.importorskip("ray.cluster_utils")

SITES = 24
POSTS = 6
#: Seconds until a node surely has work.
PATIENCE = 60.0


@pytest.fixture
def nodes() -> Iterator[object]:
    """A cluster of two nodes with one processor each."""
    head = {"num_cpus": 1, "node_ip_address": "127.0.0.2", "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(num_cpus=1, node_ip_address="127.0.0.3")
    yield cluster
    ray.shutdown()
    cluster.shutdown()


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


def children(process: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *children(int(child))]
    return found


def works(process: int) -> bool:
    """Whether a process reads pages."""
    command = Path(f"/proc/{process}/cmdline").read_bytes()
    return b"pipelines.engines.worker" in command


def lose(cluster: object, hit: list[int]) -> None:
    """Kill the second node of a cluster as soon as pages are being read there."""
    node = next(iter(cluster.worker_nodes))  # type: ignore[attr-defined]
    raylet = node.all_processes["raylet"][0].process.pid
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and not hit:
        try:
            hit += [child for child in children(raylet) if works(child)]
        except OSError:
            continue
        time.sleep(0.02)
    time.sleep(1.5)
    cluster.remove_node(node, allow_graceful=False)  # type: ignore[attr-defined]


def test_a_lost_node_loses_nothing(tmp_path: Path, nodes: object) -> None:
    """What it was doing is done again elsewhere; every file is that of a build on one machine."""
    hosts = {f"blog-{number}.example": POSTS for number in range(SITES)}
    config = archived(tmp_path, hosts)
    copy = replace(config, corpus=tmp_path / "copy")
    shutil.copytree(config.corpus, copy.corpus)
    alone = published(copy, BuildSettings(workers=2))
    hit: list[int] = []
    loss = threading.Thread(target=lose, args=(nodes, hit))
    loss.start()

    address = nodes.address  # type: ignore[attr-defined]
    spread = published(config, BuildSettings(engine="ray", address=address))
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
