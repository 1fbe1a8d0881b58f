"""What holds for any bytes, from whatever address they came."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.discovery import MAX_LINKS, discover
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.posts import POST_THRESHOLD
from pipelines.core.urls import MAX_URL_LENGTH, canonical

PIECES = [
    b"<html>", b"<head>", b"<nav>", b"</nav>", b"<rss><channel><item><link>", b"</link></item>",
    b"<urlset>", b"<url><loc>", b"</loc><lastmod>", b"</lastmod></url>", b"<sitemapindex><sitemap>",
    b"<feed xmlns='http://www.w3.org/2005/Atom'>", b"<entry><link href='", b"'/></entry>",
    b"<a href='", b"' rel='next'>", b"</a>", b"<base href='", b"<link rel='alternate' href='",
    b"' type='application/rss+xml'>", b"Sitemap: ", b"\n", b"\0", b"\xff\xfe", b"\x1f\x8b\x08",
    b"<![CDATA[", b"<!DOCTYPE x [<!ENTITY e 'y'>]>", b"&e;", b"&#0;", b"<?xml version='1.0'?>",
    b"https://blog.example/", b"http://[::1", b"//x", b"/blog/a-b", b"/page/2/", b"?paged=2",
    b"https://blog.example:99999/", b"https://\xff.example/", b"%zz", b"x" * MAX_URL_LENGTH,
    b"/2020/07/", b"2020-13-45", b"9999-12-31T23:59:59-12:00",
    b'[{"link":"', b'{"posts":[{"URL":"', b'"}]', b"[" * 2000, b"1e999", b"null",
    b"<meta http-equiv=refresh content='0;url=",
]  # fmt: skip
BODIES = st.one_of(st.binary(max_size=400), st.lists(st.sampled_from(PIECES)).map(b"".join))
URLS = st.sampled_from(
    [
        "https://blog.example/",
        "http://www.blog.example/blog/page/2/",
        "https://blog.example/a.xml",
        "https://blog.example/api?offset=0&page=1&per_page=1",
    ]
)


@settings(max_examples=600, deadline=None)
@given(
    body=BODIES,
    kind=st.sampled_from(Kind),
    via=st.sampled_from(Via),
    url=URLS,
    media=st.sampled_from(["", "text/html", "application/xml; charset=utf-7", "x/\x00; charset=;"]),
)
def test_any_bytes(body: bytes, kind: Kind, via: Via, url: str, media: str) -> None:
    """Nothing raises; URLs are canonical, of a bearable length and told once."""
    capture = Capture(
        url=url,
        kind=kind,
        via=via,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("content-type", media),),
        body=body,
        digest="",
    )

    found = discover(capture)

    assert len(found) <= MAX_LINKS
    assert len({link.url for link in found}) == len(found)
    for link in found:
        assert canonical(link.url) == link.url
        assert len(link.url) <= MAX_URL_LENGTH
        assert 0 < link.score <= 1
        assert link.kind is not Kind.POST or link.score >= POST_THRESHOLD
        assert link.modified_hint is None or link.modified_hint.tzinfo is UTC
    assert discover(capture) == found


def test_a_body_that_is_the_name_of_a_file_opens_none(tmp_path: Path) -> None:
    """The feed parser would open a file, or fetch a URL, that it is given as a text."""
    file = tmp_path / "feed"
    file.write_text("<rss><channel><item><link>/why-we-sleep</link></item></channel></rss>")
    capture = Capture(
        url="https://blog.example/feed/",
        kind=Kind.FEED,
        via=Via.LISTING,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(),
        body=str(file).encode(),
        digest="",
    )

    assert discover(capture) == ()
    assert len(discover(replace(capture, body=file.read_bytes()))) == 1
