"""The pure policies: permission, pace, revisit, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.policy.answers import MAX_HOPS, Meaning, outcome
from crawler.policy.pace import LONGEST_PAUSE, after_failure, next_try, pause, retry_after
from crawler.policy.revisit import (
    DAY,
    NEVER,
    conditions,
    due_after,
    has_changed,
    is_deleted,
    is_trusted,
    poll_interval,
)
from pipelines.core.config import CrawlSettings, RevisitSettings
from pipelines.core.model import Capture, Kind, Via, Visit
from pipelines.core.reasons import Reason
from pipelines.core.warc import digest_of

URL = "https://blog.example/2024/05/a-post.html"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)


def answer(
    status: int, *, kind: Kind = Kind.POST, media: str = "text/html", location: str = ""
) -> Capture:
    """An answer of a server, as the spider makes it."""
    headers = (("Content-Type", media),) + ((("Location", location),) if location else ())
    return Capture(
        url=URL,
        kind=kind,
        via=Via.FEED,
        fetched_at=NOON,
        status=status,
        headers=headers,
        body=b"",
        digest=digest_of(b""),
    )


def test_back_off() -> None:
    """A URL is tried again within the run, then from run to run, ever more rarely."""
    settings = CrawlSettings(tries=3, retry_after=10)
    plans = [next_try(count, 0.0, settings, final=False) for count in range(1, 40)]

    assert [(plan.due_at, plan.ends_run) for plan in plans[:6]] == [
        (10, False),
        (20, False),
        (3600, True),
        (10, False),
        (20, False),
        (7200, True),
    ]
    assert max(plan.due_at for plan in plans) == LONGEST_PAUSE
    assert next_try(1, 0.0, settings, final=True).ends_run


@pytest.mark.parametrize(
    ("capture", "meaning", "reason"),
    [
        (answer(200), Meaning.STORE, None),
        (answer(200, media=""), Meaning.STORE, None),
        (answer(200, media="application/pdf"), Meaning.GONE, Reason.FETCH_NOT_TEXT),
        (answer(304), Meaning.UNCHANGED, None),
        (answer(206), Meaning.FAILED, Reason.FETCH_INCOMPLETE),
        (answer(301, location="/"), Meaning.GONE, Reason.FETCH_GONE),
        (answer(301, location="/", kind=Kind.LISTING), Meaning.REDIRECT, None),
        (answer(301, location="https://new.example/r", kind=Kind.ROBOTS), Meaning.REDIRECT, None),
        (answer(301, location="/elsewhere"), Meaning.REDIRECT, None),
        (answer(301, location="https://www.blog.example/x"), Meaning.REDIRECT, None),
        (answer(302, location="https://other.example/"), Meaning.GONE, Reason.FETCH_REDIRECT),
        (answer(301, location="https://new.example/", kind=Kind.HOME), Meaning.REDIRECT, None),
        (answer(301, location="file:///etc/passwd"), Meaning.GONE, Reason.FETCH_REDIRECT),
        (answer(301, location="http://[::1"), Meaning.GONE, Reason.FETCH_REDIRECT),
        (answer(301, location=URL), Meaning.GONE, Reason.FETCH_REDIRECT),
        (answer(301, location="/" + "a" * 3000), Meaning.GONE, Reason.FETCH_REDIRECT),
        (answer(301), Meaning.FAILED, Reason.FETCH_STATUS),
        (answer(404), Meaning.GONE, Reason.FETCH_GONE),
        (answer(403), Meaning.FAILED, Reason.FETCH_STATUS),
        (answer(429), Meaning.FAILED, Reason.FETCH_STATUS),
        (answer(503), Meaning.FAILED, Reason.FETCH_STATUS),
    ],
)
def test_meaning_of_answers(capture: Capture, meaning: Meaning, reason: Reason | None) -> None:
    """Every answer has one meaning, and every failure a reason."""
    judged = outcome(capture, hops=0)

    assert (judged.meaning, judged.reason) == (meaning, reason)


def test_redirects_end() -> None:
    """A chain of redirects is left after five."""
    assert outcome(answer(301, location="/x"), MAX_HOPS - 1).meaning is Meaning.REDIRECT
    assert outcome(answer(301, location="/x"), MAX_HOPS).reason is Reason.FETCH_REDIRECT


def test_conditions() -> None:
    """Validators are sent back as they came; a first visit sends none."""
    visit = Visit(visited_at=NOON, etag='W/"1"', last_modified="Fri, 01 May 2026 12:00:00 GMT")

    assert conditions(None) == {}
    assert conditions(Visit(visited_at=NOON)) == {}
    assert conditions(visit) == {
        "If-None-Match": 'W/"1"',
        "If-Modified-Since": "Fri, 01 May 2026 12:00:00 GMT",
    }


def test_news_of_a_post() -> None:
    """A post is visited again when its source names a later time than it did before."""
    day = timedelta(days=1)

    assert has_changed(NOON + day, None, NOON)
    assert has_changed(NOON, NOON - day, NOON + day)
    assert not has_changed(NOON, NOON, NOON - day)
    assert not has_changed(NOON, None, NOON + day)
    assert not has_changed(None, None, NOON)
    assert not has_changed(NOON, None, None)


def test_doors_wait_for_the_next_look() -> None:
    """Nothing but notices is due by itself, until the blog is enumerated anew."""
    plan = RevisitSettings()

    assert due_after(Kind.FEED, 5.0, plan) == due_after(Kind.HOME, 5.0, plan) == NEVER
    assert due_after(Kind.ROBOTS, 0.0, plan) == DAY
    assert due_after(Kind.POST, 0.0, plan) == 90 * DAY


@pytest.mark.parametrize(
    ("looks", "changes", "idle", "days", "least", "most"),
    [
        (0, 0, 0, 0, 2.0, 2.0),
        (10, 10, 0, 20, 2.0, 2.0),
        (10, 0, 10, 100, 45.0, 45.0),
        (20, 1, 0, 200, 30.0, 45.0),
        (12, 4, 0, 360, 30.0, 45.0),
        (30, 15, 0, 300, 4.0, 12.0),
        (30, 15, 2, 300, 9.0, 27.0),
    ],
)
def test_poll_interval(  # noqa: PLR0913, PLR0917 - one number each
    looks: int, changes: int, idle: int, days: float, least: float, most: float
) -> None:
    """A blog is looked at twice between two changes, within bounds, and less while it sleeps."""
    days_between = poll_interval(looks, changes, idle, days * DAY, RevisitSettings()) / DAY

    assert least <= days_between <= most


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 500), st.floats(0, 4000 * DAY))
def test_poll_interval_stays_within_its_bounds(
    looks: int, changes: int, idle: int, watched: float
) -> None:
    """Whatever was observed, a blog is looked at every 2 to 45 days."""
    plan = RevisitSettings()
    wait = poll_interval(looks, min(changes, looks), min(idle, looks), watched, plan)

    assert plan.poll_least * DAY <= wait <= plan.poll_most * DAY


def test_trust_in_dates() -> None:
    """Dates of change lose trust when more than a fifth of the last twenty were wrong."""
    assert is_trusted("")
    assert is_trusted("0000")
    assert not is_trusted("00000")
    assert is_trusted("1" * 16 + "0" * 4)
    assert not is_trusted("1" * 15 + "0" * 5)
    assert is_trusted("0" * 30 + "1" * 20)


def test_deleted_after_a_week() -> None:
    """One "not found" is not enough, nor are two within a week."""
    plan = RevisitSettings()

    assert not is_deleted(None, 0.0, plan)
    assert not is_deleted(0.0, 6.9 * DAY, plan)
    assert is_deleted(0.0, 7 * DAY, plan)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("4", 4.0),
        (" 120 ", 120.0),
        ("-5", 0.0),
        ("1.5", 0.0),
        ("soon", 0.0),
        ("", 0.0),
        ("99999999999", LONGEST_PAUSE),
        ("Fri, 01 May 2026 12:00:30 GMT", 30.0),
        ("Fri, 01 May 2026 11:00:00 GMT", 0.0),
        ("Friday, 01-May-26 12:00:30 GMT", 30.0),
        ("Fri, 01 May 2026 14:00:30 +0200", 30.0),
    ],
)
def test_retry_after(value: str, seconds: float) -> None:
    """Retry-After is read as seconds or as a date; what is neither asks for nothing."""
    assert retry_after(value, NOON.timestamp()) == seconds


def test_pause() -> None:
    """A pause is never shorter than the delay, and longer for a slow host."""
    assert pause(0.0, 9.0, 1.0) == 0.0
    assert pause(5.0, 0.2, 0.0) == 5.0
    assert pause(5.0, 0.2, 1.0) == 6.5
    assert pause(5.0, 8.0, 0.0) == 8.0


def test_back_off_of_hosts() -> None:
    """A failing host waits twice as long each time, then an hour and more, never over a week."""
    settings = CrawlSettings(retry_after=10, failures=5)
    waits = [after_failure(count, 0.0, settings) for count in range(1, 30)]

    assert waits[:7] == [10, 20, 40, 80, 3600, 7200, 14400]
    assert max(waits) == LONGEST_PAUSE
    assert after_failure(1, 300.0, settings) == 300.0
