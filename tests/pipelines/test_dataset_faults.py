"""A kill or a full disk while a snapshot is published never harms the current one."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipelines.dataset.snapshot import current
from tests.editions import assert_whole, publish_edition

ROOT = Path(__file__).parents[2]
KILLS = 40

FOREVER = """
import sys
from pathlib import Path
from tests.editions import publish_forever
publish_forever(Path(sys.argv[1]))
"""

LIMITED = """
import resource, sys
from pathlib import Path
from pipelines.core.errors import SnapshotError
from tests.editions import publish_edition
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    publish_edition(Path(sys.argv[1]), 2)
except SnapshotError as error:
    sys.exit(f"refused: {error}")
"""


def published(corpus: Path) -> dict[str, int]:
    """What readers find, each file with its identity."""
    found = [corpus / "CURRENT", *(corpus / "snapshots").rglob("*")]
    return {str(path): path.stat().st_ino for path in found}


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
