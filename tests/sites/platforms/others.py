"""GoDaddy, whose posts are drawn by a script, and sites of no platform at all."""

import json

from tests.sites.feeds import sitemapindex, urlset
from tests.sites.generated import generated
from tests.sites.platforms.blog import Built, Draft, PlatformTruth
from tests.sites.platforms.notes import notes
from tests.sites.posts import Post


def godaddy() -> Built:
    """42 posts; the text of each is in a script, as blocks of Draft.js."""
    host = "openwindowcounselling.example"
    draft = Draft(
        host=host,
        platform="godaddy",
        name="Open Window Counselling",
        posts=notes(host, 42),
        path=lambda post: f"/blog/f/{post.slug}",
        marks='<meta name="generator" content="Starfield Technologies; Go Daddy Website Builder">'
        '<link rel="icon" href="//img1.wsimg.com/isteam/ip/5a/logo.png">',
        headers={"Server": "DPS/2.0.0"},
        menu={"/": "Home", "/blog": "Blog"},
    )
    for post in draft.posts:
        script = f"<script>window._BLOG_DATA={json.dumps(_blog_data(post))};</script>"
        draft.article(post, f'<div data-aid="RSS_FEED"></div>{script}', body=False)
    draft.page("/", "Home", "<h1>Welcome</h1><p>Come in and sit by the window.</p>")
    draft.page("/blog", "Blog", '<div data-aid="RSS_FEED_LIST"></div>')
    draft.listings.add(draft.url("/blog"))
    pages = draft.practice()
    draft.source("/sitemap.website.xml", urlset(draft.places("/", *pages, "/blog")))
    draft.source("/sitemap.blog.xml", urlset(draft.places()))
    named = draft.places("/sitemap.website.xml", "/sitemap.blog.xml")
    draft.source("/sitemap.xml", sitemapindex(named))
    draft.robots("Disallow: /m/account", "/sitemap.xml")
    return draft.built()


def _blog_data(post: Post) -> dict[str, object]:
    """What the script of a post's page draws it from."""
    blocks = [
        {"key": f"b{n}", "text": text, "type": "unstyled", "depth": 0, "inlineStyleRanges": []}
        for n, text in enumerate(post.blocks)
    ]
    content = json.dumps({"blocks": blocks, "entityMap": {}})
    told = {"title": post.title, "slug": post.slug, "date": post.published.isoformat()}
    return {"post": {**told, "fullContent": content}}


def handmade() -> Built:
    """44 posts, ten to a page of a list; no feed, no sitemap, no robots.txt."""
    host = "oakroomnotes.example"
    draft = Draft(
        host=host,
        platform="",
        name="Oak Room Notes",
        posts=notes(host, 44),
        path=lambda post: f"/journal/{post.slug}.html",
        menu={"/": "Home", "/journal/": "Journal"},
        ending=".html",
    )
    draft.site.ignores = frozenset({"print"})
    for post in draft.posts:
        date = f"<p>{post.author}, {post.published:%d %B %Y}</p>"
        again = f'<a href="{draft.path(post)}?print=1">Print</a>'
        draft.article(post, date + again)
    paths = draft.lists(
        "Journal", draft.posts, 10, lambda n: f"/journal/page-{n}.html" if n > 1 else "/journal/"
    )
    draft.page("/", "Home", "<h1>Welcome</h1><p>Notes from a room with an oak table.</p>")
    draft.practice()
    draft.sources |= set(map(draft.url, paths))
    tried = ("/sitemap.xml", "/sitemap_index.xml", "/feed.xml", "/feed/")
    draft.sources |= set(map(draft.url, tried))
    return draft.built()


def unnamed() -> Built:
    """A site of a little known program: 90 posts, ten in the feed, all in pages of a list."""
    host = "kitchentable-therapy.example"
    site = generated(host, posts=90, sitemap=False)
    lists = [f"http://{host}/page/{n}/" for n in range(2, 10)]
    tried = {f"http://{host}/{path}" for path in ("sitemap.xml", "sitemap_index.xml")}
    truth = PlatformTruth(
        host=host,
        platform="",
        posts=frozenset(site.urls()),
        listings=frozenset({f"http://{host}/", *lists}),
        sources=frozenset({f"http://{host}/feed.xml", *lists, *tried}),
        comments=frozenset(),
    )
    return Built(sites={host: site}, truth=truth)
