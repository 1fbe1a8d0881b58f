"""The store of a site's documents gives back exactly what was put in."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipelines.core.document import Document, Rejection, Twin
from pipelines.core.errors import SnapshotError
from pipelines.core.model import CaptureRef, Via
from pipelines.core.reasons import Reason
from pipelines.dataset import documents
from pipelines.dataset.documents import Stored, inputs_of, write
from tests.factories import document, post

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
    word_count=NUMBER,
    duplicate_count=NUMBER,
    twin=st.none(),
    rejection=st.none() | st.builds(Rejection, reason=st.sampled_from(Reason), detail=TEXT),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(made=st.lists(ANY_DOCUMENT, max_size=5))
def test_round_trip_is_exact(tmp_path: Path, made: list[Document]) -> None:
    """Whatever a document holds comes back equal, in order; empty is not the same as none."""
    path = tmp_path / "site.parquet"
    write(path, made, inputs="x")
    back = list(Stored([path]))
    assert back == made
    for document_, again in zip(made, back, strict=True):
        for field in fields(Document):
            assert repr(getattr(document_, field.name)) == repr(getattr(again, field.name))


def test_every_reason_comes_back(tmp_path: Path) -> None:
    """A rejection keeps its reason and its detail."""
    made = [document().reject(reason, reason.value) for reason in Reason]
    write(tmp_path / "site.parquet", made, inputs="x")
    assert list(Stored([tmp_path / "site.parquet"])) == made


def test_times_of_other_zones_come_back_as_the_same_moment_in_utc(tmp_path: Path) -> None:
    """A time that is not UTC is not shifted."""
    moment = datetime(2024, 1, 1, 1, tzinfo=timezone(timedelta(hours=5)))
    write(tmp_path / "site.parquet", [document(published_at=moment)], inputs="x")
    (back,) = Stored([tmp_path / "site.parquet"])
    assert back.published_at == moment
    assert back.published_at.tzinfo is UTC


def test_lone_surrogates_cost_a_character_and_not_the_run(tmp_path: Path) -> None:
    """What UTF-8 cannot hold becomes a question mark; all else stays."""
    bad = document(title="a\ud800b", tags=("x\udfff", "good"), text="fine ü 👍")
    write(tmp_path / "site.parquet", [bad, document()], inputs="x")
    first, second = Stored([tmp_path / "site.parquet"])
    assert first == replace(bad, title="a?b", tags=("x?", "good"))
    assert second == document()


def test_several_files_are_one_stream_that_can_be_read_again(tmp_path: Path) -> None:
    """Files come in the order of the paths, and each reading starts at the beginning."""
    paths = [tmp_path / f"{site}.parquet" for site in ("b", "a")]
    made = [[post("b.example", n) for n in range(documents.BATCH + 5)], [post("a.example", 1)]]
    for path, some in zip(paths, made, strict=True):
        write(path, iter(some), inputs="x")
    stored = Stored(paths)
    assert list(stored) == [*made[0], *made[1]]
    assert list(stored) == [*made[0], *made[1]]


def test_inputs_are_told_and_absent_or_damaged_files_have_none(tmp_path: Path) -> None:
    """A file that cannot be trusted counts as not made yet."""
    path = tmp_path / "deep" / "site.parquet"
    assert inputs_of(path) is None
    write(path, [document()], inputs="recipe:7:ü")
    assert inputs_of(path) == "recipe:7:ü"
    path.write_bytes(path.read_bytes()[:-9])
    assert inputs_of(path) is None
    with pytest.raises(SnapshotError, match="delete it, then run"):
        list(Stored([path]))


def test_a_failing_source_leaves_the_former_file(tmp_path: Path) -> None:
    """A file is replaced as a whole or not at all, and nothing is left beside it."""
    path = tmp_path / "site.parquet"
    write(path, [document()], inputs="old")
    twin = Twin(kept_id="k", kept_url="u", score=1.0, why="longer")
    with pytest.raises(ValueError, match="no twins"):
        write(path, [document(twin=twin)], inputs="new")
    assert inputs_of(path) == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["site.parquet"]


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """The message names the path and what to do."""
    (tmp_path / "file").touch()
    with pytest.raises(SnapshotError, match=r"cannot be written .* run again"):
        write(tmp_path / "file" / "site.parquet", [document()], inputs="x")
