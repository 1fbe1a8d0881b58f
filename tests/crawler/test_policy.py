"""The pure policies: permission, pace, revisit, and what an answer means."""

from datetime import UTC, datetime, timedelta

import pytest

from crawler.policy.answers import MAX_HOPS, Meaning, outcome
from crawler.policy.pace import LONGEST_PAUSE, next_try
from crawler.policy.permission import Robots, permission
from crawler.policy.revisit import conditions, due_after, has_changed
from pipelines.core.config import CrawlSettings
from pipelines.core.model import Capture, Kind, Via, Visit
from pipelines.core.reasons import Reason
from pipelines.core.warc import digest_of

URL = "https://blog.example/2024/05/a-post.html"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
DISALLOW_ALL = b"User-agent: *\nDisallow: /\n"


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


@pytest.mark.parametrize(
    ("status", "body", "allowed"),
    [
        (200, b"", True),
        (200, b"User-agent: *\nDisallow: /2024/", False),
        (200, b"User-agent: *\nDisallow: /search", True),
        (200, b"\xef\xbb\xbfUser-agent: *\nDisallow: /", False),
        (200, b"User-agent: TherapyCorpusBot\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        (200, b"User-agent: therapycorpusbot\nDisallow: /\n\nUser-agent: *\nAllow: /", False),
        (200, b"User-agent: bot\nDisallow: /", True),
        (200, b"User-agent: *\nDisallow: /2024/\nAllow: /2024/05/", True),
        (200, b"\n" * (600 * 1024) + DISALLOW_ALL, True),
        (404, DISALLOW_ALL, True),
        (410, b"", True),
        (401, b"", False),
        (403, b"", False),
        (429, b"", False),
        (500, b"", False),
        (503, b"", False),
        (0, b"", False),
    ],
)
def test_robots_rules(status: int, body: bytes, *, allowed: bool) -> None:
    """robots.txt is read by RFC 9309; what cannot be had disallows everything."""
    judged = permission(URL, Robots(status=status, body=body, at=0.0))

    assert judged.allowed is allowed
    assert (judged.reason is None) is allowed


def test_robots_never_asked() -> None:
    """A URL whose robots.txt was never asked for may not be fetched."""
    assert permission(URL, None).reason is Reason.PERMISSION_UNREACHABLE


def test_robots_freshness() -> None:
    """An answer holds for a day, a failure to answer for an hour."""
    day = 24 * 3600

    assert Robots(status=200, body=b"", at=0.0).is_fresh(day - 1)
    assert not Robots(status=200, body=b"", at=0.0).is_fresh(day)
    assert not Robots(status=503, body=b"", at=0.0).is_fresh(3600)


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


def test_doors_are_due_at_once() -> None:
    """A blog's home, feed and sitemap are due at the next run, a post after a month."""
    assert due_after(Kind.FEED, 5.0) == due_after(Kind.SITEMAP, 5.0) == due_after(Kind.HOME, 5.0)
    assert due_after(Kind.HOME, 5.0) == 5.0
    assert due_after(Kind.POST, 0.0) == 30 * 86400
