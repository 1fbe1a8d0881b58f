"""What every stage of the recipe promises, whatever it does."""

import dataclasses
import pickle
import random
import subprocess
import sys
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Document, Rejection
from pipelines.core.model import Via
from pipelines.core.reasons import Reason
from pipelines.core.stage import Stage, flow
from pipelines.recipe import PER_SITE, section_of
from tests.factories import NOON, document

STAGES = PER_SITE

SENTENCES = (
    "We talked about sleep, worry and the long quiet hours before the morning comes.",
    "Can\u2019t you see that the weather inside you changes as often as the one outside?",
    "Der Stuhl am Fenster blieb frei, und trotzdem setzte sich niemand dorthin.",
    "Le silence fait peur aux nouveaux patients comme aux jeunes th\u00e9rapeutes.",
    "1, 2, 3 \U0001f642\u200d\U0001f642 \u00a0 \u2014 (really)!",
    "Grief has no timetable\u00ad and keeps none of the promises that we make for it.",
    "",
)
PATHS = (
    "/",
    "/2024/05/a-long-night.html",
    "/2024/05/",
    "/blog/",
    "/blog/on-rest.html",
    "/blog/on-sleep.html",
    "/blog/on-worry.html",
    "/category/sleep/",
    "/contact/",
    "/grief-has-no-timetable/",
    "/rest",
)
HOSTS = ("anna.example", "bruno.example")


def made(  # noqa: PLR0913 - what hypothesis varies
    host: str, path: str, spelling: str, picks: list[int], day: int | None, *, turned_down: bool
) -> Document:
    """A document as the extraction leaves it."""
    text = "\n\n".join(SENTENCES[pick] for pick in picks)
    rejection = Rejection(reason=Reason.EXTRACT_EMPTY, detail="no article text")
    return document(
        url=f"http://{host}{path}{spelling}",
        via=Via.LISTING,
        fetched_at=NOON + timedelta(days=len(picks)),
        published_at=None if day is None else NOON - timedelta(days=day),
        text=text,
        normalized_text="",
        language=None,
        language_confidence=None,
        word_count=0,
        rejection=rejection if turned_down else None,
    )


DOCUMENTS = st.lists(
    st.builds(
        made,
        host=st.sampled_from(HOSTS),
        path=st.sampled_from(PATHS),
        spelling=st.sampled_from(("", "?utm_source=feed")),
        picks=st.lists(st.integers(0, len(SENTENCES) - 1), max_size=30),
        day=st.none() | st.integers(0, 40),
        turned_down=st.booleans(),
    ),
    max_size=12,
    unique_by=lambda found: found.url,
)


each_stage = pytest.mark.parametrize("stage", STAGES, ids=section_of)


def before(stage: Stage, documents: Iterable[Document]) -> list[Document]:
    """What reaches `stage`: the documents after all stages before it."""
    return list(flow(STAGES[: STAGES.index(stage)], documents))


@each_stage
@given(documents=DOCUMENTS)
def test_conservation(stage: Stage, documents: list[Document]) -> None:
    """Every document leaves a stage once, in the order in which it came."""
    arriving = before(stage, documents)

    leaving = list(stage(arriving))

    assert [found.url for found in leaving] == [found.url for found in arriving]
    assert [found.id for found in leaving] == [found.id for found in arriving]


@each_stage
@given(documents=DOCUMENTS)
def test_rejected_untouched(stage: Stage, documents: list[Document]) -> None:
    """What is rejected already passes as it is."""
    arriving = before(stage, documents)

    pairs = zip(arriving, stage(arriving), strict=True)

    assert all(after == given for given, after in pairs if given.rejection is not None)


@each_stage
@given(documents=DOCUMENTS)
def test_idempotent(stage: Stage, documents: list[Document]) -> None:
    """A second pass over its own result changes nothing."""
    once = list(stage(before(stage, documents)))

    assert list(stage(once)) == once


@each_stage
@given(documents=DOCUMENTS)
def test_deterministic(stage: Stage, documents: list[Document]) -> None:
    """The same documents give the same result, whatever came before."""
    arriving = before(stage, documents)
    first = list(stage(arriving))
    list(stage(list(reversed(arriving))[:3]))

    assert list(stage(iter(arriving))) == first


@each_stage
@given(documents=DOCUMENTS, seed=st.integers(0, 100))
def test_order_free(stage: Stage, documents: list[Document], seed: int) -> None:
    """What becomes of a document does not depend on its place."""
    arriving = before(stage, documents)
    shuffled = random.Random(seed).sample(arriving, len(arriving))

    straight = {found.url: found for found in stage(arriving)}

    assert {found.url: found for found in stage(shuffled)} == straight


@each_stage
def test_settings(stage: Stage) -> None:
    """A stage is frozen, can be sent to a worker, and shows its version and its settings."""
    assert pickle.loads(pickle.dumps(stage)) == stage  # noqa: S301 - what we have just pickled
    assert isinstance(stage.version, int)
    assert type(stage).__dataclass_params__.frozen  # type: ignore[attr-defined]
    for item in dataclasses.fields(stage):  # type: ignore[arg-type]
        assert f"{item.name}={getattr(stage, item.name)!r}" in repr(stage)


def test_same_in_a_fresh_process() -> None:
    """Another process with other hash seeds gives the same rows."""
    program = (
        "from tests.contracts.test_stages import STAGES, fixed; "
        "from pipelines.core.stage import flow; "
        "print(list(flow(STAGES, fixed())))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": "."},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(told) == 1
    assert told == {f"{list(flow(STAGES, fixed()))}\n".encode()}


def fixed() -> list[Document]:
    """Documents of every path, some alike."""
    return [
        made(host, path, "", [index % 4, 1, 2, 3, 5] * 3, index, turned_down=index % 7 == 6)
        for host in HOSTS
        for index, path in enumerate(PATHS)
    ]
