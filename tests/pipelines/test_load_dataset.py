"""`datasets` gives the splits of a snapshot by its path alone, without a network."""

import json
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb

from pipelines.core.splits import SplitSettings
from tests.factories import NOON, copied, post, publish_documents

LOAD = """
import json, sys
import datasets
loaded = datasets.load_dataset(sys.argv[1])
print(json.dumps({name: sorted(loaded[name]["id"]) for name in loaded}))
"""


def test_each_split_has_its_rows(tmp_path: Path) -> None:
    """`load_dataset(path)["test"]` and its siblings have just the rows that say so."""
    posts = [post(f"site-{number}.example", n) for number in range(20) for n in range(3)]
    copies = [copied(f"copy-{number}.example", 1, posts[3 * number]) for number in range(5)]
    newest = NOON - timedelta(days=998)
    splits = SplitSettings(validation=0.2, test=0.3, holdout_from=f"{newest:%Y-%m-%d}")
    done = publish_documents(tmp_path / "corpus", [*posts, *copies], splits=splits)
    offline = {"HF_DATASETS_OFFLINE": "1", "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path)}
    answer = subprocess.run(
        [sys.executable, "-c", LOAD, str(done.directory)],
        env=os.environ | offline,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = json.loads(answer.stdout.splitlines()[-1])
    rows = duckdb.read_parquet(f"{done.directory}/data/*.parquet")
    expected = rows.aggregate("split, list(id ORDER BY id)", "split").fetchall()
    assert loaded == dict(expected)
    assert loaded.keys() == {"train", "validation", "test", "holdout"}
