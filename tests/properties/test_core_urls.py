"""One page has one name, whatever spelling of its URL comes in."""

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from pipelines.core.urls import (
    MAX_URL_LENGTH,
    canonical,
    document_id,
    joined,
    origin_of,
    site_hash,
    site_of,
)

HOSTS = st.sampled_from(
    [
        "blog.example",
        "BLOG.Example",
        "www.blog.example",
        "blog.example.",
        "bücher.example",
        "ΑΣ.example",
        "xn--bcher-kva.example",
        "anna.blogspot.co.uk",
        "127.0.0.1",
        "[::1]",
        "[::0:1]",
        "[2001:DB8::ff]",
    ]
)
USERS = st.sampled_from(["", "", "anna@", "anna:secret@", "a%40b:@"])
PORTS = st.sampled_from(["", "", ":", ":80", ":443", ":8080", ":0080"])
PIECES = st.sampled_from(
    [
        *["a", "B", "ü", "é", "%C3%BC", "%c3%bc", "%2f", "%2F", "%7e", "~", "%zz", "%", "%25"],
        *[" ", "+", "/", "//", ".", "..", "/./", "/../", ";", ";p=1", ":", "@", "\\", "\t", "|"],
        *["amp", "/amp", "/amp/", "/comment-page-2", "index.html", "&", "=", "?", "'", '"', "💡"],
        *[
            "utm_source=1",
            "%75tm_source=1",
            "m=1",
            "m=2",
            "amp=",
            "x=1",
            ";sid=7",
            "/a;jsessionid=1",
            "PHPSESSID=1",
            "b=2",
            "a=",
            "&&",
            "#",
            "[",
            "]",
        ],
    ]
)
TAILS = st.lists(PIECES, max_size=8).map("".join)


@st.composite
def urls(draw: st.DrawFn) -> str:
    """Text that is nearly always an http(s) URL."""
    scheme = draw(st.sampled_from(["http", "https", "HTTP", "Https"]))
    authority = draw(USERS) + draw(HOSTS) + draw(PORTS)
    tail = draw(TAILS)
    query = draw(st.sampled_from(["", "?"])) + draw(TAILS)
    fragment = draw(st.sampled_from(["", "#", "#top", "#/a?b=c"]))
    return f"{scheme}://{authority}/{tail}{query}{fragment}"


def name_of(text: str) -> str:
    """The canonical form; other text is no example."""
    try:
        return canonical(text)
    except ValueError:
        assume(condition=False)
        raise


@settings(deadline=None)
@given(urls())
@example("http://blog.example/?%75tm_source=1")
@example("http://other.example\\@blog.example/")
def test_canonical_twice_is_canonical_once(url: str) -> None:
    """The canonical form of a canonical form is itself."""
    once = name_of(url)

    assert canonical(once) == once


@settings(deadline=None)
@given(st.text(max_size=40).map(lambda text: f"http://{text}") | st.text(max_size=60))
def test_any_text_is_a_url_or_a_value_error(text: str) -> None:
    """No text makes it fail in another way, and what is accepted stays the same."""
    try:
        once = canonical(text)
    except ValueError:
        return

    assert canonical(once) == once


@settings(deadline=None)
@given(urls())
def test_a_canonical_url_is_plain(url: str) -> None:
    """It is ASCII, without user name, fragment, default port, space or backslash."""
    once = name_of(url)
    authority = once.split("/")[2]

    assert once.isascii()
    assert once.isprintable()
    assert not set(once) & set(" #\\")
    assert "@" not in authority
    assert "secret" not in authority
    assert not authority.endswith(":80" if once.startswith("http://") else ":443")
    assert authority == authority.lower()


@settings(deadline=None)
@given(urls())
def test_an_identity_does_not_depend_on_the_spelling(url: str) -> None:
    """A URL, its canonical form and both schemes at usual ports are one document."""
    once = name_of(url)
    other = once.replace("http://", "https://", 1)

    assert document_id(url) == document_id(once)
    assert len(document_id(url)) == 32
    if ":" not in once.split("/")[2]:
        assert document_id(other) == document_id(once)


@settings(deadline=None)
@example("http://blog.example/", ";;sid=7")
@example("http://blog.example/", ".;sid=7/a;jsessionid=1")
@given(urls(), TAILS)
def test_links_are_canonical_or_lead_nowhere(base: str, href: str) -> None:
    """Whatever an href holds, the result is a canonical URL that may be asked for, or None."""
    link = joined(name_of(base), href)

    if link is not None:
        assert canonical(link) == link
        assert len(link) <= MAX_URL_LENGTH


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("HTTP://Blog.Example:80/a?b=2&a=1#top", "http://blog.example/a?a=1&b=2"),
        ("http://anna:secret@blog.example/", "http://blog.example/"),
        ("https://blog.example:443", "https://blog.example/"),
        ("https://blog.example:8443/", "https://blog.example:8443/"),
        ("http://blog.example./a", "http://blog.example/a"),
        ("http://bücher.example/ü", "http://xn--bcher-kva.example/%C3%BC"),
        ("http://[::0:1]:80/", "http://[::1]/"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://blog.example/a;p=1", "http://blog.example/a;p=1"),
        ("http://blog.example/a?", "http://blog.example/a"),
        ("http://blog.example/a/%7eb/%2f", "http://blog.example/a/~b/%2F"),
        ("http://blog.example/a/../b/./c", "http://blog.example/b/c"),
        ("http://blog.example/a/amp/", "http://blog.example/a/"),
        ("http://blog.example/?utm_source=x&fbclid=y", "http://blog.example/"),
        ("http://blog.example/?%75tm_source=x", "http://blog.example/"),
        ("http://blog.example/?m=202007", "http://blog.example/?m=202007"),
        ("http://blog.example/a?amp=1&print=print&share=x&nb=1", "http://blog.example/a"),
        ("http://blog.example/?p=7&utm_any=1&replytocom=3", "http://blog.example/?p=7"),
        ("http://blog.example/a?commentPage=2&showComment=9", "http://blog.example/a"),
        ("http://blog.example/a/comment-page-3/#comment-7", "http://blog.example/a/"),
        ("http://blog.example/a?format=json-pretty", "http://blog.example/a"),
        ("http://blog.example/a?format=rss", "http://blog.example/a?format=rss"),
        ("http://blog.example/a?ref=home&spref=fb", "http://blog.example/a"),
        ("http://blog.example/a?ref=12", "http://blog.example/a?ref=12"),
        ("http://blog.example/a;jsessionid=0A1B?x=1", "http://blog.example/a?x=1"),
        ("http://blog.example/a?PHPSESSID=9f&x=1", "http://blog.example/a?x=1"),
        ("http://blog.example/a?sid=0123456789abcdef", "http://blog.example/a"),
        ("http://blog.example/a?sid=12", "http://blog.example/a?sid=12"),
        ("http://blog.example/a?source=rss-1a---2", "http://blog.example/a"),
        ("http://anna.blogspot.co.uk/a?m=1", "http://anna.blogspot.com/a"),
        ("http://anna.blogspot.de:8080/", "http://anna.blogspot.com:8080/"),
    ],
)
def test_spellings(url: str, expected: str) -> None:
    """The rules of canonical form, one by one."""
    assert canonical(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        *["", "a", "/a", "//blog.example/", "mailto:anna@blog.example", "javascript:void(0)"],
        *["http:///a", "http://./a", "http:a", "http://[::1", "http://blog.example:99999/"],
        *["http://a b/", "http://a..b/", "http://a%2Eb/", "ftp://blog.example/a", "data:,a"],
    ],
)
def test_what_is_no_address_is_a_value_error(url: str) -> None:
    """Only absolute http(s) URLs with a host that can exist have a canonical form."""
    with pytest.raises(ValueError, match=r".+"):
        canonical(url)


def test_links_that_are_too_long_lead_nowhere() -> None:
    """The limit of a URL holds for links."""
    assert joined("http://blog.example/", "a" * MAX_URL_LENGTH) is None


def test_sites_and_origins() -> None:
    """A site has no "www." and keeps an unusual port; an origin keeps all of it."""
    assert site_of("https://www.blog.example/a") == "blog.example"
    assert site_of("http://blog.example:8080/a") == "blog.example:8080"
    assert origin_of("http://www.blog.example:8080/a") == "http://www.blog.example:8080"
    assert site_hash("blog.example") != site_hash("blog.example:8080")
