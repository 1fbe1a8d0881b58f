"""What HTML pages lead to."""

from datetime import UTC, datetime

import pytest

from crawler.discovery import discover
from crawler.discovery.found import is_fallback
from pipelines.core.model import Capture, Kind, Link, Via

SITE = "https://blog.example"


def _page(
    body: str, kind: Kind = Kind.HOME, path: str = "/", robots: str = "", encoding: str = "utf-8"
) -> tuple[Link, ...]:
    return discover(
        Capture(
            url=SITE + path,
            kind=kind,
            via=Via.SEED,
            fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
            status=200,
            headers=(("Content-Type", f"text/html; charset={encoding}"), ("X-Robots-Tag", robots)),
            body=body.encode(encoding),
            digest="",
        )
    )


def _of(found: tuple[Link, ...], kind: Kind) -> list[str]:
    return [link.url.removeprefix(SITE) for link in found if link.kind is kind]


HOME = """<html><head><title>On sleep</title>
<link rel="alternate" type="application/rss+xml" title="Posts" href="/feed/">
<link rel="alternate" type="application/rss+xml" title="Comments Feed" href="/comments/feed/">
<link rel="alternate" type="application/json+oembed" href="/wp-json/oembed"></head>
<body class="has-sidebar"><header class="site-header"><nav><ul class="menu">
<li><a href="/">Home</a></li><li><a href="/blog/">Blog</a></li><li><a href="/about/">About</a></li>
<li><a href="/sleep-therapy/">Therapy</a></li></ul></nav></header>
<main><article class="post"><header class="entry-header"><h2>
<a href="/why-we-sleep/?utm_source=home">Why we sleep</a></h2></header>
<a href="/why-we-sleep/#comments">3 comments</a>
<footer class="entry-footer"><a href="/category/sleep/">Sleep</a>
<a href="/author/anna/">Anna</a></footer>
</article><article><h2><a href="/gratitude/">Gratitude</a></h2></article>
<a href="/anxiety/">Anxiety</a><a href="mailto:a@b.example">Mail</a><a href="javascript:x()">x</a>
<a href="https://other.example/why-we-dream/">Elsewhere</a><a href="/guide.pdf">Guide</a>
<a rel="nofollow" href="/a-paid-link/">Ad</a>
<div class="nav-links"><a class="next page-numbers" href="/page/2/">Older posts</a></div></main>
<aside><a href="/2020/07/">July</a><a href="/2020/">2020</a><a href="/2020/07/15/">15</a>
<a href="/2031/01/">next</a><a href="/tag/rest/">rest</a><a href="/?s=x">Search</a></aside>
</body></html>"""


def test_a_home_page() -> None:
    """Its main feed, guesses, its listings by usefulness, the posts of its content.

    Archives are left out where further pages lead to the same posts.
    """
    found = _page(HOME)

    assert _of(found, Kind.FEED) == ["/feed/"]
    assert _of(found, Kind.LISTING) == ["/page/2/", "/blog/"]
    assert _of(found, Kind.SITEMAP) == ["/sitemap.xml", "/sitemap_index.xml"]
    assert _of(found, Kind.POST) == ["/why-we-sleep/", "/gratitude/"]
    assert len(found) == 7
    scores = [link.score for link in found if link.kind is not Kind.POST]
    assert scores == sorted(scores, reverse=True)
    assert found[0].score == 1.0
    assert {link.found_on for link in found} == {f"{SITE}/"}


def test_a_listing_names_no_feeds_and_takes_single_words() -> None:
    """Feeds of categories are not wanted; a blog's list of posts is a witness."""
    found = _page(HOME, Kind.LISTING, "/page/3/")

    assert _of(found, Kind.FEED) == []
    assert _of(found, Kind.POST) == ["/why-we-sleep/", "/gratitude/", "/anxiety/"]
    assert "/page/2/" in _of(found, Kind.LISTING)


def test_a_post_leads_to_its_neighbours_only() -> None:
    body = """<html><head><link rel="prev" href="/on-grief/"></head><body>
    <p>See <a href="/why-we-dream/">this</a> and <a href="/blog/">the blog</a>.</p>
    <nav class="post-navigation"><div class="nav-next">
    <a href="/gratitude/">Gratitude</a></div></nav>
    <a href="/slowing-down/">Previous post</a> <a href="/contact/" rel="next">Next</a></body>"""

    for kind in (Kind.POST, Kind.PAGE):
        found = _page(body, kind, "/why-we-sleep/")
        assert _of(found, Kind.POST) == ["/on-grief/", "/gratitude/", "/slowing-down/"]
        assert {link.via for link in found} == {Via.PAGING}


@pytest.mark.parametrize(
    ("href", "text"),
    [
        ("/page/2", "2"),
        ("/blog/page/2/", "Older Entries"),
        ("/?paged=2", "Next"),
        ("/blog?page=2", ""),
        ("/blog/2", "→"),
        ("/search?updated-max=2020-07-01T00:00:00Z&max-results=7", "Older Posts"),
        ("/seite/2/", "Ältere Beiträge"),
    ],
)
def test_further_pages_of_a_listing(href: str, text: str) -> None:
    (link,) = _page(f'<html><div><a href="{href}">{text}</a></div></html>', Kind.LISTING, "/blog/")

    assert (link.kind, link.via, link.score) == (Kind.LISTING, Via.PAGING, 0.3)


def test_categories_are_the_last_resort() -> None:
    """Only of a home page that names nothing else; tags and authors never."""
    menu = '<nav><a href="/category/sleep/">Sleep</a><a href="/tag/x/">x</a></nav>'
    (category,) = [link for link in _page(menu) if link.kind is Kind.LISTING]

    assert (category.url, category.score) == (f"{SITE}/category/sleep/", 0.09)
    assert _of(_page(menu + '<a href="/blog/">Blog</a>'), Kind.LISTING) == ["/blog/"]
    assert _of(_page(menu, Kind.LISTING, "/x/"), Kind.LISTING) == []


def test_a_category_is_read_to_its_end() -> None:
    """From a category that was followed, its further pages are, and no other category's."""
    body = (
        '<a rel="next" href="/category/sleep/page/2/">Next</a><a href="/category/grief/">Grief</a>'
    )

    assert _of(_page(body, Kind.LISTING, "/category/sleep/"), Kind.LISTING) == [
        "/category/sleep/page/2/"
    ]


def test_archives_where_no_further_pages_are() -> None:
    """Months that posts can have; also where further pages lie in what Blogger forbids."""
    months = "".join(
        f'<a href="{path}">x</a>'
        for path in ["/2020/07/", "/2031/07/", "/calendar/2020/07/", "/2020/07/15/", "/2020/"]
    )
    older = '<a href="/search?updated-max=2020-07-01">Older Posts</a>'

    assert _of(_page(months), Kind.LISTING) == ["/2020/07/"]
    assert _of(_page(older + months), Kind.LISTING)[1:] == ["/2020/07/"]


def test_on_a_shared_host_only_the_pages_of_the_author_are_followed() -> None:
    body = '<h2><a href="/@anna/why-we-sleep">a</a></h2><h2><a href="/@ben/why-we-wake">b</a></h2>'

    assert _of(_page(body, path="/@anna"), Kind.POST) == ["/@anna/why-we-sleep"]


def test_an_index_by_its_name_in_the_menu() -> None:
    """What a menu calls the blog is a listing, whatever its URL; a teaser's link is not."""
    body = """<nav><a href="/on-the-couch/">Our Blog</a></nav>
    <main><a href="/why-we-sleep/">Read article</a></main>"""
    found = _page(body)

    assert _of(found, Kind.LISTING) == ["/on-the-couch/"]
    assert _of(found, Kind.POST) == ["/why-we-sleep/"]


def test_one_feed_a_place() -> None:
    """RSS and Atom of one feed are one; on another host it is followed; three at most."""
    hrefs = ["/feed/", "/feed/atom/", "https://feeds.example/anna", "/a.xml", "/b.xml", "/c.xml"]
    head = "".join(
        f'<link rel="alternate" type="application/rss+xml" href="{href}">' for href in hrefs
    )

    assert _of(_page(f"<html><head>{head}</head></html>"), Kind.FEED) == [
        "/feed/",
        "https://feeds.example/anna",
        "/a.xml",
    ]


@pytest.mark.parametrize(
    ("head", "feeds"),
    [
        ('<meta name="generator" content="WordPress 6.7">', ["/feed/"]),
        ('<meta name="generator" content="Hugo 0.140.1">', ["/index.xml"]),
        ('<meta name="generator" content="Jekyll v4.3">', ["/feed.xml"]),
        ('<meta name="generator" content="Ghost 5.8">', ["/rss/"]),
        ('<meta content="blogger" name="generator">', ["/feeds/posts/default"]),
        ('<link href="https://static1.squarespace.com/x.css">', ["/blog?format=rss"]),
        ("", ["/feed.xml", "/feed/"]),
    ],
)
def test_a_feed_that_is_not_named_is_guessed_by_the_platform(head: str, feeds: list[str]) -> None:
    body = f'<html><head>{head}</head><nav><a href="/blog">Blog</a></nav></html>'

    guessed = [link for link in _page(body) if link.kind is Kind.FEED]

    assert [link.url.removeprefix(SITE) for link in guessed if link.score > 0.35] == feeds
    assert all(is_fallback(link.score) for link in guessed)


def test_nofollow_is_kept() -> None:
    """For the page by its meta element or its header, and for single links (tested above)."""
    meta = HOME.replace("<title>", '<meta name="ROBOTS" content="noindex, nofollow"><title>')

    assert _page(meta) == ()
    assert _page(HOME, robots="nofollow") == ()
    assert _page(HOME, robots="noindex") != ()


def test_base_charset_and_control_characters() -> None:
    """Links are resolved against <base>; a NUL or another encoding does not hide them."""
    body = '<html><base href="/blog/"><a href="über-das-trauern">a\0b</a></html>'

    for encoding in ("utf-8", "iso-8859-1"):
        (link,) = _page(body, Kind.LISTING, encoding=encoding)
        assert link.url == f"{SITE}/blog/%C3%BCber-das-trauern"


def test_a_home_page_that_only_sends_on() -> None:
    body = '<html><meta http-equiv="refresh" content="0; url=/welcome-all/"></html>'

    assert "/welcome-all/" in _of(_page(body), Kind.LISTING)


def test_a_trap_of_links_is_cut() -> None:
    body = "".join(f'<a href="/blog/trap-{n}">x</a>' for n in range(30_000))

    assert len(_page(f"<html>{body}</html>")) == 1_000
