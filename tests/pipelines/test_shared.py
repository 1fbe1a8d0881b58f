"""What is handed on of a snapshot is described truly, and only what differs is sent."""

import shutil
from dataclasses import replace
from pathlib import Path

import mlcroissant
import pytest

from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset.manifest import NAME, from_json, to_json
from pipelines.dataset.schema import DATA
from pipelines.dataset.shared import Shared, chosen, is_strange, shared
from pipelines.dataset.snapshot import Published
from tests.factories import copied, post, publish_documents, rejected


@pytest.fixture
def published(tmp_path: Path) -> Published:
    """A snapshot with posts, a copy and a rejected page."""
    posts = [post("a.example", number) for number in range(4)]
    return publish_documents(
        tmp_path / "corpus", [*posts, copied("b.example", 1, posts[0]), rejected("b.example", 2)]
    )


def digests(given: Shared) -> dict[str, str]:
    """What a place tells of itself that holds just this."""
    known = {file.name: file.sha256 for file in given.files}
    # As `git hash-object` prints it of an empty file, for each text that is emptied below.
    return known | dict.fromkeys(given.texts, "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391")


def test_posts_alone_are_described_as_such(published: Published, tmp_path: Path) -> None:
    """Card, description and manifest name the files of `data` and no other table's."""
    given = shared(published.directory, whole=False)
    assert {file.table for file in given.files} == {DATA.name}
    manifest = from_json(given.texts[NAME].decode())
    assert manifest == replace(published.manifest, files=given.files)
    told = given.texts["README.md"].decode()
    assert "config_name: default" in told
    assert "config_name: duplicates" not in told
    assert "Not here, but with whoever runs the crawl: `duplicates`, `rejected`" in told
    for name, content in given.texts.items():
        (tmp_path / name).write_bytes(content)
    shutil.copytree(published.directory / DATA.name, tmp_path / DATA.name)
    dataset = mlcroissant.Dataset(jsonld=str(tmp_path / "croissant.json"))
    assert not dataset.metadata.issues.errors
    assert [one.id for one in dataset.metadata.record_sets] == [DATA.name]
    assert len(list(dataset.records(DATA.name))) == 4


def test_only_what_differs_is_put_and_only_ours_removed(published: Published) -> None:
    """Digests decide, of either kind; what others put beside it stays."""
    given = shared(published.directory, whole=True)
    given = replace(given, texts=dict.fromkeys(given.texts, b""))
    there = digests(given)
    assert given.changes(there) == ([], [])
    first = given.files[0].name
    wrong = there | {first: "0", "data/old.parquet": "1", "NOTES.md": "2", ".gitattributes": "3"}
    assert given.changes(wrong) == ([first], ["data/old.parquet"])
    assert given.size([first]) == given.files[0].bytes


def test_data_without_our_manifest_is_strange() -> None:
    """An empty repository is none of them, whatever its card."""
    assert is_strange({"data/train.csv": "0"})
    assert not is_strange({"README.md": "0", ".gitattributes": "1"})
    assert not is_strange({"data/a.parquet": "0", NAME: "1"})


def test_a_snapshot_is_chosen_by_its_name(published: Published) -> None:
    """A name is not a path."""
    corpus = published.directory.parents[1]
    assert chosen(corpus, None) == chosen(corpus, "v000001") == published.directory
    with pytest.raises(ConfigError, match="there are: v000001"):
        chosen(corpus, "../snapshots/v000001")


def test_columns_of_another_version_are_not_described_as_ours(published: Published) -> None:
    """The card would tell of columns that are not there."""
    former = replace(published.manifest, schema_version=3)
    (published.directory / NAME).write_text(to_json(former))
    with pytest.raises(SnapshotError, match="another version"):
        shared(published.directory, whole=False)
    assert shared(published.directory, whole=True).files == former.files
