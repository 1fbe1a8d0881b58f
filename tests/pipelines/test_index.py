"""The index of a corpus is made again from its documents, and keeps no word of what left."""

from pathlib import Path

import duckdb
import pytest

from pipelines.core.dedup import Dedup
from pipelines.dataset import index as index_module
from pipelines.dataset.compact import compact
from pipelines.dataset.index import opened
from pipelines.dataset.snapshot import Published
from tests.factories import copied, post, publish_documents, stored

POSTS = [post(f"site-{number}.example", n) for number in range(6) for n in range(4)]
COPIES = [copied("copies.example", n, POSTS[n]) for n in range(5)]


def index_of(corpus: Path) -> Path:
    """Its file."""
    return corpus / "documents" / "index.duckdb"


def digests(published: Published) -> list[str]:
    """Of all files of a snapshot."""
    return [file.sha256 for file in published.manifest.files]


@pytest.mark.parametrize("damage", ["missing", "empty", "garbage", "torn", "of other settings"])
def test_a_damaged_index_is_made_again(tmp_path: Path, damage: str) -> None:
    """Whatever became of it, the next snapshot is that of an index that was never harmed."""
    publish_documents(tmp_path / "a", [*POSTS, *COPIES[:2]])
    path = index_of(tmp_path / "a")
    content = path.read_bytes()
    if damage == "missing":
        path.unlink()
    elif damage == "of other settings":
        with opened(tmp_path / "a", Dedup(permutations=64)) as index:
            assert index.inputs() == {}
    else:
        torn = {"empty": b"", "garbage": b"no database" * 999, "torn": content[: len(content) // 2]}
        path.write_bytes(torn[damage])
    mended = publish_documents(tmp_path / "a", [*POSTS, *COPIES])
    assert digests(mended) == digests(publish_documents(tmp_path / "b", [*POSTS, *COPIES]))


def test_more_memory_is_taken_where_little_does_not_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A corpus for which DuckDB's share is too small is published all the same, and alike."""
    thrifty = publish_documents(tmp_path / "a", [*POSTS, *COPIES])
    monkeypatch.setattr(index_module, "_LEAST", 1)
    monkeypatch.setattr(index_module, "_A_POST", 0)
    with opened(tmp_path / "b", Dedup()) as index, pytest.raises(duckdb.OutOfMemoryException):
        index.update(stored(tmp_path / "b", [*POSTS, *COPIES]))
    assert digests(publish_documents(tmp_path / "b", [*POSTS, *COPIES])) == digests(thrifty)


def test_memory_may_run_out_at_any_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever a share ends to suffice, taking in, comparing or publishing, all are published."""
    wanted = digests(publish_documents(tmp_path / "a", [*POSTS, *COPIES]))
    monkeypatch.setattr(index_module, "_A_POST", 0)
    monkeypatch.setattr(index_module, "_A_THREAD", 8)
    for least in range(2, 34, 2):
        monkeypatch.setattr(index_module, "_LEAST", least)
        corpus = tmp_path / str(least)
        assert digests(publish_documents(corpus, [*POSTS, *COPIES])) == wanted, least


def test_what_left_is_off_the_disk(tmp_path: Path) -> None:
    """After `compact` no byte of the file names the site that was deleted; others are compared."""
    publish_documents(tmp_path, [*POSTS, *COPIES])
    path = index_of(tmp_path)
    assert b"copies.example" in path.read_bytes()
    compact(tmp_path, Dedup(), ["copies.example"])
    content = path.read_bytes()
    assert b"copies.example" not in content
    assert all(one.id.encode() not in content for one in COPIES)
    assert b"site-3.example" in content
    kept = publish_documents(tmp_path, POSTS)
    assert digests(kept) == digests(publish_documents(tmp_path / "anew", POSTS))


def test_the_index_holds_no_address_title_or_text(tmp_path: Path) -> None:
    """It can be looked at without reading what people wrote."""
    publish_documents(tmp_path, POSTS)
    content = index_of(tmp_path).read_bytes()
    assert not any(one.url.encode() in content for one in POSTS)
    assert not any((one.title or "").encode() in content for one in POSTS)
    assert not any(one.text[:40].encode() in content for one in POSTS)
