"""What is never followed, and what tells that a site says the same again and again."""

from datetime import UTC, datetime

import pytest

from crawler.discovery import discover
from crawler.discovery.texts import pattern_of, says_the_same, text_key, words_of
from crawler.discovery.traps import is_endless, is_of_readers
from pipelines.core.model import Capture, Kind, Via

SITE = "https://blog.example"
WORDS = "We walk beside the river and speak of sleep"


def _key_of(capture: Capture) -> int | None:
    return text_key(words_of(capture), capture.url)


def _capture(body: str, path: str = "/a", media: str = "text/html") -> Capture:
    return Capture(
        url=SITE + path,
        kind=Kind.LISTING,
        via=Via.SEED,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", media),),
        body=body.encode(),
        digest="",
    )


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/a/b/a/b/a/b/why-we-sleep", True),
        ("/blog/blog/blog/why-we-sleep", True),
        ("/x" + "/y/z" * 11, True),
        ("/2031/05/why-we-sleep/", True),
        ("/1912/05/", True),
        ("/calendar/2026/07/", True),
        ("/events/2026-07-15/", True),
        ("/?month=2031-07", True),
        ("/blog?date=20310701", True),
        ("/?" + "&".join(f"f{n}=1" for n in range(11)), True),
        ("/a/b/a/b/why-we-sleep", False),
        ("/blog/blog/why-we-sleep", False),
        ("/2026/07/why-we-sleep/", False),
        ("/2027/01/why-we-sleep/", False),
        ("/events/2026/07/why-we-sleep/", False),
        ("/article/191203", False),
        ("/1984/", False),
        ("/calendar/", False),
    ],
)
def test_endless_urls_are_known_by_their_shape(path: str, *, expected: bool) -> None:
    """Repeated or deep paths, dates of no post, calendars, many filters; no real addresses."""
    assert is_endless(SITE + path, 2026) is expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/comments/feed/", True),
        ("/feeds/9/comments/default", True),
        ("/?feed=comments-rss2", True),
        ("/p/on-grief/comments", True),
        ("/p/on-grief/comment/12345", True),
        ("/on-grief/trackback/", True),
        ("/no-comments-please/", False),
        ("/?feed=rss2", False),
    ],
)
def test_what_readers_wrote_is_not_asked_for(url: str, *, expected: bool) -> None:
    """Pages and feeds of comments, whatever platform; not posts that speak of comments."""
    assert is_of_readers(SITE + url) is expected
    page = f'<html><h2><a href="{url}">More posts</a></h2></html>'
    assert not expected or discover(_capture(page)) == ()


def test_endless_links_are_not_followed() -> None:
    links = ["/a/b/a/b/a/b/why-we-sleep", "/2031/05/why-we-sleep/", "/2020/05/why-we-sleep/"]
    page = "".join(f'<h2><a href="{link}">x</a></h2>' for link in links)

    assert [link.url for link in discover(_capture(page))] == [SITE + links[2]]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/calendar/2031/07/", f"<nav>Menu of it all</nav><p>{WORDS}</p><p>Friday 4 July 2031</p>"),
        ("/s/9f8a7b6c", f"<script>var a = 1</script><p>{WORDS}</p><i>9f8a7b6c</i> 1,204"),
        ("/gratitude", f"<p>{WORDS}</p><footer>Ours</footer><b>gratitude</b> 3 hours ago"),
        ("/?q=gratitude", f"<p>{WORDS} gratitude</p>"),
    ],
)
def test_pages_that_say_the_same_have_one_key(path: str, body: str) -> None:
    """Apart from dates, numbers, identifiers, menus and the echo of the address."""
    assert _key_of(_capture(f"<html>{body}</html>", path)) == _key_of(_capture(f"<p>{WORDS}</p>"))


def test_pages_that_say_something_else_have_another_key() -> None:
    one, other = (_key_of(_capture(f"<p>{WORDS} {word}</p>")) for word in ("softly", "loudly"))

    assert one is not None
    assert 0 <= one < 2**63
    assert one != other


@pytest.mark.parametrize(
    ("body", "media"),
    [("<p>Four words are few</p>", "text/html"), (WORDS, ""), (f"<a>{WORDS}</a>", "text/xml")],
)
def test_what_is_no_page_or_has_no_words_has_no_key(body: str, media: str) -> None:
    assert _key_of(_capture(body, media=media)) is None


def test_hostile_pages_have_a_key_or_none() -> None:
    """Depth and length are bounded, and NULs are no end."""
    assert _key_of(_capture("<div>" * 50_000 + WORDS)) is None
    assert _key_of(_capture(f"<p>\0{WORDS}</p>")) == _key_of(_capture(f"<p>{WORDS}</p>"))
    long = f"<p>{WORDS}</p>" + " " * 1024 * 1024
    assert _key_of(_capture(f"{long}<p>softly now</p>")) == _key_of(_capture(long))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/calendar/2031/07/", "/calendar/1999/12/"),
        ("/blog?page=7", "/blog?page=8"),
        ("/news/page/7/", "/news/page/81/"),
        ("/s/8f3a9c0d1e2f/about", "/s/0c11d2e3f4a5/contact"),
        ("/shop?x=1&y=2", "/shop?y=7&x=0"),
        ("/shop?a=1&b=2&c=3", "/shop?d=1&e=2&f=3&g=4"),
        ("/trap/qkzjx", "/trap/wvbnm"),
        ("/a/b/a/b/a/b", "/a/b/a/b/a/b/a/b/"),
    ],
)
def test_pages_of_one_template_are_one_family(one: str, other: str) -> None:
    assert pattern_of(SITE + one) == pattern_of(SITE + other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("/blog/why-we-sleep", "/trap/why-we-sleep"),
        ("/blog?page=2", "/news?page=2"),
        ("/blog/why-we-sleep", "/blog?page=2"),
        ("/why-we-sleep", "/calendar/2031/07/"),
    ],
)
def test_pages_of_other_templates_are_other_families(one: str, other: str) -> None:
    assert pattern_of(SITE + one) != pattern_of(SITE + other)


def test_missing_pages_say_the_same() -> None:
    """What a site says of a missing page is recognised under any address, echoed or not."""
    said = f"<p>{WORDS} in our other posts</p><b>{{}}</b>"
    probe = words_of(_capture(said.format("/therapycorpusbot-12ab"), "/therapycorpusbot-12ab"))
    assert probe is not None
    for path in ("/posts/a-quiet-week", "/posts/7", "/sleep"):
        page = words_of(_capture(said.format(path), path))
        assert says_the_same(page, probe, f"https://blog.example{path}")
    other = words_of(_capture(f"<p>{WORDS} but not quite</p>"))
    assert not says_the_same(other, probe, "https://blog.example/a")
    assert not says_the_same((), (), "https://blog.example/a")
