"""The description for programs is one that the reference library reads a snapshot by."""

import json
from dataclasses import replace
from pathlib import Path

import mlcroissant
import pytest

from pipelines.dataset import croissant
from pipelines.dataset.schema import TABLES
from pipelines.dataset.snapshot import Published
from tests.factories import NOON, copied, post, publish_documents, rejected


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """A snapshot with rows in every table."""
    posts = [post(f"s{site}.example", number) for site in range(4) for number in range(5)]
    former = post("z.example", 5)
    documents = [*posts, copied("z.example", 1, posts[0]), rejected("z.example", 2)]
    documents.append(replace(former, valid_to=NOON, ended_by="deleted"))
    return publish_documents(tmp_path_factory.mktemp("corpus"), documents)


def test_it_is_valid_and_reads_every_row(published: Published) -> None:
    """The mlcroissant package finds nothing to complain of, and gives the rows of each table."""
    dataset = mlcroissant.Dataset(jsonld=str(published.directory / croissant.NAME))
    assert not dataset.metadata.issues.errors
    assert not dataset.metadata.issues.warnings
    for table in TABLES:
        rows = sum(file.rows for file in published.manifest.files if file.table == table.name)
        records = list(dataset.records(table.name))
        assert len(records) == rows > 0
        names = {f"{table.name}/{column.name}" for column in table.columns}
        assert set(records[0]) == names


def test_values_are_those_of_the_rows(published: Published) -> None:
    """Texts, moments and parts of structs come as they were written."""
    dataset = mlcroissant.Dataset(jsonld=str(published.directory / croissant.NAME))
    rows = {row["data/url"].decode(): row for row in dataset.records("data")}
    first = post("s1.example", 0)
    row = rows[first.url]
    assert row["data/text"].decode() == first.text
    assert row["data/published_at"] == first.published_at
    assert row["data/source"]["data/source/length"] == first.source.length


def test_each_file_is_named_with_its_digest(published: Published) -> None:
    """So that who has the description can check the bytes."""
    told = json.loads((published.directory / croissant.NAME).read_text())
    found = {one["@id"]: one.get("sha256") for one in told["distribution"]}
    assert {file.name: file.sha256 for file in published.manifest.files}.items() <= found.items()


def test_a_snapshot_without_pages_is_described(tmp_path: Path) -> None:
    """Its tables are there, without a row."""
    published = publish_documents(tmp_path, [])
    dataset = mlcroissant.Dataset(jsonld=str(published.directory / croissant.NAME))
    assert not dataset.metadata.issues.errors
