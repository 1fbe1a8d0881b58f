"""The store of a site's documents gives back exactly what was put in."""

import random
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.dedup import Dedup
from pipelines.core.document import Document, Rejection
from pipelines.core.errors import SnapshotError
from pipelines.core.model import CaptureRef, Via
from pipelines.core.reasons import Reason
from pipelines.dataset import documents
from pipelines.dataset.documents import batches, inputs_of, read
from tests.factories import NOON, document, post

SIGN = Dedup().signer()
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
NUMBER = st.integers(0, 2**62)
#: In UTC no hour comes twice, so `fold` means nothing.
MOMENT = st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.replace(fold=0))
ANY_DOCUMENT = st.builds(
    Document,
    id=TEXT,
    url=TEXT,
    site=TEXT,
    via=st.sampled_from(Via),
    fetched_at=MOMENT,
    source=st.builds(CaptureRef, file=TEXT, offset=NUMBER, length=NUMBER, digest=TEXT),
    title=st.none() | TEXT,
    author=st.none() | TEXT,
    published_at=st.none() | MOMENT,
    modified_at=st.none() | MOMENT,
    tags=st.lists(TEXT, max_size=3).map(tuple),
    text=TEXT,
    normalized_text=TEXT,
    language=st.none() | TEXT,
    language_confidence=st.none() | st.floats(0, 1),
    word_count=st.integers(0, 2**31 - 1),
    valid_from=MOMENT,
    valid_to=st.none() | MOMENT,
    ended_by=st.none() | TEXT,
    edit_words=st.none() | st.integers(0, 2**31 - 1),
    rejection=st.none() | st.builds(Rejection, reason=st.sampled_from(Reason), detail=TEXT),
)


def write(path: Path, made: Iterable[Document], *, inputs: str) -> None:
    """Store documents with their signatures."""
    documents.write(path, made, inputs=inputs, sign=SIGN)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(ANY_DOCUMENT, max_size=5))
def test_round_trip_is_exact(tmp_path: Path, made: list[Document]) -> None:
    """Whatever a document holds comes back equal, in order; empty is not the same as none."""
    path = tmp_path / "site.arrow"
    write(path, made, inputs="x")
    back = list(read(path))
    assert back == made
    for document_, again in zip(made, back, strict=True):
        for field in fields(Document):
            assert repr(getattr(document_, field.name)) == repr(getattr(again, field.name))


def test_every_reason_comes_back(tmp_path: Path) -> None:
    """A rejection keeps its reason and its detail."""
    made = [document().reject(reason, reason.value) for reason in Reason]
    write(tmp_path / "site.arrow", made, inputs="x")
    back = [replace(one, valid_from=None) for one in read(tmp_path / "site.arrow")]
    assert back == made


def test_times_of_other_zones_come_back_as_the_same_moment_in_utc(tmp_path: Path) -> None:
    """A time that is not UTC is not shifted."""
    moment = datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    write(tmp_path / "site.arrow", [document(published_at=moment)], inputs="x")
    (back,) = read(tmp_path / "site.arrow")
    assert back.published_at == moment
    assert back.published_at.tzinfo is UTC


def test_lone_surrogates_cost_a_character_and_not_the_run(tmp_path: Path) -> None:
    """What UTF-8 cannot hold becomes a question mark; all else stays."""
    bad = document(title="a\ud800b", tags=("x\udfff", "good"), text="fine ü 👍")
    write(tmp_path / "site.arrow", [bad, document()], inputs="x")
    first, second = read(tmp_path / "site.arrow")
    seen = document().fetched_at
    assert first == replace(bad, title="a?b", tags=("x?", "good"), valid_from=seen)
    assert second == replace(document(), valid_from=seen)


@pytest.mark.parametrize(
    ("count", "places"),
    [
        (4, {2}),
        (4, {1, 2, 3}),
        (4, {0, 3}),
        (documents.BATCH + 5, {documents.BATCH + 1, 3, documents.BATCH - 1}),
        (documents.BATCH + 5, set(range(400, documents.BATCH + 5))),
    ],
)
def test_rows_at_some_places_are_read_alone(tmp_path: Path, count: int, places: set[int]) -> None:
    """Of small and large files, over the bounds of batches, some columns come in order."""
    path = tmp_path / "site.arrow"
    # Letters that cannot be packed, so that the larger file is not read whole.
    draw = random.Random(count)
    made = [
        replace(post("b.example", number), text=draw.randbytes(200).hex())
        for number in range(count)
    ]
    write(path, iter(made), inputs="x")
    found = [row for batch in batches(path, ["words", "url"], places) for row in batch.to_pylist()]
    assert [row["url"] for row in found] == [made[place].url for place in sorted(places)]
    assert all(row["words"] for row in found)
    assert [one.text for one in read(path)] == [one.text for one in made]
    assert inputs_of(path) == "x"


def test_only_present_posts_are_signed(tmp_path: Path) -> None:
    """What is turned down or over is compared with nothing."""
    former = replace(document(), valid_to=NOON, ended_by="edited")
    made = [document(), document().reject(Reason.QUALITY_TOO_SHORT), former, document(text="1 2")]
    write(tmp_path / "site.arrow", made, inputs="x")
    (batch,) = batches(tmp_path / "site.arrow", ["words", "bands"])
    assert [bool(words) for words in batch.column("words").to_pylist()] == [
        True,
        False,
        False,
        False,
    ]
    assert [len(bands) > 0 for bands in batch.column("bands").to_pylist()] == [
        True,
        False,
        False,
        False,
    ]


def test_inputs_are_told_and_absent_or_damaged_files_have_none(tmp_path: Path) -> None:
    """A file that cannot be trusted counts as not made yet."""
    path = tmp_path / "deep" / "site.arrow"
    assert inputs_of(path) is None
    write(path, [document()], inputs="recipe:7:ü")
    assert inputs_of(path) == "recipe:7:ü"
    path.write_bytes(path.read_bytes()[:-9])
    assert inputs_of(path) is None
    with pytest.raises(SnapshotError, match="delete it, then run"):
        list(read(path))


def test_a_failing_source_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced as a whole or not at all, and nothing is left beside it."""
    path = tmp_path / "site.arrow"
    write(path, [document()], inputs="old")

    def breaking() -> Iterator[Document]:
        yield document()
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write(path, breaking(), inputs="new")
    assert inputs_of(path) == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["site.arrow"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The message names the path and what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match=r"cannot be written .* run again"):
        write(tmp_path / "file" / "site.arrow", [document()], inputs="x")
