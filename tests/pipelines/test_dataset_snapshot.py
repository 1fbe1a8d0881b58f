"""Snapshots are deterministic, immutable, and share the parts that did not change."""

import random
import stat
from dataclasses import replace
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.core.document import Document
from pipelines.core.errors import SnapshotError
from pipelines.dataset.manifest import from_json, to_json
from pipelines.dataset.plan import Sizes
from pipelines.dataset.schema import TABLES, arrow_schema
from pipelines.dataset.snapshot import Published, current, manifest_of
from tests.factories import NOON, copied, post, publish_documents, rejected

SOFTWARE = {"pyarrow": "1"}
#: Parts and row groups that end early, so that a few rows fill several.
SMALL = Sizes(group_rows=4, part_rows=10, longest=6, one_site_in=2)


def sites(count: int, *, changed: int = -1) -> list[Document]:
    """Sites with a few posts, a copy and a rejected page each; one may have a new wording."""
    made: list[Document] = []
    for number in range(count):
        site = f"site-{number:03d}.example"
        note = "changed" if number == changed else ""
        posts = [post(site, index, note=note) for index in range(3 + number % 4)]
        made += [*posts, copied(site, 90, posts[0]), rejected(site, 91)]
    return made


def publish_small(corpus: Path, documents: list[Document], recipe: str = "r1") -> Published:
    return publish_documents(corpus, documents, recipe=recipe, software=SOFTWARE, sizes=SMALL)


def content(directory: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(directory)): path.read_bytes()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def test_layout_and_pointer(tmp_path: Path) -> None:
    """A snapshot holds its tables, a card and a manifest, and CURRENT names it."""
    published = publish_small(tmp_path, sites(3))
    assert published.is_new
    assert published.directory == tmp_path / "snapshots" / "v000001" == current(tmp_path)
    assert (tmp_path / "CURRENT").read_text() == "v000001\n"
    assert {path.name for path in published.directory.iterdir()} == {
        *(table.name for table in TABLES),
        "README.md",
        "croissant.json",
        "manifest.json",
    }
    assert {path.name for path in tmp_path.iterdir()} == {"CURRENT", "documents", "snapshots"}
    assert manifest_of(published.directory) == published.manifest
    for file in published.manifest.files:
        path = published.directory / file.name
        prefix = "train" if file.table == "data" else "part"
        assert file.name == f"{file.table}/{prefix}-{file.sha256[:16]}.parquet"
        assert path.stat().st_size == file.bytes
        assert pq.read_metadata(path).num_rows == file.rows
        assert stat.S_IMODE(path.stat().st_mode) == 0o444


def test_the_funnel_adds_up(tmp_path: Path) -> None:
    """Each page is in one table, counted once, and the reasons explain all that is missing."""
    documents = sites(5)
    counts = publish_small(tmp_path, documents).manifest.counts
    assert counts.pages == len(documents)
    assert counts.pages == counts.documents + counts.duplicates + counts.rejected
    assert counts.by_reason == {"dedup.near": 5, "quality.too_short": 5}
    assert sum(counts.by_reason.values()) == counts.pages - counts.documents
    assert counts.by_language == {"en": counts.documents}
    assert counts.sites == 5


def test_each_document_lands_in_its_table_with_its_values(tmp_path: Path) -> None:
    """The rows hold what the documents held, under the declared schema and sentences."""
    kept, copy, dropped = (
        post("a.example", 1),
        copied("b.example", 2, post("a.example", 1)),
        rejected("c.example", 3),
    )
    directory = publish_small(tmp_path, [kept, copy, dropped]).directory
    tables = {}
    for table in TABLES:
        (path,) = (directory / table.name).glob("*.parquet")
        tables[table.name] = pq.read_table(path)
        assert tables[table.name].schema.equals(arrow_schema(table))
        stored: Any = pq.read_schema(path)
        described = [field.metadata[b"description"].decode() for field in stored]
        assert described == [column.sentence for column in table.columns]
    (row,) = tables["data"].to_pylist()
    assert row["id"] == kept.id
    assert row["text"] == kept.text
    assert row["tags"] == ["sleep"]
    assert row["published_at"] == kept.published_at
    assert row["source"]["length"] == kept.source.length
    assert row["recipe"] == "r1"
    (row,) = tables["duplicates"].to_pylist()
    assert (row["kept_id"], row["rule"], row["why"]) == (kept.id, "dedup.near", "published earlier")
    assert (row["kept_url"], row["text"]) == (kept.url, copy.text)
    (row,) = tables["rejected"].to_pylist()
    assert (row["reason"], row["detail"]) == ("quality.too_short", "3 words, fewer than 50")


def test_rows_are_sorted_and_row_groups_can_be_skipped(tmp_path: Path) -> None:
    """Sites ascend over all row groups, dates within a site, and no date comes last."""
    documents = sites(9)
    undated = [replace(post(d.site, 50), published_at=None) for d in documents[::4]]
    shuffled = random.Random(7).sample([*documents, *undated], len(documents) + len(undated))
    shuffled.sort(key=lambda document: document.site)
    directory = publish_small(tmp_path, shuffled).directory
    bounds: list[tuple[str, str]] = []
    rows: list[tuple[str, bool, datetime]] = []
    for file in manifest_of(directory).files:
        if file.table != "data":
            continue
        parquet = pq.ParquetFile(directory / file.name)
        for group in range(parquet.num_row_groups):
            metadata: Any = parquet.metadata.row_group(group)
            assert metadata.num_rows <= SMALL.group_rows
            column = metadata.column(arrow_schema(TABLES[0]).names.index("site"))
            bounds.append((column.statistics.min, column.statistics.max))
        for row in parquet.read(["site", "published_at"]).to_pylist():
            moment = row["published_at"]
            rows.append((row["site"], moment is None, moment or NOON))
    assert len(bounds) > 5
    assert all(low <= high for low, high in bounds)
    assert all(high <= low for (_, high), (low, _) in pairwise(bounds))
    assert rows == sorted(rows)


def test_publishing_the_same_again_is_nothing_new(tmp_path: Path) -> None:
    """The former snapshot stays current, and no other is left behind."""
    publish_small(tmp_path, sites(4))
    again = publish_small(tmp_path, sites(4))
    assert not again.is_new
    assert again.directory.name == "v000001"
    assert [path.name for path in (tmp_path / "snapshots").iterdir()] == ["v000001"]


def test_another_recipe_is_another_snapshot(tmp_path: Path) -> None:
    """The recipe is a column, so its rows are other rows."""
    publish_small(tmp_path, sites(2))
    other = publish_small(tmp_path, sites(2), recipe="r2")
    assert other.is_new
    assert (other.manifest.version, other.manifest.parent) == ("v000002", "v000001")


def test_a_changed_site_rewrites_only_the_parts_near_it(tmp_path: Path) -> None:
    """Unchanged parts are the same file under a second name, even if a site grew or shrank."""
    first = publish_small(tmp_path, sites(40))
    before = {file.name for file in first.manifest.files}
    data = [file for file in first.manifest.files if file.table == "data"]
    assert len(data) >= 6
    grown = sorted(
        [*sites(40, changed=20), post("site-020.example", 70)], key=lambda document: document.site
    )
    second = publish_small(tmp_path, grown)
    shared = [file for file in second.manifest.files if file.name in before]
    assert len(second.manifest.files) - len(shared) <= 3
    for file in shared:
        one, other = first.directory / file.name, second.directory / file.name
        assert one.samefile(other)
        assert one.stat().st_nlink == 2


def test_bytes_do_not_depend_on_how_the_documents_came(tmp_path: Path) -> None:
    """Another order of sites and of documents gives the same files."""
    draw = random.Random(3)
    ways = [sites(12), sites(12)[::-1], draw.sample(sites(12), len(sites(12)))]
    made = [
        content(publish_small(tmp_path / str(number), way).directory)
        for number, way in enumerate(ways)
    ]
    assert made[0] == made[1] == made[2]


def test_a_row_group_ends_early_where_texts_are_long(tmp_path: Path) -> None:
    """Memory is bounded by bytes too, and no row is lost at the bound."""
    sizes = Sizes(group_bytes=300)
    documents = [post(f"{name}.example", n) for name in "abcde" for n in range(500)]
    done = publish_documents(tmp_path, documents, sizes=replace(sizes, part_rows=10_000))
    metadata = pq.read_metadata(done.directory / done.manifest.files[0].name)
    assert metadata.num_row_groups > 1
    assert metadata.num_rows == done.manifest.counts.documents


def test_a_corpus_without_documents_has_empty_tables(tmp_path: Path) -> None:
    """Each table has a file, so that readers find its columns."""
    done = publish_small(tmp_path, [])
    assert [file.rows for file in done.manifest.files] == [0] * len(TABLES)
    assert done.manifest.archived_until is None
    assert from_json(to_json(done.manifest)) == done.manifest


def test_no_snapshot_yet_tells_what_to_do(tmp_path: Path) -> None:
    """So does a pointer that leads nowhere, which the next publication mends."""
    with pytest.raises(SnapshotError, match="therapy-corpus run"):
        current(tmp_path)
    (tmp_path / "CURRENT").write_text("../../etc\n")
    with pytest.raises(SnapshotError, match="therapy-corpus build"):
        current(tmp_path)
    publish_small(tmp_path, sites(1))
    assert current(tmp_path).name == "v000001"


def test_existing_names_and_leftovers(tmp_path: Path) -> None:
    """A version that is there is never written again; what a kill left is swept."""
    (tmp_path / "snapshots" / ".tmp-99-v000001" / "data").mkdir(parents=True)
    (tmp_path / "snapshots" / "v000007").mkdir()
    done = publish_small(tmp_path, sites(1))
    names = {path.name for path in (tmp_path / "snapshots").iterdir()}
    assert names == {"v000007", "v000008"}
    assert done.manifest.parent is None


def test_a_damaged_manifest_is_told_and_then_replaced(tmp_path: Path) -> None:
    """The message names the file; a new snapshot can always be made."""
    done = publish_small(tmp_path, sites(1))
    (done.directory / "manifest.json").write_text("{}")
    with pytest.raises(SnapshotError, match="therapy-corpus build"):
        manifest_of(done.directory)
    assert publish_small(tmp_path, sites(1)).directory.name == "v000002"
