"""What robots.txt, sitemaps and feeds lead to."""

import gzip
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from crawler.discovery import discover, guesses, sitemaps
from crawler.discovery.feeds import is_comment_feed
from pipelines.core.model import Capture, Kind, Link, Via

SITE = "https://blog.example"
URLSET = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{}</urlset>'


def _capture(path: str, kind: Kind, body: str | bytes, via: Via = Via.ROBOTS) -> Capture:
    return Capture(
        url=SITE + path,
        kind=kind,
        via=via,
        fetched_at=datetime(2026, 11, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", "application/xml"),),
        body=body.encode() if isinstance(body, str) else body,
        digest="",
    )


def _sitemap(body: str | bytes, path: str = "/sitemap.xml", via: Via = Via.ROBOTS) -> list[Link]:
    return list(discover(_capture(path, Kind.SITEMAP, body, via)))


def _feed(body: str | bytes, path: str = "/feed/") -> list[Link]:
    return list(discover(_capture(path, Kind.FEED, body, Via.LISTING)))


def _urls(links: list[Link]) -> list[str]:
    return [link.url.removeprefix(SITE) for link in links]


def test_robots_names_sitemaps_even_on_another_host() -> None:
    """In any case of the word, with comments; those of terms and users are not fetched."""
    robots = _capture(
        "/robots.txt",
        Kind.ROBOTS,
        "\ufeffUser-agent: *\nDisallow: /wp-admin/\nsitemap: https://cdn.example/s.xml # all\n"
        "SITEMAP:/post-sitemap.xml\nSitemap: https://blog.example/author-sitemap.xml\nSitemap:\n",
    )

    found = discover(robots)

    assert [(link.url, link.kind, link.via) for link in found[:2]] == [
        ("https://cdn.example/s.xml", Kind.SITEMAP, Via.ROBOTS),
        (f"{SITE}/post-sitemap.xml", Kind.SITEMAP, Via.ROBOTS),
    ]
    assert not any("author" in link.url for link in found)
    assert guesses(SITE, robots) == ()


def test_one_sitemap_is_guessed_where_robots_names_none() -> None:
    """Also where there is no robots.txt at all."""
    silent = _capture("/robots.txt", Kind.ROBOTS, "User-agent: *\nAllow: /\n")

    for link in (*guesses(SITE, silent), *guesses(SITE, None)):
        assert (link.url, link.kind, link.score) == (f"{SITE}/sitemap.xml", Kind.SITEMAP, 1.0)
    assert len(guesses(SITE, silent)) == len(guesses(SITE, None)) == 1


def test_a_sitemap_index_names_sitemaps_by_what_they_list() -> None:
    names = ["wp-sitemap-posts-post-1", "page-sitemap", "sitemap-3", "wp-sitemap-taxonomies-tag-1"]
    entries = "".join(f"<sitemap><loc>{SITE}/{name}.xml</loc></sitemap>" for name in names)

    found = _sitemap(f"<sitemapindex>{entries}</sitemapindex>")

    assert [(link.url.rpartition("/")[2], link.via) for link in found] == [
        ("wp-sitemap-posts-post-1.xml", Via.POST_SITEMAP),
        ("page-sitemap.xml", Via.PAGE_SITEMAP),
        ("sitemap-3.xml", Via.SITEMAP),
    ]
    assert {link.kind for link in found} == {Kind.SITEMAP}


@pytest.mark.parametrize(
    ("name", "via"),
    [
        ("post-sitemap.xml", Via.POST_SITEMAP),
        ("post-sitemap2.xml", Via.POST_SITEMAP),
        ("sitemap-posts.xml", Via.POST_SITEMAP),
        ("blog-posts-sitemap.xml", Via.POST_SITEMAP),
        ("sitemap.blog.xml", Via.POST_SITEMAP),
        ("sitemap_blogs_1.xml", Via.POST_SITEMAP),
        ("sitemap-pt-post-2020-07.xml", Via.POST_SITEMAP),
        ("?sitemap=post", Via.POST_SITEMAP),
        ("wp-sitemap-posts-page-1.xml", Via.PAGE_SITEMAP),
        ("wp-sitemap-posts-product-1.xml", Via.PAGE_SITEMAP),
        ("sitemap.website.xml", Via.PAGE_SITEMAP),
        ("pages-sitemap.xml", Via.PAGE_SITEMAP),
        ("sitemap.xml?page=2", Via.SITEMAP),
        ("sitemap_index.xml.gz", Via.SITEMAP),
        ("post_tag-sitemap.xml", None),
        ("blog-categories-sitemap.xml", None),
        ("wp-sitemap-users-1.xml", None),
        ("sitemap-authors.xml", None),
        ("image-sitemap.xml", None),
    ],
)
def test_what_a_sitemap_lists_is_told_by_its_name(name: str, via: Via | None) -> None:
    assert sitemaps.via_of(f"{SITE}/{name}") is via


def test_a_sitemap_of_posts_is_trusted_and_one_of_pages_is_not() -> None:
    """Listings and home pages are left out of both, other sites and files as well."""
    paths = ["/", "/blog/", "/gratitude/", "/why-i-vote/", "/2020/07/grief/", "/a-b-c.pdf"]
    body = URLSET.format("".join(f"<url><loc>{SITE}{path}</loc></url>" for path in paths))
    body = body.replace("</urlset>", "<url><loc>https://other.example/why-we/</loc></url></urlset>")

    assert _urls(_sitemap(body, "/post-sitemap.xml")) == [
        "/gratitude/",
        "/why-i-vote/",
        "/2020/07/grief/",
    ]
    assert _urls(_sitemap(body)) == ["/why-i-vote/", "/2020/07/grief/"]
    assert _urls(_sitemap(body, "/page-sitemap.xml")) == ["/2020/07/grief/"]
    assert _urls(_sitemap(body, "/1.xml", Via.POST_SITEMAP))[0] == "/gratitude/"


@pytest.mark.parametrize(
    ("lastmod", "moment"),
    [
        ("2020-07-01T10:00:00+02:00", datetime(2020, 7, 1, 8, tzinfo=UTC)),
        (" 2020-07-01T10:00:00.123Z\n", datetime(2020, 7, 1, 10, 0, 0, 123000, UTC)),
        ("2020-07-01", datetime(2020, 7, 1, tzinfo=UTC)),
        ("2020-07", datetime(2020, 7, 1, tzinfo=UTC)),
        ("2020", datetime(2020, 1, 1, tzinfo=UTC)),
        ("yesterday", None),
        ("0001-01-01T00:00:00+10:00", None),
        ("", None),
    ],
)
def test_dates_of_a_sitemap(lastmod: str, moment: datetime | None) -> None:
    """W3C datetimes in UTC; what is none is no hint, and costs no link."""
    entry = f"<url><loc>{SITE}/why-i-vote</loc><lastmod>{lastmod}</lastmod></url>"

    assert [link.modified_hint for link in _sitemap(URLSET.format(entry))] == [moment]


def test_sitemaps_as_they_are_in_the_wild() -> None:
    """Packed, with a BOM, in UTF-16, as text, cut short, with images, without a namespace."""
    entry = (
        f"<url><image:image><image:loc>{SITE}/a-b.jpg</image:loc></image:image>"
        f"<loc> {SITE}/why-i-vote/ </loc></url>"
    )
    plain = f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset>{entry}</urlset>'
    bodies = [
        plain.encode(),
        b"\xef\xbb\xbf" + plain.encode(),
        b"\n \n" + plain.encode(),
        gzip.compress(plain.encode()),
        gzip.compress(plain.encode())[:-9],
        plain.replace("UTF-8", "UTF-16").encode("utf-16"),
        plain.removesuffix("</urlset>").encode(),
        plain.replace("</urlset>", f"<url><loc>{SITE}/b & c</loc>").encode(),
        f"\ufeff{SITE}/why-i-vote/\r\nnot a url\r\n".encode(),
    ]

    for body in bodies:
        assert "/why-i-vote/" in _urls(_sitemap(body)), body[:80]


def test_a_sitemap_is_read_to_the_limit_of_the_protocol() -> None:
    """50,000 links of a sitemap; entries beyond are not read."""
    entries = "".join(f"<url><loc>{SITE}/blog/post-{n}</loc></url>" for n in range(50_010))

    assert len(_sitemap(URLSET.format(entries))) == 50_000


def test_a_bomb_is_cut_and_entities_stay_closed() -> None:
    """Unpacking ends at 50 MiB, and a document type cannot make us read a file."""
    assert len(sitemaps.unpacked(gzip.compress(bytes(sitemaps.MAX_BYTES + 1)))) == 50 * 1024 * 1024
    evil = (
        '<!DOCTYPE u [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
        f"<urlset><url><loc>{SITE}/why-&e;-vote</loc></url></urlset>"
    )
    assert _urls(_sitemap(evil)) in ([], ["/why-"], ["/why--vote"])


def test_html_where_a_sitemap_should_be_leads_nowhere() -> None:
    assert _sitemap(f'<html><a href="{SITE}/blog/why-i-vote">x</a></html>') == []


RSS = """<?xml version="1.0"?><rss version="2.0" xmlns:feedburner="x"><channel>
<link>https://blog.example/</link>
<item><link>/why-i-vote/?utm_source=rss</link>
<pubDate>Wed, 01 Jul 2020 10:00:00 +0200</pubDate></item>
<item><guid isPermaLink="true">https://www.blog.example/gratitude</guid></item>
<item><link>https://blog.example/talk.mp3</link></item>
<item><link>https://blog.example/category/sleep/</link></item>
<item><link>https://other.example/why-we-sleep/</link></item>
</channel></rss>"""


def test_entries_of_rss() -> None:
    """Relative links, ids as links; no files, listings or other sites."""
    found = _feed(RSS)

    assert [link.url for link in found] == [
        f"{SITE}/why-i-vote/",
        "https://www.blog.example/gratitude",
    ]
    assert {(link.kind, link.via, link.score) for link in found} == {(Kind.POST, Via.FEED, 0.95)}
    assert found[0].modified_hint == datetime(2020, 7, 1, 8, tzinfo=UTC)
    assert found[1].modified_hint is None


def test_entries_and_pages_of_atom() -> None:
    """The update counts before the publication, the next page after the entries."""
    body = """<feed xmlns="http://www.w3.org/2005/Atom">
    <link rel="self" href="/feed.xml"/><link rel="next" href="/feed.xml?page=2"/>
    <entry><link rel="replies" href="/feeds/9/comments/default"/>
    <link rel="alternate" href="2020/07/grief.html"/>
    <published>2020-07-01T00:00:00Z</published><updated>2020-08-01T00:00:00Z</updated></entry>
    </feed>"""

    post, page = _feed(body, "/feed.xml")

    assert (post.url, post.modified_hint) == (
        f"{SITE}/2020/07/grief.html",
        datetime(2020, 8, 1, tzinfo=UTC),
    )
    assert (page.url, page.kind, page.via) == (f"{SITE}/feed.xml?page=2", Kind.FEED, Via.PAGING)


def test_blogger_pages_its_feed_on_the_blog() -> None:
    """Its next link names another host, where robots.txt is not the blog's."""
    body = """<feed xmlns="http://www.w3.org/2005/Atom"><link rel="next"
    href="https://www.blogger.com/feeds/42/posts/default?start-index=26&amp;max-results=25"/></feed>"""

    assert _urls(_feed(body, "/feeds/posts/default")) == [
        "/feeds/posts/default?max-results=25&start-index=26"
    ]


def test_a_delivered_feed_belongs_to_the_site_that_it_names() -> None:
    """A feed on a service's host leads to the blog's posts, by their own address."""
    body = """<rss xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"><channel>
    <link>https://anna.example</link><item><link>https://blog.example/~r/1</link>
    <feedburner:origLink>https://anna.example/grief/</feedburner:origLink></item></channel></rss>"""

    assert [link.url for link in _feed(body, "/anna")] == ["https://anna.example/grief/"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/feed/", False),
        ("/blog/feed/", False),
        ("/feeds/posts/default", False),
        ("/rss.xml", False),
        ("/blog?format=rss", False),
        ("/comments/feed/", True),
        ("/?feed=comments-rss2", True),
        ("/feeds/comments/default", True),
        ("/feeds/42/comments/default", True),
        ("/why-i-vote/feed/", True),
        ("/2020/07/grief/feed/", True),
    ],
)
def test_feeds_of_comments_are_known_and_not_read(path: str, *, expected: bool) -> None:
    assert is_comment_feed(SITE + path) is expected
    if expected:
        assert _feed(RSS, path) == []


def test_the_body_decides_how_it_is_read() -> None:
    """A blog may be listed by its feed, and a sitemap may be a feed."""
    for kind in (Kind.HOME, Kind.LISTING, Kind.PAGE, Kind.SITEMAP, Kind.FEED):
        found = discover(_capture("/x", kind, RSS))
        assert [link.via for link in found] == [Via.FEED, Via.FEED], kind
    page = URLSET.format(f"<url><loc>{SITE}/why-i-vote</loc></url>")
    assert [link.via for link in discover(_capture("/x", Kind.LISTING, page))] == [Via.SITEMAP]


def test_errors_lead_nowhere() -> None:
    assert discover(replace(_capture("/feed/", Kind.FEED, RSS), status=404)) == ()
