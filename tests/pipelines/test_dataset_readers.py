"""The readers that users have open a snapshot as it is, and its card tells the truth."""

import importlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from huggingface_hub import DatasetCard

from pipelines.dataset import card
from pipelines.dataset.plan import Sizes
from pipelines.dataset.schema import TABLES
from pipelines.dataset.snapshot import Published
from tests.factories import NOON, copied, document, post, publish_documents, rejected

ROOT = Path(__file__).parents[2]
SOFTWARE = {"trafilatura": "2.3.1", "pyarrow": "26.0.1"}

LOAD = """
import json, sys
import datasets
rows = {
    name: datasets.load_dataset(sys.argv[1], name, split="train", cache_dir=sys.argv[2])
    for name in datasets.get_dataset_config_names(sys.argv[1])
}
streamed = datasets.load_dataset(sys.argv[1], split="train", streaming=True)
first = min(rows["default"], key=lambda row: row["url"])
print(json.dumps({
    "rows": {name: table.num_rows for name, table in rows.items()},
    "columns": {name: table.column_names for name, table in rows.items()},
    "streamed": sum(1 for _ in streamed),
    "first": [first["url"], first["tags"], first["published_at"].isoformat()],
}))
"""


def made(corpus: Path) -> Published:
    """A snapshot of several parts, with all tables filled."""
    pages = []
    for number in range(12):
        site = f"site-{number:02d}.example"
        posts = [post(site, index) for index in range(5)]
        pages += [*posts, copied(site, 90, posts[0]), rejected(site, 91)]
    pages.append(document(url="https://z.example/", text="Rolig", language="no"))
    pages.append(document(url="https://z.example/und", text="Hm", language="und"))
    undated = document(url="https://z.example/zh", text="Nihao", published_at=None)
    pages.append(replace(undated, language="zh-cn"))
    pages.append(replace(post("z.example", 7), valid_to=NOON, ended_by="deleted"))
    sizes = Sizes(group_rows=8, part_rows=12, longest=2)
    return publish_documents(corpus, pages, recipe="abcd", software=SOFTWARE, sizes=sizes)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    return made(tmp_path_factory.mktemp("corpus"))


def hugging_face(directory: Path, cache: Path) -> Any:
    """What `datasets` reads, in a process of its own, offline and with its own cache."""
    environment = os.environ | {
        "HF_DATASETS_OFFLINE": "1",
        "HF_HUB_OFFLINE": "1",
        "HF_HOME": str(cache),
    }
    done = subprocess.run(
        [sys.executable, "-c", LOAD, str(directory), str(cache)],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def test_four_readers_see_the_same_rows(published: Published, tmp_path: Path) -> None:
    """DuckDB, pandas, polars and datasets agree with the manifest on every table."""
    counts = published.manifest.counts
    expected = {"data": counts.documents, "duplicates": counts.duplicates}
    expected |= {"rejected": counts.rejected, "history": 1, "groups": 13}
    assert len([file for file in published.manifest.files if file.table == "data"]) > 2
    loaded = hugging_face(published.directory, tmp_path)
    assert loaded["streamed"] == counts.documents
    first = post("site-00.example", 0)
    assert first.published_at is not None
    assert loaded["first"] == [first.url, ["sleep"], first.published_at.isoformat()]
    pandas: Any = importlib.import_module("pandas")  # it ships no types
    connection = duckdb.connect()
    for table in TABLES:
        folder = published.directory / table.name
        names = [column.name for column in table.columns]
        question = "SELECT count(*) FROM read_parquet(?)"
        counted = connection.execute(question, [f"{folder}/*.parquet"]).fetchone()
        assert counted == (expected[table.name],)
        frame = pandas.read_parquet(folder)
        assert (len(frame), list(frame.columns)) == (expected[table.name], names)
        lazy = pl.scan_parquet(folder / "*.parquet").collect()
        assert (lazy.height, lazy.columns) == (expected[table.name], names)
        config = "default" if table.name == "data" else table.name
        assert loaded["rows"][config] == expected[table.name]
        assert loaded["columns"][config] == names


def test_empty_tables_do_not_stand_in_the_way(tmp_path: Path) -> None:
    """`datasets` refuses a split without rows, so the card offers none."""
    done = publish_documents(tmp_path / "corpus", [post("a.example", 1)])
    loaded = hugging_face(done.directory, tmp_path / "cache")
    assert loaded["rows"] == {"default": 1, "groups": 1}


def test_the_front_matter_names_existing_files_and_languages(published: Published) -> None:
    """The hub's own reader parses it; every Parquet file belongs to one config."""
    data: dict[str, Any] = DatasetCard.load(published.directory / "README.md").data.to_dict()
    assert data["language"] == ["en", "no", "zh"]
    assert data["size_categories"] == ["n<1K"]
    assert [config["config_name"] for config in data["configs"]] == [
        "default",
        "duplicates",
        "rejected",
        "history",
        "groups",
    ]
    named = [
        path.relative_to(published.directory).as_posix()
        for config in data["configs"]
        for split in config["data_files"]
        for path in published.directory.glob(split["path"])
    ]
    assert sorted(named) == sorted(file.name for file in published.manifest.files)


def test_the_card_shows_a_funnel_that_adds_up_and_every_column(published: Published) -> None:
    """Counts, reasons, columns with their sentences, recipe and software are in it."""
    words = (published.directory / "README.md").read_text()
    counts = published.manifest.counts
    assert counts.pages - counts.rejected - counts.duplicates == counts.documents
    assert f"| pages that were read | {counts.pages} |" in words
    assert f"| less: rejected, table `rejected` | {counts.rejected} |" in words
    assert f"| posts, table `data` | {counts.documents} |" in words
    for reason, count in counts.by_reason.items():
        assert f"| `{reason}` | {count} |" in words
    for table in TABLES:
        for column in table.columns:
            assert f"| `{column.name}` | `{column.type}`" in words
            assert column.sentence in words
    assert "`abcd`" in words
    assert "trafilatura 2.3.1" in words


def test_the_card_is_the_same_each_time(published: Published, tmp_path: Path) -> None:
    """It has no clock and no path in it."""
    again = made(tmp_path)
    assert card.text(again.manifest) == (published.directory / "README.md").read_text()


def test_the_page_about_the_dataset_knows_every_column() -> None:
    """docs/dataset.md repeats each column's sentence word for word."""
    page = (ROOT / "docs" / "dataset.md").read_text()
    for table in TABLES:
        assert f"`{table.name}`" in page
        for column in table.columns:
            assert f"| `{column.name}` |" in page
            assert column.sentence in page
