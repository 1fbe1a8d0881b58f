"""The views that are made of a snapshot's tables, over snapshots that really have such rows."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.core.document import Document
from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset.manifest import NAME
from pipelines.dataset.query import Connection, ask, connect, views
from pipelines.dataset.schema import DATA
from pipelines.dataset.views import sentence_of
from tests.factories import NOON, copied, post, publish_documents, rejected

KEPT = post("a.example", 1)
NEAR = copied("b.example", 2, KEPT)
EXACT = replace(post("c.example", 3), text=KEPT.text, normalized_text=KEPT.normalized_text)
PART = replace(
    post("d.example", 4), text=" ".join(KEPT.text.split()[:28]), published_at=NOON - timedelta(1)
)
#: The same address in another spelling, fetched earlier.
SPELT = replace(KEPT, url=f"{KEPT.url}?utm_source=mail", fetched_at=NOON - timedelta(days=1))
EDITED = replace(post("e.example", 5), valid_from=NOON, edit_words=6)


def former(number: int, ended: datetime, ended_by: str, of: Document = EDITED) -> Document:
    """A version of a post that began some days before it ended."""
    return replace(
        of,
        text=f"{of.text} Version {number}.",
        valid_from=ended - timedelta(days=10),
        valid_to=ended,
        ended_by=ended_by,
        edit_words=number or None,
    )


GONE = post("f.example", 6)
PAGES = [
    *(KEPT, NEAR, EXACT, PART, SPELT, EDITED, rejected("g.example", 7)),
    former(0, NOON - timedelta(days=10), "edited"),
    former(1, NOON, "edited"),
    former(0, NOON, "deleted", GONE),
]


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A snapshot with a copy of every kind and versions of posts."""
    return publish_documents(tmp_path_factory.mktemp("corpus"), PAGES).directory


@pytest.fixture
def database(snapshot: Path) -> Iterator[Connection]:
    """That snapshot, opened."""
    with connect(snapshot) as connection:
        yield connection


def sites(database: Connection, table: str) -> list[str]:
    """The first letters of the sites of its rows."""
    answer = ask(database, f"FROM {table}")
    place = answer.columns.index("site")
    return sorted(row[place][:1] for row in answer.rows)


def test_copies_are_of_every_kind(database: Connection) -> None:
    """What the other tests here stand on."""
    found = ask(database, "SELECT rule, site[1] FROM duplicates ORDER BY 1").rows

    assert list(found) == [
        ("dedup.contained", "d"),
        ("dedup.exact", "c"),
        ("dedup.near", "b"),
        ("dedup.url", "a"),
    ]


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("documents", "ae"),
        ("documents_strict", "ae"),
        ("documents_loose", "abde"),
        ("documents_all", "abcde"),
    ],
)
def test_each_view_has_its_copies(database: Connection, view: str, expected: str) -> None:
    """From no copies to all but other spellings of an address, with the columns of documents."""
    assert "".join(sites(database, view)) == expected
    assert ask(database, f"FROM {view}").columns == tuple(column.name for column in DATA.columns)
    assert list(ask(database, f"FROM {view} SELECT id WHERE text = ''").rows) == []


def test_history_has_every_version_of_every_accepted_post(database: Connection) -> None:
    """The present version of each has no end; a post that is gone has ended ones only."""
    asked = "SELECT site[1], valid_to, ended_by, edit_words FROM posts_history ORDER BY 1, 2"

    present = [(site, None, None, None) for site in "abcd"]
    assert list(ask(database, asked).rows) == [
        *present,
        ("e", NOON - timedelta(days=10), "edited", None),
        ("e", NOON, "edited", 1),
        ("e", None, None, 6),
        ("f", NOON, "deleted", None),
    ]


def test_present_versions_are_those_of_documents_all(database: Connection) -> None:
    """No post is told twice, or with another text."""
    asked = (
        "SELECT id, text FROM posts_history WHERE valid_to IS NULL "
        "EXCEPT SELECT id, text FROM documents_all"
    )

    assert list(ask(database, asked).rows) == []
    assert sites(database, "posts_history WHERE valid_to IS NULL") == list("abcde")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (NOON - timedelta(days=21), ""),
        (NOON - timedelta(days=20), "e"),
        (NOON - timedelta(microseconds=1), "ef"),
        (NOON, "abcde"),
        (NOON + timedelta(days=9999), "abcde"),
    ],
)
def test_the_state_at_a_moment(database: Connection, moment: datetime, expected: str) -> None:
    """A version stands from its first moment until the first one of the next."""
    assert "".join(sites(database, f"as_of('{moment.isoformat()}')")) == expected
    assert "".join(sites(database, f"as_of(TIMESTAMPTZ '{moment.isoformat()}')")) == expected


def test_a_moment_may_be_a_day(database: Connection) -> None:
    """A day is its beginning in UTC."""
    day = datetime(2026, 2, 20, tzinfo=UTC).date()

    assert (
        sites(database, f"as_of('{day}')") == sites(database, f"as_of(DATE '{day}')") == ["e", "f"]
    )


def test_each_name_is_explained(database: Connection) -> None:
    """There is a sentence for all that can be asked."""
    assert [name for name in views(database) if not sentence_of(name)] == []


def test_tables_without_rows_have_their_views(tmp_path: Path) -> None:
    """A corpus of one post can be asked for its copies and its history."""
    snapshot = publish_documents(tmp_path, [KEPT]).directory
    with connect(snapshot) as database:
        counts = {name: len(sites(database, name)) for name in views(database)[:9]}

    empty = {"duplicates", "rejected", "history"}
    assert counts == {name: name not in empty for name in counts}
    assert empty < set(counts)


def test_an_older_snapshot_has_the_views_that_it_can_have(tmp_path: Path) -> None:
    """Before there were versions, there were posts, copies and rejected pages."""
    snapshot = publish_documents(tmp_path, PAGES).directory
    manifest = json.loads((snapshot / NAME).read_text())
    manifest["files"] = [
        file for file in manifest["files"] if file["table"] not in {"history", "groups"}
    ]
    for unknown in ("leakage", "accepted"):
        del manifest[unknown]
    (snapshot / NAME).write_text(json.dumps({**manifest, "schema_version": 3}))

    with connect(snapshot) as database:
        assert views(database) == [
            *("documents", "duplicates", "rejected"),
            *("documents_strict", "templates"),
        ]
        assert sites(database, "documents_strict") == ["a", "e"]
        with pytest.raises(ConfigError, match="the tables are documents, duplicates, rejected"):
            ask(database, "FROM posts_history")


@pytest.mark.parametrize("damage", ["", "{", "{}", '{"files": [{"table": "data"}]}', "[1]"])
def test_a_damaged_manifest_is_one_sentence(tmp_path: Path, damage: str) -> None:
    """It says what to do."""
    (tmp_path / NAME).write_text(damage)
    with pytest.raises(SnapshotError, match="therapy-corpus build") as caught:
        connect(tmp_path)
    assert "\n" not in str(caught.value)
