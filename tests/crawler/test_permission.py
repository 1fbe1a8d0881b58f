"""What sites and pages say of their use: a table of combinations, and what holds for all."""

import re
import time
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.policy.permission import (
    PARSED_BYTES,
    Notice,
    Notices,
    crawl_delay,
    is_allowed_by_robots,
    next_notice,
    permission,
)
from crawler.policy.robots import path_fits
from pipelines.core.config import PermissionSettings
from pipelines.core.model import Capture, Kind, Signal, Tier, Use, Via
from pipelines.core.permission import of_page, resolve
from pipelines.core.reasons import Reason
from pipelines.core.warc import digest_of

URL = "https://blog.example/posts/a-day-off/"
ORIGIN = "https://blog.example"
NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
HOUR, DAY = 3600.0, 86400.0
STRICT = PermissionSettings()
CASES = [
    pytest.param(case, id=f"{group['group']} {number}")
    for group in tomllib.loads((Path(__file__).parent / "permission_cases.toml").read_text())[
        "cases"
    ]
    for number, case in enumerate(group["table"], start=1)
]
DISALLOW = b"User-agent: *\nDisallow: /posts/"


def page(case: dict[str, Any]) -> Capture:
    """The page of a case."""
    markup = f"<!doctype html><html><head><title>A day off</title>{case.get('head', '')}</head>"
    body = f"{markup}<body>{case.get('body', '<p>Words.</p>')}</body></html>".encode()
    return capture(body, tuple((name, value) for name, value in case.get("headers", ())))


def capture(body: bytes, headers: tuple[tuple[str, str], ...] = ()) -> Capture:
    """An answer with that body."""
    return Capture(
        url=URL,
        kind=Kind.POST,
        via=Via.FEED,
        fetched_at=NOON,
        status=200,
        headers=headers,
        body=body,
        digest=digest_of(body),
    )


def notice(body: bytes, status: int = 200, name: str = "robots.txt", at: float = 0.0) -> Notice:
    """One answer of the site."""
    return Notice(url=f"{ORIGIN}/{name}", status=status, body=body, at=at)


def notices(case: dict[str, Any]) -> Notices:
    """What the site of a case says of itself."""
    robots = case.get("robots", "")
    tdmrep, rsl = case.get("tdmrep"), case.get("rsl")
    if rsl is not None:
        robots += f"\nLicense: {ORIGIN}/license.xml\n"
        rsl = f"<rsl xmlns='https://rslstandard.org/rsl'>{rsl}</rsl>"
    return Notices(
        robots=notice(robots.encode(), case.get("robots_status", 200)),
        tdmrep=None if tdmrep is None else notice(tdmrep.encode(), name="tdmrep.json"),
        rsl=None if rsl is None else notice(rsl.encode(), case.get("rsl_status", 200)),
    )


def test_the_table_is_long_enough() -> None:
    """There are at least 120 combinations."""
    assert len(CASES) >= 120


@pytest.mark.parametrize("case", CASES)
def test_permission(case: dict[str, Any]) -> None:
    """Any "no" wins, and says which."""
    settings = PermissionSettings(**dict.fromkeys(case.get("off", ()), False))
    judged = permission(URL, notices(case), settings, page(case))

    assert (judged.tier, judged.reason or "") == (case["tier"], case.get("reason", ""))
    assert judged.may_follow is case.get("follow", True)
    assert judged.license == case.get("license", "")
    if judged.is_refused:
        assert judged.evidence[0].reason is judged.reason
        assert judged.evidence[0].value
        assert judged.detail


#: Bodies of robots.txt, and whether the page may be fetched.
ROBOTS = {
    "plain": (DISALLOW, False),
    "empty": (b"", True),
    "UTF-8 mark": (b"\xef\xbb\xbf" + DISALLOW, False),
    "UTF-16 with mark": (DISALLOW.decode().encode("utf-16"), False),
    "UTF-16 without mark": (DISALLOW.decode().encode("utf-16-le"), False),
    "UTF-16, big end first": (DISALLOW.decode().encode("utf-16-be"), False),
    "CR only": (DISALLOW.replace(b"\n", b"\r"), False),
    "CR LF": (DISALLOW.replace(b"\n", b"\r\n"), False),
    "blank lines inside": (DISALLOW.replace(b"\n", b"\n\n\n"), False),
    "comments": (b"# hello\nUser-agent: * # all\nDisallow: /posts/ # no", False),
    "spaces": (b"  user-agent  :  *  \n  disallow  :  /posts/  ", False),
    "HTML": (b"<!doctype html><html><body>Disallow: /posts/</body></html>", True),
    "garbage": (bytes(range(256)) * 20, True),
    "no agent": (b"Disallow: /posts/", True),
    "long": (b"#" * 500_000 + b"\n" + DISALLOW, False),
    "rule beyond what is read": (b"#" * 600_000 + b"\n" + DISALLOW, True),
    "longest match": (b"User-agent: *\nDisallow: /posts\nAllow: /posts/a-day", True),
    "tie goes to allow": (b"User-agent: *\nDisallow: /posts/\nAllow: /posts/", True),
    "two groups of one name": (b"User-agent: *\nAllow: /x\n\n" + DISALLOW, False),
    "end of URL": (b"User-agent: *\nDisallow: /posts/a-day-off/$", False),
    "wildcard": (b"User-agent: *\nDisallow: /*/a-*-off", False),
    "percent": (b"User-agent: *\nDisallow: /p%6Fsts/", False),
    "case of paths": (b"User-agent: *\nDisallow: /POSTS/", True),
    "query": (b"User-agent: *\nDisallow: /*?", True),
    # RFC 9309 would let this pass; whoever writes it may mean us.
    "ours by part": (b"User-agent: Therapy\nDisallow: /", False),
    "a word of our contact": (b"User-agent: bot\nDisallow: /", True),
    "ours and others": (b"User-agent: x\nUser-agent: TherapyCorpusBot\nDisallow: /", False),
    "half a rule at the end of what is read": (
        DISALLOW + b"\n" + b"#" * (PARSED_BYTES - len(DISALLOW) - 16) + b"\nAllow: /posts/x" * 9,
        False,
    ),
    "names of one group around a sitemap": (
        b"User-agent: *\nSitemap: /s.xml\nUser-agent: x\nDisallow: /", False),
    "version of ours": (b"User-agent: TherapyCorpusBot/2.0\nDisallow: /", False),
    "empty disallow": (b"User-agent: *\nDisallow:", True),
}  # fmt: skip


@pytest.mark.parametrize("name", ROBOTS)
def test_robots_bodies(name: str) -> None:
    """robots.txt is read by RFC 9309, in whatever encoding it comes."""
    body, allowed = ROBOTS[name]

    assert is_allowed_by_robots(URL, notice(body)) is allowed


@given(st.text("ab*/", max_size=8), st.text("ab/", max_size=8), st.booleans())
def test_patterns_are_those_of_rfc_9309(pattern: str, path: str, ends: bool) -> None:  # noqa: FBT001
    """A star stands for any characters, a dollar for the end of the URL."""
    written = ".*".join(map(re.escape, f"/{pattern}".split("*"))) + ("$" if ends else "")
    expected = re.match(written, f"/{path}") is not None

    assert path_fits(f"/{pattern}" + "$" * ends, f"{ORIGIN}/{path}") is expected


def test_patterns_of_many_stars_end() -> None:
    """A pattern made to keep a matcher busy is answered at once."""
    began = time.process_time()

    assert not path_fits("/" + "*a" * 500 + "*b", f"{ORIGIN}/{'a' * 2000}")
    assert time.process_time() - began < 1


def test_encodings_of_pages() -> None:
    """What a page says of itself is read in UTF-16, and beside bytes that are no UTF-8."""
    markup = "<html><head><title>caf\xe9</title><meta name=robots content=noindex></head></html>"

    for encoding in ("utf-8", "utf-16", "latin-1"):
        assert [found.value for found in of_page(capture(markup.encode(encoding)))] == ["noindex"]


def test_notices_before_pages() -> None:
    """robots.txt first, then what it allows and names; each again when it is old."""
    named = notice(b"License: /license.xml")
    known = Notices(robots=named, tdmrep=notice(b"", 404), rsl=notice(b"", name="license.xml"))

    def ask(found: Notices, now: float = 1.0, settings: PermissionSettings = STRICT) -> Any:
        return next_notice(ORIGIN, found, now, settings)

    tdmrep = (Kind.TDMREP, f"{ORIGIN}/.well-known/tdmrep.json")
    assert ask(Notices()) == (Kind.ROBOTS, f"{ORIGIN}/robots.txt")
    assert ask(Notices(robots=named)) == tdmrep
    assert ask(Notices(robots=named, tdmrep=known.tdmrep)) == (Kind.RSL, f"{ORIGIN}/license.xml")
    assert ask(known) is None
    assert ask(Notices(robots=named), settings=PermissionSettings(tdmrep=False, rsl=False)) is None
    assert ask(Notices(robots=notice(b"User-agent: *\nDisallow: /"))) is None
    hidden = notice(b"License: /l.xml\nUser-agent: *\nDisallow: /l.xml")
    assert ask(Notices(robots=hidden, tdmrep=known.tdmrep)) is None
    assert ask(known, DAY) == (Kind.ROBOTS, f"{ORIGIN}/robots.txt")
    assert ask(Notices(robots=notice(b"", 503)), HOUR - 1) is None
    assert ask(Notices(robots=notice(b"", 503)), HOUR) == (Kind.ROBOTS, f"{ORIGIN}/robots.txt")
    again = Notices(robots=notice(b"", at=40 * DAY), tdmrep=known.tdmrep)
    assert ask(again, 40 * DAY) == tdmrep
    fresh = Notices(robots=notice(b"", at=29 * DAY), tdmrep=known.tdmrep)
    assert ask(fresh, 29 * DAY) is None


def test_crawl_delay() -> None:
    """The delay of our group counts, in whatever number it is written."""
    assert crawl_delay(None) is None
    assert crawl_delay(notice(b"User-agent: *\nDisallow:")) is None
    assert crawl_delay(notice(b"User-agent: *\nCrawl-delay: 12")) == 12
    assert crawl_delay(notice(b"User-agent: *\nCrawl-delay: 0.5")) == 0.5
    assert crawl_delay(notice(b"User-agent: Bingbot\nCrawl-delay: 12")) is None
    assert crawl_delay(notice(b"User-agent: *\nCrawl-delay: soon")) is None
    assert crawl_delay(notice(b"User-agent: *\nCrawl-delay: 12", 404)) is None


def signals() -> st.SearchStrategy[Signal]:
    """Signals of every kind."""
    return st.builds(
        Signal,
        name=st.sampled_from(["robots.txt", "X-Robots-Tag", "license (a)"]),
        use=st.sampled_from(Use),
        allows=st.sampled_from([True, False, None]),
        value=st.text(max_size=5),
        url=st.just(URL),
        at=st.just(NOON),
        reason=st.sampled_from([Reason.PERMISSION_NOAI, Reason.PERMISSION_NOINDEX]),
    )


@given(st.lists(signals(), max_size=8), signals(), st.randoms())
def test_any_no_wins(found: list[Signal], more: Signal, shuffle: Any) -> None:
    """Order changes nothing, and no further signal makes a refusal go away."""
    before = resolve(found, STRICT)
    mixed = list(found)
    shuffle.shuffle(mixed)

    assert resolve(mixed, STRICT) == before
    if before.is_refused:
        assert resolve([*found, more], STRICT).tier is Tier.REFUSED
    if not before.may_follow:
        assert not resolve([*found, more], STRICT).may_follow


MARKUP = st.text(
    alphabet=st.sampled_from(list("<>/='\" abmetarobscnxi-l\x00\ud800&;")), max_size=200
)


@given(st.one_of(st.binary(max_size=300), MARKUP.map(lambda t: t.encode("utf-8", "surrogatepass"))))
def test_broken_pages_say_nothing_wrong(body: bytes) -> None:
    """Whatever a page holds, it is read without an error."""
    assert isinstance(of_page(capture(b"<html>" + body)), tuple)


@given(st.binary(max_size=400))
def test_broken_notices_are_read(body: bytes) -> None:
    """Whatever a site answers, it is read without an error."""
    found = Notices(
        robots=notice(b"License: /l\n" + body),
        tdmrep=notice(body, name="tdmrep.json"),
        rsl=notice(body, name="l"),
    )

    assert permission(URL, found, STRICT).tier in set(Tier)
