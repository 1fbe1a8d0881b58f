"""How platforms are told, and how their feeds and APIs are read to the end."""

import json
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.discovery import discover
from crawler.discovery.found import is_fallback
from crawler.discovery.platforms import pace_key, recognise
from pipelines.core.model import Capture, Kind, Link, Via

SITE = "https://blog.example"
API = f"{SITE}/wp-json/wp/v2/posts?page=1&per_page=100"
ARCHIVE = f"{SITE}/api/v1/archive?limit=12&offset=0&sort=new"


def _capture(
    body: object, url: str = f"{SITE}/", kind: Kind = Kind.HOME, **headers: str
) -> Capture:
    return Capture(
        url=url,
        kind=kind,
        via=Via.SEED,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=tuple((name.replace("_", "-"), value) for name, value in headers.items()),
        body=(body if isinstance(body, str) else json.dumps(body)).encode(),
        digest="",
    )


def _posts(links: tuple[Link, ...]) -> list[str]:
    return [link.url for link in links if link.kind is Kind.POST]


def _next(links: tuple[Link, ...]) -> dict[str, list[str]] | None:
    """The query of the next page that is asked for, if one is."""
    pages = [link.url for link in links if link.kind is Kind.FEED]
    return parse_qs(urlsplit(pages[0]).query) if pages else None


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ("<meta content='blogger' name='generator'/>", "blogger"),
        ('<meta name="generator" content="WordPress 6.7.1">', "wordpress"),
        ('<META NAME=generator CONTENT="WordPress.com">', "wordpress.com"),
        ('<link rel="https://api.w.org/" href="/wp-json/">', "wordpress"),
        ('<meta name="generator" content="Wix.com Website Builder">', "wix"),
        ('<script src="https://static1.squarespace.com/a.js"></script>', "squarespace"),
        ('<link href="//cdn2.editmysite.com/css/sites.css">', "weebly"),
        ('<meta name="generator" content="Ghost 5.82">', "ghost"),
        ('<script src="https://substackcdn.com/b.js"></script>', "substack"),
        ('<meta name="generator" content="Go Daddy Website Builder 8.0">', "godaddy"),
        ('<html data-wf-domain="blog.example">', "webflow"),
        ('<meta name=generator content=Ghost><img src="//static.wixstatic.com/a">', "ghost"),
        ('<meta name="description" content="WordPress for therapists">', None),
    ],
)  # fmt: skip
def test_a_platform_is_told_by_its_markup(head: str, name: str | None) -> None:
    """What a page says of itself counts before where its images lie."""
    platform = recognise(_capture(f"<html><head>{head}</head><body>Hello</body></html>"))

    assert (platform.name if platform else None) == name


def test_a_platform_is_told_by_headers_and_hosts() -> None:
    assert (recognised := recognise(_capture("", Server="Squarespace")))
    assert recognised.name == "squarespace"
    assert (recognised := recognise(_capture("", X_Wix_Request_Id="17")))
    assert recognised.name == "wix"
    assert (recognised := recognise(_capture("", url="https://anna.substack.com/")))
    assert recognised.name == "substack"
    assert recognise(_capture("", url="https://notsubstack.com/")) is None


@pytest.mark.parametrize(
    ("host", "key"),
    [
        ("anna.substack.com", "substack.com"),
        ("anna.blogspot.co.uk", "blogspot.com"),
        ("public-api.wordpress.com", "wordpress.com"),
        ("medium.com", "medium.com"),
        ("www.Blog.example:8080", "blog.example"),
        ("anna.blog.example", "anna.blog.example"),
        ("notsubstack.com", "notsubstack.com"),
        ("[::1]:80", "[::1]:80"),
    ],
)
def test_hosts_of_one_platform_share_a_pace(host: str, key: str) -> None:
    assert pace_key(host) == key


def test_what_a_platform_may_offer_is_asked_for_last() -> None:
    """Sitemaps, then the feed, then the API below the root that the page names."""
    head = '<link rel="https://api.w.org/" href="/blog/wp-json/">'

    found = [link for link in discover(_capture(f"<html>{head}</html>")) if is_fallback(link.score)]

    assert [urlsplit(link.url).path for link in found] == [
        "/sitemap.xml",
        "/blog/wp-sitemap.xml",
        "/blog/sitemap_index.xml",
        "/blog/feed/",
        "/blog/wp-json/wp/v2/posts",
        "/blog/",
    ]
    assert len({link.score for link in found}) == len(found)


def test_the_api_of_wordpress_com_is_on_its_own_host() -> None:
    """Its posts belong to the blog that its address names."""
    home = discover(_capture("<html></html>", url="https://anna.wordpress.com/"))
    (api,) = [link.url for link in home if "public-api" in link.url]
    assert "/sites/anna.wordpress.com/posts/" in api
    rows = [{"URL": "https://anna.wordpress.com/2020/07/01/grief/"}, {"URL": f"{SITE}/why-not/"}]

    found = discover(_capture({"posts": rows}, api, Kind.FEED))

    assert [link.url for link in found] == [rows[0]["URL"]]
    handle = {"posts": rows, "meta": {"next_page": "value=1&id=2"}}
    assert (_next(discover(_capture(handle, api, Kind.FEED))) or {})["page_handle"] == [
        "value=1&id=2"
    ]


def test_the_api_of_wordpress_is_read_to_its_last_page() -> None:
    """While pages are full or the header says so; its posts count as named by all sources."""
    rows = [
        {"link": f"{SITE}/grief-{n}/", "modified_gmt": "2020-07-01T08:00:00"} for n in range(100)
    ]

    full = discover(_capture(rows, API, Kind.FEED))

    assert len(_posts(full)) == 100
    assert {link.via for link in full[:100]} == {Via.ENUMERATION}
    assert full[0].modified_hint == datetime(2020, 7, 1, 8, tzinfo=UTC)
    assert (_next(full) or {})["page"] == ["2"]
    assert _next(discover(_capture(rows[:99], API, Kind.FEED))) is None
    assert _next(discover(_capture(rows, API, Kind.FEED, X_WP_TotalPages="1"))) is None
    assert _next(discover(_capture([], API, Kind.FEED))) is None


def test_the_archive_of_substack_is_read_by_what_came() -> None:
    """Its pages may be short; posts for subscribers are not asked for."""
    rows = [
        {"canonical_url": f"{SITE}/p/on-{n}", "audience": "only_paid" if n == 1 else "everyone"}
        for n in range(7)
    ]

    found = discover(_capture(rows, ARCHIVE, Kind.FEED))

    assert len(_posts(found)) == 6
    assert f"{SITE}/p/on-1" not in _posts(found)
    assert (_next(found) or {})["offset"] == ["7"]
    assert _next(discover(_capture([], ARCHIVE, Kind.FEED))) is None


@pytest.mark.parametrize(
    "row",
    [
        {"link": f"{SITE}/a-b/", "content": {"protected": True}},
        {"link": f"{SITE}/a-b/", "status": "private"},
        {"link": 7},
        {"link": "javascript:x()"},
        {"link": "https://other.example/why-not/"},
        {},
        None,
    ],
)
def test_rows_that_are_no_open_posts(row: object) -> None:
    assert discover(_capture([row], API, Kind.FEED)) == ()


@pytest.mark.parametrize("body", ["[" * 100_000, "{", '{"posts":7}', '{"code":"x"}', "[1,null]"])
def test_broken_answers_of_an_api_lead_nowhere(body: str) -> None:
    assert discover(_capture(body, API, Kind.FEED)) == ()


def test_an_api_that_ignores_the_page_is_left_at_last() -> None:
    rows = [{"link": f"{SITE}/grief-{n}/"} for n in range(100)]
    url = API.replace("page=1&", "page=500&")

    assert _next(discover(_capture(rows, url, Kind.FEED))) is None


def _feed(url: str, own: str = "", count: int = 1) -> tuple[Link, ...]:
    items = "".join(f"<item><link>{SITE}/on-grief-{n}/</link></item>" for n in range(count))
    body = (
        '<rss xmlns:atom="http://www.w3.org/2005/Atom"><channel>'
        f'<atom:link href="{own or url}" rel="self"/><link>{SITE}</link>'
        f"<generator>https://wordpress.org/?v=6.7</generator>{items}</channel></rss>"
    )
    return discover(_capture(body, url, Kind.FEED))


def test_the_feed_of_wordpress_is_paged_while_it_has_entries() -> None:
    """Its second page is a fallback; what follows belongs to it, and names all posts."""
    first, second = _feed(f"{SITE}/feed/"), _feed(f"{SITE}/feed/?paged=2")

    assert first[0].via is Via.FEED
    assert (first[-1].url, is_fallback(first[-1].score)) == (f"{SITE}/feed/?paged=2", True)
    assert second[0].via is Via.ENUMERATION
    assert (second[-1].url, is_fallback(second[-1].score)) == (f"{SITE}/feed/?paged=3", False)
    assert _feed(f"{SITE}/feed/?paged=9", count=0) == ()


def test_a_copy_that_ignores_the_page_of_a_feed_is_left() -> None:
    """It says that it is another page than was asked for, so it does not name all posts."""
    (post,) = _feed(f"{SITE}/feed/?paged=2", own=f"{SITE}/feed/")

    assert post.via is Via.FEED
    assert _next(_feed(f"{SITE}/feed/?paged=40")) == {"paged": ["41"]}


def test_a_feed_that_names_its_pages_names_all_posts() -> None:
    body = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next" href="?start-index=26"/>'
        '<entry><link href="/2020/07/grief.html"/></entry></feed>'
    )

    post, page = discover(_capture(body, f"{SITE}/feeds/posts/default", Kind.FEED))

    assert (post.via, page.score) == (Via.ENUMERATION, 1.0)


def test_a_json_feed_is_a_feed() -> None:
    told = {"items": [{"url": "/on-grief/"}], "next_url": f"{SITE}/feed.json?page=2"}

    post, page = discover(_capture(told, f"{SITE}/feed.json", Kind.FEED))

    assert (post.url, post.via) == (f"{SITE}/on-grief/", Via.FEED)
    assert (page.url, page.via) == (told["next_url"], Via.PAGING)
