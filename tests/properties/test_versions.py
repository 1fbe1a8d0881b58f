"""The versions of a page, over any captures and any times in which it was gone."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.document import Document
from pipelines.core.versions import Absence, Ending, Span, spans, versions
from tests.factories import NOON, post

DAYS = st.lists(st.integers(0, 60), unique=True, min_size=1, max_size=6).map(sorted)
#: Days on which a page goes and comes back, in turn; it may stay away.
AWAY = st.lists(st.integers(0, 60), unique=True, max_size=6).map(sorted)
TEXTS = st.lists(st.sampled_from(["one", "two", "three"]), min_size=6, max_size=6)


def absences(days: Sequence[int]) -> list[Absence]:
    """Times away, each from a day to the next one that is given."""
    moments = [NOON + timedelta(days=day, hours=6) for day in days]
    ends = [*moments[1::2], None]
    return [
        Absence(since=since, until=until) for since, until in zip(moments[::2], ends, strict=False)
    ]


def at(found: Iterable[Span], day: float) -> list[int]:
    """The captures that stand for the page on a day."""
    moment = NOON + timedelta(days=day)
    return [
        span.capture
        for span in found
        if span.start <= moment and (span.end is None or moment < span.end)
    ]


@given(DAYS, AWAY)
def test_at_any_time_the_last_capture_stands_unless_the_page_is_gone(
    days: list[int], away: list[int]
) -> None:
    """Day by day: no capture before the first one, none while the page is gone."""
    found = spans([NOON + timedelta(days=day) for day in days], absences(away))
    for day in range(-1, 62):
        is_gone = sum(1 for one in away if one + 0.25 <= day + 0.5) % 2 == 1
        made = sum(1 for one in days if one <= day + 0.5)
        assert at(found, day + 0.5) == ([made - 1] if made and not is_gone else [])


def documents(days: Sequence[int], away: Sequence[int], texts: Sequence[str]) -> list[Document]:
    """The versions of a page whose captures have these texts."""
    found = spans([NOON + timedelta(days=day) for day in days], absences(away))
    return list(
        versions(
            [(span, replace(post("a.example", 1), text=texts[span.capture])) for span in found]
        )
    )


@given(DAYS, AWAY, TEXTS)
def test_versions_follow_one_another(days: list[int], away: list[int], texts: list[str]) -> None:
    """They do not overlap; those that meet differ; only the last may still stand."""
    found = documents(days, away, texts)
    for before, after in pairwise(found):
        assert before.valid_to is not None
        assert after.valid_from is not None
        assert before.valid_to <= after.valid_from
        if before.valid_to == after.valid_from:
            assert before.text != after.text
            assert before.ended_by is Ending.EDITED
        else:
            assert before.ended_by is Ending.DELETED
        assert after.edit_words == (0 if before.text == after.text else 2)
    assert all((one.valid_to is None) == (one.ended_by is None) for one in found)


@given(DAYS, TEXTS)
def test_a_capture_that_says_the_same_begins_no_version(days: list[int], texts: list[str]) -> None:
    """There are as many versions as runs of the same text."""
    said = texts[: len(days)]
    runs = 1 + sum(one != other for one, other in pairwise(said))
    assert len(documents(days, [], texts)) == runs
