"""Site builders that draw most of their pages by script: Squarespace, Wix, Weebly, Webflow."""

from tests.sites.feeds import sitemapindex, urlset
from tests.sites.platforms.blog import Built, Draft, alternate, json_ld, shares
from tests.sites.platforms.notes import notes
from tests.sites.posts import Post
from tests.sites.site import JSON

_HIDDEN_BY_SQUARESPACE = "\n".join(
    f"Disallow: {path}"
    for path in (
        *("/config", "/search", "/account$", "/account/", "/api/", "/static/"),
        *("/*?author=*", "/*&author=*", "/*?tag=*", "/*&tag=*", "/*?month=*", "/*&month=*"),
        *("/*?view=*", "/*?format=json", "/*?format=json-pretty", "/*?format=page-context"),
        *("/*?format=main-content", "/*?format=ical", "/*?reversePaginate=*"),
    )
)


def squarespace() -> Built:
    """65 posts, 20 to a page that is told by the time of its first; JSON is forbidden."""
    host = "stillpoint-counseling.example"
    draft = Draft(
        host=host,
        platform="squarespace",
        name="Stillpoint Counseling",
        posts=notes(host, 65),
        path=lambda post: f"/journal/{post.slug}",
        marks="<!-- This is Squarespace. --><script>Static.SQUARESPACE_CONTEXT = {};</script>",
        headers={"Server": "Squarespace"},
        menu={"/": "Home", "/journal": "Journal"},
    )
    ignored = {"commentPage", "author", "tag", "month", "view", "utm_source", "utm_medium"}
    draft.site.ignores = frozenset(ignored)
    for post in draft.posts:
        path = draft.path(post)
        url = draft.url(path)
        tag, topic = post.labels[1], post.labels[0].lower()
        meta = (
            f'<a href="/journal?author=5f3{len(post.author):x}">{post.author}</a>'
            f'<time datetime="{post.published:%Y-%m-%d}">{post.published:%b %d, %Y}</time>'
            f'<a href="/journal/category/{topic}">{topic}</a><a href="/journal/tag/{tag}">{tag}</a>'
            f"{_neighbours(draft, post)}{shares(url)}{draft.remarks(f'{path}?commentPage=2')}"
        )
        draft.article(post, meta, json_ld(post, url, "Article"))
        draft.put(f"{path}?format=json", '{"item": {}}', JSON)
    first = {size: draft.posts[size].published for size in (20, 40, 60)}
    offsets = ["/journal", *(f"/journal?offset={int(t.timestamp())}000" for t in first.values())]
    draft.lists("Journal", draft.posts, 20, lambda page: offsets[page - 1], more="Older")
    topics = draft.topics(lambda label, page: _offset(f"/journal/category/{label}", page), 20)
    draft.page("/", "Home", "".join(map(draft.teaser, draft.posts[:3])))
    pages = draft.practice()
    draft.feed("/journal?format=rss", 20)
    everything = draft.places("/", *pages, "/journal", *topics) + draft.places()
    draft.source("/sitemap.xml", urlset(everything))
    draft.robots(_HIDDEN_BY_SQUARESPACE, "/sitemap.xml")
    return draft.built()


def _offset(path: str, page: int) -> str:
    return path if page == 1 else f"{path}?offset={1_700_000_000_000 - page}"


def _neighbours(draft: Draft, post: Post) -> str:
    """Links to the posts before and after, as pagers below posts have them."""
    place = draft.posts.index(post)
    around = draft.posts[place + 1 : place + 2], draft.posts[max(place - 1, 0) : place]
    links = zip(("prev", "next"), around, strict=True)
    return "".join(
        f'<a rel="{rel}" href="{draft.path(other[0])}">{rel.title()}</a>'
        for rel, other in links
        if other
    )


def wix() -> Built:
    """60 posts, of which some are named by two sitemaps; the feed holds 20."""
    host = "rivermindtherapy.example"
    draft = Draft(
        host=host,
        platform="wix",
        name="Rivermind Therapy",
        posts=notes(host, 60),
        path=lambda post: f"/post/{post.slug}",
        marks='<meta name="generator" content="Wix.com Website Builder">'
        '<link rel="preconnect" href="https://static.parastorage.com">'
        + alternate("/blog-feed.xml", "Rivermind Therapy - RSS"),
        headers={"X-Wix-Request-Id": "1760250000.11200034567", "Server": "Pepyaka"},
        menu={"/": "Home", "/blog": "Blog"},
    )
    draft.site.ignores = frozenset({"lightbox", "utm_source", "utm_medium"})
    for post in draft.posts:
        url = draft.url(draft.path(post))
        tags = f'<a href="/blog/hashtags/{post.labels[1]}">#{post.labels[1]}</a>'
        again = f'<a href="{url}?lightbox=dataItem-k1">Open picture</a>'
        draft.article(post, tags + again + shares(url), json_ld(post, url))
    draft.lists("Blog", draft.posts, 10, lambda n: "/blog" + (f"/page/{n}" if n > 1 else ""))
    topics = draft.topics(
        lambda label, n: f"/blog/categories/{label}" + (f"/page/{n}" if n > 1 else ""), 10
    )
    draft.page("/", "Home", "<h1>Welcome</h1>" + "".join(map(draft.teaser, draft.posts[:3])))
    pages = draft.practice()
    draft.feed("/blog-feed.xml", 20)
    twice = draft.places(*(draft.path(post) for post in draft.posts[:5]))
    kinds = {"blog-categories": draft.places(*topics), "blog-posts": draft.places()}
    kinds["pages"] = [*draft.places("/", *pages, "/blog"), *twice]
    for kind, places in kinds.items():
        is_needed = kind != "blog-categories"
        draft.source(f"/{kind}-sitemap.xml", urlset(places), needed=is_needed)
    named = sorted(f"/{kind}-sitemap.xml" for kind in kinds)
    draft.source("/sitemap.xml", sitemapindex(draft.places(*named)))
    draft.robots("Allow: /\nDisallow: *?lightbox=\nDisallow: /_api/", "/sitemap.xml")
    return draft.built()


def weebly() -> Built:
    """45 posts, ten to a page; American dates, no structured data, categories in the sitemap."""
    host = "lanternfamilytherapy.example"
    draft = Draft(
        host=host,
        platform="weebly",
        name="Lantern Family Therapy",
        posts=notes(host, 45),
        path=lambda post: f"/blog/{post.slug}",
        marks='<link rel="stylesheet" href="//cdn2.editmysite.com/css/sites.css">'
        + alternate("/blog/feed", "Blog"),
        headers={"X-Host": "blu12.sf2p.intern.weebly.net"},
        menu={"/": "Home", "/blog": "Blog"},
        ending=".html",
    )
    draft.site.ignores = frozenset({"utm_source", "utm_medium"})
    for post in draft.posts:
        url, topic = draft.url(draft.path(post)), post.labels[0].lower()
        meta = (
            f'<p class="blog-date"><span class="date-text">{post.published:%m/%d/%Y}</span></p>'
            f'<p class="blog-comments"><a href="{url}#comments">{len(post.comments)} Comments</a>'
            f'</p><a href="/blog/category/{topic}" class="blog-link">{topic}</a>{shares(url)}'
        )
        draft.article(post, meta)
    draft.lists("Blog", draft.posts, 10, lambda n: "/blog" + (f"/previous/{n}" if n > 1 else ""))
    topics = draft.topics(lambda label, n: f"/blog/category/{label}" + f"/{n}" * (n > 1), 10)
    for month in dict.fromkeys(f"{post.published:%m-%Y}" for post in draft.posts):
        posts = tuple(post for post in draft.posts if f"{post.published:%m-%Y}" == month)
        draft.lists(month, posts, 10, f"/blog/archives/{month}{{}}".format)
    draft.page("/", "Home", "<h1>Welcome</h1><p>Sessions for families in three rooms.</p>")
    pages = draft.practice()
    draft.feed("/blog/feed", 10)
    draft.source("/sitemap.xml", urlset(draft.places("/", *pages, *topics) + draft.places()))
    draft.robots("Disallow: /ajax/\nDisallow: /apps/", "/sitemap.xml")
    return draft.built()


def webflow() -> Built:
    """110 posts in a collection whose list shows 100; the sitemap gives no useful dates."""
    host = "northlightpsychology.example"
    draft = Draft(
        host=host,
        platform="webflow",
        name="Northlight Psychology",
        posts=notes(host, 110),
        path=lambda post: f"/blog-posts/{post.slug}",
        marks='<meta name="generator" content="Webflow"><script data-wf-domain="'
        f'{host}" data-wf-site="64ab"></script>',
        headers={"X-Wf-Region": "us-east-1"},
        menu={"/": "Home", "/blog": "Blog"},
    )
    draft.site.ignores = frozenset({"utm_source", "utm_medium"})
    for post in draft.posts:
        url, topic = draft.url(draft.path(post)), post.labels[0].lower()
        date = f"<div>{post.published:%B %d, %Y}</div>"
        draft.article(post, f'{date}<a href="/category/{topic}">{topic}</a>{shares(url)}')
    draft.lists("Blog", draft.posts, 100, lambda n: "/blog" + (f"?3f2a_page={n}" * (n > 1)))
    topics = draft.topics(lambda label, n: f"/category/{label}" + f"?9b1c_page={n}" * (n > 1), 100)
    draft.page("/", "Home", "<h1>Welcome</h1>" + "".join(map(draft.teaser, draft.posts[:2])))
    pages = draft.practice()
    draft.feed("/blog/rss.xml", 100)
    everything = ("/", *pages, "/blog", *topics, *map(draft.path, draft.posts))
    draft.source("/sitemap.xml", urlset(draft.places(*everything)))
    draft.robots("", "/sitemap.xml")
    return draft.built()
