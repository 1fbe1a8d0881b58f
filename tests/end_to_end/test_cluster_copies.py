"""Copies that a cluster finds are those that one machine finds, also when a node is lost."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from pipelines.buckets import SameVersions
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.errors import CorpusError
from pipelines.dataset.snapshot import Published
from pipelines.dataset.spread import Spread
from pipelines.engines import cluster
from pipelines.recipe import configured
from tests.end_to_end.nodes import awaited, lose, two_nodes
from tests.factories import post, publish_documents
from tests.many import blogs, prose

pytest.importorskip("ray", reason="Ray has no wheel for this Python")

ROOT = Path(__file__).resolve().parents[2]
#: Copies of one text, each with another word: all of them are proposed as pairs of one another,
#: and these pairs are more than one task judges.
TEMPLATES = 220


def corpus() -> list[Document]:
    """Copies of all kinds, between sites."""
    posts = [page for blog in blogs(400, 120, each=20) for page in blog.documents()]
    exact = [replace(post("exact.example", n), text=posts[n].text) for n in range(5)]
    longer = [f"{prose(999, n, 40)} {posts[n].text}" for n in range(10, 15)]
    contained = [replace(post("introduced.example", n), text=longer[n]) for n in range(5)]
    spelt = [
        replace(one, url=one.url.replace("https:", "http:"), text=prose(998, n, 120))
        for n, one in enumerate(posts[20:25])
    ]
    words = prose(997, 0, 240).split(" ")
    templates = [
        replace(
            post(f"vendor-{n % 11}.example", n),
            text=" ".join([*words[:n], "edited", *words[n:]]),
        )
        for n in range(TEMPLATES)
    ]
    return [*posts, *exact, *contained, *spelt, *templates]


def spread(folder: Path, address: str) -> Spread:
    """A cluster that finds all copies."""
    config = Config(file=folder / "corpus.toml", corpus=folder, blogs=folder / "blogs.txt")
    agree = SameVersions(config=config, fingerprint=configured(config).fingerprint)
    return Spread(engine=cluster, address=address, least=0, agree=agree)


def build_all(folder: str, address: str) -> None:
    """What a test kills."""
    publish_documents(Path(folder, "spread"), corpus(), spread=spread(Path(folder), address))


def digests(made: Published) -> dict[str, str]:
    """Of all tables of a snapshot, whatever came before it."""
    return {file.name: file.sha256 for file in made.manifest.files}


def rules(made: Published) -> set[str]:
    """By which rules its copies were found."""
    return set(pq.read_table(made.directory / "duplicates").column("rule").to_pylist())


def counted(corpus: Path, table: str) -> tuple[int, int]:
    """How many rows a table of the index has, and how many different ones."""
    with duckdb.connect(str(corpus / "documents" / "index.duckdb"), read_only=True) as index:
        rows = index.table(table).fetchall()
    return len(rows), len(set(rows))


@pytest.fixture(scope="module")
def nodes() -> Iterator[Any]:
    """Two nodes that stay."""
    with two_nodes() as running:
        yield running


@pytest.mark.parametrize("doing", [b"ray::MapBatches", b"ray::_done"])
def test_a_lost_node_loses_no_pair(tmp_path: Path, doing: bytes) -> None:
    """Lost while bands are dealt or pairs are judged: every byte is that of one machine."""
    documents = corpus()
    alone = publish_documents(tmp_path / "alone", documents)
    hit: list[int] = []
    with two_nodes() as running:
        given = (running, lambda command: command.startswith(doing), 0.0, hit)
        loss = threading.Thread(target=lose, args=given)
        loss.start()
        made = publish_documents(
            tmp_path / "spread", documents, spread=spread(tmp_path, running.address)
        )
        loss.join()

    assert hit, "the node that was to be lost did nothing of that kind"
    assert digests(made) == digests(alone)
    assert rules(made) == {"dedup.url", "dedup.exact", "dedup.near", "dedup.contained"}
    assert counted(tmp_path / "spread", "pair") == counted(tmp_path / "alone", "pair")


@pytest.mark.parametrize("doing", [b"ray::MapBatches", b"ray::_done"])
def test_a_killed_build_is_taken_up(tmp_path: Path, nodes: Any, doing: bytes) -> None:
    """Killed while bands are dealt or pairs are judged: what follows is as if it had not been."""
    script = (
        "import sys; from tests.end_to_end.test_cluster_copies import build_all; "
        "build_all(*sys.argv[1:])"
    )
    command = [sys.executable, "-c", script, str(tmp_path), str(nodes.address)]
    with subprocess.Popen(command, cwd=ROOT) as process:
        hit = awaited(next(iter(nodes.worker_nodes)), lambda command: command.startswith(doing))
        process.kill()

    assert hit, "the build did nothing of that kind"
    assert not (tmp_path / "spread" / "CURRENT").exists()
    documents = corpus()
    made = publish_documents(tmp_path / "spread", documents, spread=spread(tmp_path, nodes.address))
    assert digests(made) == digests(publish_documents(tmp_path / "alone", documents))
    assert counted(tmp_path / "spread", "pair") == counted(tmp_path / "alone", "pair")


def test_any_way_between_one_machine_and_many_gives_one_snapshot(
    tmp_path: Path, nodes: Any, capfd: pytest.CaptureFixture[str]
) -> None:
    """What grew on both by turns is what one machine makes at once, and no pair is judged twice."""
    documents = corpus()
    many = spread(tmp_path, nodes.address)
    way = [(300, None), (450, many), (560, many), (len(documents), None)]
    capfd.readouterr()
    for count, by in way:
        grown = publish_documents(tmp_path / "grown", documents[:count], spread=by)
        bands, _ = counted(tmp_path / "grown", "band")
        pairs, different = counted(tmp_path / "grown", "pair")

        assert pairs == different
        assert (bands == 0) == (by is not None)
    # A cluster says nothing, whatever it does.
    assert capfd.readouterr() == ("", "")
    once = publish_documents(tmp_path / "once", documents)
    assert digests(grown) == digests(once)
    assert counted(tmp_path / "grown", "band") == counted(tmp_path / "once", "band")
    assert counted(tmp_path / "grown", "pair") == counted(tmp_path / "once", "pair")


def test_a_node_that_would_judge_otherwise_ends_the_build(tmp_path: Path, nodes: Any) -> None:
    """Nothing counts as compared, so that the next build compares it all."""
    documents = corpus()[:60]
    many = spread(tmp_path, nodes.address)
    assert isinstance(many.agree, SameVersions)
    other = replace(many, agree=replace(many.agree, fingerprint="another"))
    with pytest.raises(CorpusError, match="has other versions"):
        publish_documents(tmp_path / "corpus", documents, spread=other)
    assert not (tmp_path / "corpus" / "CURRENT").exists()
    made = publish_documents(tmp_path / "corpus", documents, spread=many)
    assert digests(made) == digests(publish_documents(tmp_path / "alone", documents))
