"""A kill or a full disk while a snapshot is published never harms the current one."""

import hashlib
import os
import random
import signal
import subprocess
import sys
import time
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from pipelines.core.document import Document
from pipelines.dataset.plan import Sizes
from pipelines.dataset.snapshot import current, manifest_of
from tests.factories import copied, post, publish_documents, rejected

ROOT = Path(__file__).parents[2]
SMALL = Sizes(group_rows=20, part_rows=40, longest=3, one_site_in=2)
KILLS = 40

FOREVER = """
import sys
from pathlib import Path
sys.path.insert(0, "tests/pipelines")
from test_dataset_faults import publish_forever
publish_forever(Path(sys.argv[1]))
"""

LIMITED = """
import resource, sys
from pathlib import Path
sys.path.insert(0, "tests/pipelines")
from pipelines.core.errors import SnapshotError
from test_dataset_faults import publish_edition
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    publish_edition(Path(sys.argv[1]), 2)
except SnapshotError as error:
    sys.exit(f"refused: {error}")
"""


def edition(number: int) -> list[Document]:
    """A corpus of which each edition has one changed site and one post more."""
    made: list[Document] = []
    for index in range(30):
        site = f"site-{index:02d}.example"
        note = f"edition {number}" if index == number % 30 else ""
        posts = [post(site, n, note=note) for n in range(8)]
        made += [*posts, copied(site, 90, posts[0]), rejected(site, 91)]
    return [*made, *(post("z.example", n) for n in range(number))]


def publish_edition(corpus: Path, number: int) -> None:
    publish_documents(corpus, edition(number), sizes=SMALL)


def publish_forever(corpus: Path) -> None:
    """Publish one edition after the other; what a test kills once it is warm."""
    publish_edition(corpus.with_name("warm"), 1)
    for number in count(len(list((corpus / "snapshots").glob("v*"))) + 1):
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        publish_edition(corpus, number)


def published(corpus: Path) -> dict[str, int]:
    """What readers find, each file with its identity."""
    found = [corpus / "CURRENT", *(corpus / "snapshots").rglob("*")]
    return {str(path): path.stat().st_ino for path in found}


def assert_whole(directory: Path) -> None:
    """Every file is there, with the bytes and rows that the manifest promises."""
    manifest = manifest_of(directory)
    for file in manifest.files:
        body = (directory / file.name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == file.sha256
        assert pq.read_table(directory / file.name).num_rows == file.rows
    held = {str(path.relative_to(directory)) for path in directory.rglob("*.parquet")}
    assert held == {file.name for file in manifest.files}
    pages = sum(file.rows for file in manifest.files if file.table not in {"groups", "history"})
    assert manifest.counts.pages == pages
    assert (directory / "README.md").read_text().endswith("\n")


@pytest.mark.parametrize("round_", range(4))
def test_a_kill_at_any_moment_leaves_a_whole_current_snapshot(tmp_path: Path, round_: int) -> None:
    """CURRENT names a complete snapshot, never an older one, and the next run goes on."""
    corpus = tmp_path / "corpus"
    publish_edition(corpus, 1)
    began = time.monotonic()
    publish_edition(corpus, 2)
    seconds = time.monotonic() - began
    moments = random.Random(round_)
    newest = 2
    for kill in range(KILLS // 4):
        with subprocess.Popen(
            [sys.executable, "-c", FOREVER, str(corpus)], cwd=ROOT, stdout=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"begun\n"
            time.sleep(moments.uniform(0, 2 * seconds))
            while kill == 0 and current(corpus).name == "v000002":
                time.sleep(0.01)  # one publication at least is not killed
            os.kill(process.pid, signal.SIGKILL)
        directory = current(corpus)
        assert_whole(directory)
        number = int(directory.name[1:])
        assert number >= newest
        newest = number
    assert newest > 2
    publish_edition(corpus, 1000)
    names = [path.name for path in (corpus / "snapshots").iterdir()]
    assert all(name.startswith("v") for name in names)
    assert {path.name for path in corpus.iterdir()} <= {
        "CURRENT",
        "CURRENT.unfinished",
        "documents",
        "snapshots",
    }
    for name in names:
        assert_whole(corpus / "snapshots" / name)


@pytest.mark.parametrize("limit", [0, 3, 2000, 9000, 40_000])
def test_a_disk_that_takes_no_more_bytes_leaves_all_as_it_was(tmp_path: Path, limit: int) -> None:
    """The error says what to do, nothing is left behind, and it works once there is room."""
    publish_edition(tmp_path, 1)
    before = published(tmp_path)
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(tmp_path), str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.startswith("refused: ")
    assert "again" in done.stderr or "therapy-corpus build" in done.stderr
    assert "Traceback" not in done.stderr
    assert published(tmp_path) == before
    publish_edition(tmp_path, 2)
    assert current(tmp_path).name == "v000002"
    assert_whole(current(tmp_path))
