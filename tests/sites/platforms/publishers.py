"""Places that are made for writing: Ghost, Substack and Medium."""

import json
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

from tests.sites.feeds import sitemapindex, urlset
from tests.sites.platforms.blog import Built, Draft, alternate, json_ld, shares, slug
from tests.sites.platforms.notes import notes
from tests.sites.posts import Post
from tests.sites.site import JSON, Answer

#: Rows in an answer of Substack's archive, whatever more is asked for.
_ARCHIVE_SIZE = 12
_CLOSED_BY_GHOST = "Disallow: /ghost/\nDisallow: /email/\nDisallow: /r/"
_CLOSED_BY_SUBSTACK = "\n".join(
    f"Disallow: {path}"
    for path in ("/action/", "/publish", "/sign-in", "/subscribe", "/feed/private", "/embed")
)
_CLOSED_BY_MEDIUM = "\n".join(
    f"Disallow: {path}"
    for path in ("/m/", "/me/", "/media/", "/r/", "/search?q=", "/*/search", "/*?*source=", "/_/")
)


def ghost() -> Built:
    """75 posts; the feed holds 15 and has no second page."""
    host = "slowmornings.example"
    draft = Draft(
        host=host,
        platform="ghost",
        name="Slow Mornings",
        posts=notes(host, 75),
        path=lambda post: f"/{post.slug}/",
        marks='<meta name="generator" content="Ghost 5.82">' + alternate("/rss/", "Slow Mornings"),
        headers={"X-Powered-By": "Express"},
        menu={"/": "Home", "/tag/grief/": "Grief"},
        ending="/",
    )
    draft.site.ignores = frozenset({"ref", "utm_source", "utm_medium"})
    for post in draft.posts:
        path = draft.path(post)
        url = draft.url(path)
        meta = (
            f'<a href="/author/{slug(post.author)}/">{post.author}</a>'
            f'<time datetime="{post.published:%Y-%m-%d}">{post.published:%d %b %Y}</time>'
            f'<a href="/tag/{slug(post.labels[0])}/">{post.labels[0]}</a>{shares(url)}'
            '<a href="#/portal/signup">Subscribe</a>'
        )
        draft.article(post, meta, f'<link rel="amphtml" href="{path}amp/">{json_ld(post, url)}')
        draft.site.put(f"{path}amp/", draft.site.answer(path))
    _put_ghost_lists(draft)
    draft.robots(_CLOSED_BY_GHOST, "/sitemap.xml")
    return draft.built()


def _put_ghost_lists(draft: Draft) -> None:
    """Put the home page, tags and authors with their pages, the feed and the sitemaps."""
    draft.lists(draft.name, draft.posts, 12, lambda n: f"/page/{n}/" if n > 1 else "/")
    tags = draft.topics(lambda tag, n: f"/tag/{tag}/" + (f"page/{n}/" if n > 1 else ""), 12)
    authors = []
    for name in dict.fromkeys(post.author for post in draft.posts):
        posts = tuple(post for post in draft.posts if post.author == name)
        base = f"/author/{slug(name)}/"
        authors.append(base)
        draft.lists(name, posts, 12, _pages_below(base))
    pages = draft.practice()
    draft.feed("/rss/", 15)
    kinds = {"posts": draft.places(), "pages": draft.places("/", *pages)}
    kinds |= {"tags": draft.places(*tags), "authors": draft.places(*authors)}
    for kind, places in kinds.items():
        is_needed = kind in {"posts", "pages"}
        draft.source(f"/sitemap-{kind}.xml", urlset(places), needed=is_needed)
    named = draft.places(*(f"/sitemap-{kind}.xml" for kind in kinds))
    draft.source("/sitemap.xml", sitemapindex(named))


def _pages_below(base: str) -> Callable[[int], str]:
    return lambda page: base + (f"page/{page}/" if page > 1 else "")


def substack() -> Built:
    """50 posts, three of them for subscribers, all in a sitemap."""
    draft = _substack("slowsunday.substack.com", "Slow Sunday")
    draft.source("/sitemap.xml", urlset(draft.places("/about") + draft.places()))
    draft.robots(_CLOSED_BY_SUBSTACK, "/sitemap.xml")
    return draft.built()


def substack_without_sitemap() -> Built:
    """50 posts, three of them for subscribers; only the archive names them all."""
    draft = _substack("fieldnotes-on-repair.substack.com", "Field Notes on Repair")
    draft.robots(_CLOSED_BY_SUBSTACK)
    # The last full answer begins one row early; only an empty one after it is the end.
    offsets = (*range(0, len(draft.posts), _ARCHIVE_SIZE), len(draft.posts) + 1)
    asked = (f"/api/v1/archive?limit={_ARCHIVE_SIZE}&offset={n}&sort=new" for n in offsets)
    draft.sources |= {draft.url(path) for path in ("/sitemap.xml", *asked)}
    return draft.built()


def _substack(host: str, name: str) -> Draft:
    draft = Draft(
        host=host,
        platform="substack",
        name=name,
        posts=notes(host, 50),
        path=lambda post: f"/p/{post.slug}",
        marks='<link rel="stylesheet" href="https://substackcdn.com/bundle/main.css">'
        + alternate("/feed", name),
        headers={"X-Served-By": "Substack", "X-Powered-By": "Express"},
        menu={"/": "Home", "/archive": "Archive"},
    )
    draft.site.ignores = frozenset({"utm_source", "utm_medium", "open"})
    for post in draft.posts:
        _put_letter(draft, post)
    archive = "".join(map(draft.teaser, draft.posts[:_ARCHIVE_SIZE]))
    for path in ("/", "/archive", "/archive?sort=new"):
        draft.page(path, draft.name, archive)
        draft.listings.add(draft.url(path))
    draft.practice()
    draft.feed("/feed", 20)
    draft.site.functions = (_archive(draft),)
    return draft


def _put_letter(draft: Draft, post: Post) -> None:
    """Put a post, or the preview of one for subscribers, and the page of its comments."""
    path = draft.path(post)
    url = draft.url(path)
    meta = f"<div>{post.author}</div><div>{post.published:%b %d, %Y}</div>{shares(url)}"
    meta += draft.remarks(f"{path}/comments")
    if _is_paid(draft, post):
        draft.hidden.add(url)
        wall = f"<p>{post.excerpt}</p><h4>This post is for paid subscribers</h4>"
        draft.article(post, meta + wall, json_ld(post, url, "NewsArticle"), body=False)
    else:
        draft.article(post, meta, json_ld(post, url, "NewsArticle"))
    said = "".join(f"<p>{comment.name}: {comment.text}</p>" for comment in post.comments)
    draft.page(f"{path}/comments", f"Comments on {post.title}", said)


def _is_paid(draft: Draft, post: Post) -> bool:
    return draft.posts.index(post) in {7, 21, 33}


def _archive(draft: Draft) -> Callable[[str], Answer | None]:
    def answer(path: str) -> Answer | None:
        """Twelve rows at most; each answer but the first begins with the last row before it."""
        parts = urlsplit(path)
        if parts.path != "/api/v1/archive":
            return None
        query = parse_qs(parts.query)
        offset = int(query.get("offset", ["0"])[0])
        size = min(int(query.get("limit", [str(_ARCHIVE_SIZE)])[0]), _ARCHIVE_SIZE)
        start = max(offset - 1, 0) if offset < len(draft.posts) else len(draft.posts)
        rows = [
            {
                "id": 9000 - draft.posts.index(post),
                "title": post.title,
                "slug": post.slug,
                "post_date": post.published.isoformat(),
                "audience": "only_paid" if _is_paid(draft, post) else "everyone",
                "canonical_url": draft.url(draft.path(post)),
            }
            for post in draft.posts[start : start + size]
        ]
        return Answer(body=json.dumps(rows).encode(), content_type=JSON, headers=draft.headers)

    return answer


def medium() -> Built:
    """30 posts, of which the feed and the page name ten; a script would ask for the rest."""
    host = "innerweather.medium.com"
    posts = notes(host, 30)
    draft = Draft(
        host=host,
        platform="medium",
        name="Inner Weather",
        posts=posts,
        path=lambda post: f"/{post.slug}-{0x5EED00000000 + posts.index(post) * 7919:012x}",
        marks='<link rel="preconnect" href="https://cdn-client.medium.com">'
        + alternate("/feed", "Inner Weather"),
        headers={"X-Powered-By": "Medium"},
        menu={"/": "Home"},
    )
    draft.site.ignores = frozenset({"source", "utm_source", "utm_medium"})
    for index, post in enumerate(posts):
        url = draft.url(draft.path(post))
        asked = f'<a href="{url}?responsesOpen=true&amp;sortBy=REVERSE_CHRON">1 response</a>'
        draft.comments.add(f"{url}?responsesOpen=true&sortBy=REVERSE_CHRON")
        other = posts[(index + 1) % 10]
        more = f'<a href="{draft.path(other)}?source=author_recirc">{other.title}</a>'
        draft.article(post, asked + shares(url), json_ld(post, url, "NewsArticle") + more)
    draft.hidden |= {draft.url(draft.path(post)) for post in posts[10:]}
    rows = "".join(map(draft.teaser, posts[:10]))
    draft.page("/", draft.name, f'{rows}<a href="/followers">1.2K followers</a>')
    draft.listings.add(draft.url("/"))
    draft.practice()
    draft.feed("/feed", 10)
    draft.sources.add(draft.url("/sitemap.xml"))
    draft.robots(_CLOSED_BY_MEDIUM)
    return draft.built()
