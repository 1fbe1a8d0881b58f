"""WordPress on its own host in three states, and WordPress.com with its API elsewhere."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from urllib.parse import parse_qs, urlsplit

from tests.sites.feeds import rss, sitemapindex, urlset
from tests.sites.platforms.blog import Built, PlatformTruth, crowned, edited, shares
from tests.sites.platforms.notes import notes
from tests.sites.posts import Post
from tests.sites.site import HTML, JSON, RSS, TEXT, XML, Answer, Site
from tests.sites.wordpress import WordPress

PLUGIN = "harbour-lights.example"
BARE = "tidewater-counselling.example"
CLOSED = "fernhilltherapy.example"
HOSTED = "willowtherapy.wordpress.com"
API = "public-api.wordpress.com"
#: Rows of a page of the API at most.
_MOST_ROWS = 100
_USUAL_ROWS = 10
_FEED_SIZE = 10
_ADMIN = "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n"
_PAGES = {
    "about": ("About", "<p>We are two therapists who see adults, couples and teenagers.</p>"),
    "services": ("Services", "<ul><li>Individual sessions</li><li>Supervision</li></ul>"),
    "contact": ("Contact", "<p>Ring the practice on weekday mornings.</p>"),
}
_SITEMAPS = ("index", "post", "page", "category", "author")


def plugin() -> Built:
    """With the sitemaps of an SEO plugin, which robots.txt names: 130 posts."""
    blog = _blog(PLUGIN, 130)
    site = _site(blog)
    needed = ("/sitemap_index.xml", "/post-sitemap.xml", "/page-sitemap.xml", "/feed/")
    return _built("wordpress", blog, site, needed)


def bare() -> Built:
    """Without any sitemap: 130 posts by the API, or ten at a time by the feed."""
    blog = _blog(BARE, 130)
    site = _site(blog)
    _without_sitemaps(site)
    site.put("/robots.txt", Answer(body=_ADMIN.encode(), content_type=TEXT))
    tried = ("/sitemap.xml", "/wp-sitemap.xml", "/sitemap_index.xml")
    fields = "_fields=id%2Clink%2Cdate_gmt%2Cmodified_gmt"
    rows = (f"/wp-json/wp/v2/posts?{fields}&page={page}&per_page=100" for page in (1, 2))
    return _built("wordpress", blog, site, (*tried, "/feed/", *rows))


def closed() -> Built:
    """Robots.txt forbids API and feed and names no sitemap; WordPress' own is there: 120."""
    blog = _blog(CLOSED, 120)
    site = _site(blog)
    _without_sitemaps(site)
    rules = f"{_ADMIN}Disallow: /wp-json/\nDisallow: /feed/\nDisallow: /*?rest_route=\n"
    site.put("/robots.txt", Answer(body=rules.encode(), content_type=TEXT))
    _put_core_sitemaps(site, blog)
    needed = ("/sitemap.xml", "/wp-sitemap.xml", "/wp-sitemap-posts-post-1.xml")
    return _built("wordpress", blog, site, (*needed, "/wp-sitemap-posts-page-1.xml"))


def hosted() -> Built:
    """A blog of WordPress.com: one sitemap of posts and pages, days in the paths: 115 posts."""
    blog = _blog(HOSTED, 115, dated=True)
    site = _site(blog)
    _without_sitemaps(site)
    edited(site, _pages_of(site), lambda text: text.replace("WordPress 6.6.2", "WordPress.com"))
    home = (f"http://{HOSTED}/", blog.posts[0].modified)
    places = [home, *((blog.url(post), post.modified) for post in blog.posts)]
    site.put("/sitemap.xml", Answer(body=urlset(places), content_type=XML))
    site.put("/news-sitemap.xml", Answer(body=urlset(()), content_type=XML))
    named = "".join(
        f"Sitemap: http://{HOSTED}/{name}.xml\n" for name in ("sitemap", "news-sitemap")
    )
    rules = f"{_ADMIN}Disallow: /wp-login.php\nDisallow: /activate/\nDisallow: /public.api/\n\n"
    site.put("/robots.txt", Answer(body=(rules + named).encode(), content_type=TEXT))
    crowned(site, {"Host-Header": "WordPress.com", "X-ac": "3.ams _dfw BYPASS"})
    needed = ("/sitemap.xml", "/news-sitemap.xml", "/feed/")
    api = Site(functions=(_central(blog),))
    return _built("wordpress.com", blog, site, needed, {API: api})


def _blog(host: str, count: int, *, dated: bool = False) -> WordPress:
    name = f"{host.partition('.')[0].replace('-', ' ').title()} Notes"
    return WordPress(
        host=host, name=name, posts=notes(host, count), pages=_PAGES, page_size=10, dated=dated
    )


def _site(blog: WordPress) -> Site:
    """The blog with its API, the pages of its feed, comment pages and other variants."""
    site = blog.site()
    site.remove("/feed/")
    site.functions = (_rest(blog), _feed(blog))
    for post in blog.posts:
        path, url = blog.path(post), blog.url(post)
        edited(site, (path,), partial(_with_links, url))
        for variant in ("amp/", "comment-page-1/"):
            site.put(path + variant, site.answer(path))
    site.ignores |= {"share", "utm_source", "utm_medium"}
    crowned(site, {"Link": f'<http://{blog.host}/wp-json/>; rel="https://api.w.org/"'})
    return site


def _with_links(url: str, text: str) -> str:
    """A post's page with what themes and plugins link to: comments, shares, the AMP view."""
    links = f'<a href="{url}comment-page-1/#comments">Older Comments</a>'
    links += f'<a href="{url}?share=facebook" rel="nofollow">Facebook</a>{shares(url)}'
    head = f'<link rel="amphtml" href="{url}amp/"></head>'
    return text.replace('<div id="respond">', f'{links}<div id="respond">').replace("</head>", head)


def _pages_of(site: Site) -> list[str]:
    return [path for path in site.paths() if site.answer(path).content_type == HTML]


def _without_sitemaps(site: Site) -> None:
    for kind in _SITEMAPS:
        site.remove(f"/{kind}-sitemap.xml" if kind != "index" else "/sitemap_index.xml")
    site.remove("/sitemap.xml")


def _put_core_sitemaps(site: Site, blog: WordPress) -> None:
    """Put the sitemaps that WordPress makes itself."""
    newest, home = blog.posts[0].modified, f"http://{blog.host}/"
    topics = dict.fromkeys(post.labels[0].lower() for post in blog.posts)
    parts = {
        "posts-post-1": [(blog.url(post), post.modified) for post in blog.posts],
        "posts-page-1": [(f"{home}{slug}/", newest) for slug in _PAGES],
        "taxonomies-category-1": [(f"{home}category/{topic}/", newest) for topic in topics],
        "users-1": [(f"{home}author/mara-linden/", newest)],
    }
    for kind, places in parts.items():
        site.put(f"/wp-sitemap-{kind}.xml", Answer(body=urlset(places), content_type=XML))
    index = sitemapindex((f"{home}wp-sitemap-{kind}.xml", newest) for kind in parts)
    site.put("/wp-sitemap.xml", Answer(body=index, content_type=XML))
    site.redirect("/sitemap.xml", f"{home}wp-sitemap.xml")


def _feed(blog: WordPress) -> Callable[[str], Answer | None]:
    def answer(path: str) -> Answer | None:
        """Ten posts a page; none beyond the last."""
        parts = urlsplit(path)
        page = int(parse_qs(parts.query).get("paged", ["1"])[0])
        shown = blog.posts[(page - 1) * _FEED_SIZE : page * _FEED_SIZE]
        if parts.path != "/feed/" or not shown:
            return None
        items = [(blog.url(post), post) for post in shown]
        body = rss(blog.name, blog.host, items, self_path=path).replace(
            b"</link>", b"</link><generator>https://wordpress.org/?v=6.6.2</generator>", 1
        )
        return Answer(body=body, content_type=RSS, modified=max(post.modified for post in shown))

    return answer


def _rest(blog: WordPress) -> Callable[[str], Answer | None]:
    def answer(path: str) -> Answer | None:
        """The route of posts, below /wp-json/ or named in the query."""
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        route = (
            parts.path.removeprefix("/wp-json") if parts.path != "/" else query.get("rest_route")
        )
        return _rows(blog, query) if route == "/wp/v2/posts" else None

    return answer


def _rows(blog: WordPress, query: dict[str, str]) -> Answer:
    """A page of posts as JSON; 400 for more than 100 rows, and beyond the last page."""
    size, page = int(query.get("per_page", _USUAL_ROWS)), int(query.get("page", 1))
    pages = -(-len(blog.posts) // size) if size else 0
    if not 1 <= size <= _MOST_ROWS or page > pages:
        wrong = "rest_invalid_param" if size > _MOST_ROWS else "rest_post_invalid_page_number"
        told = {"code": wrong, "message": "Not a valid request.", "data": {"status": 400}}
        return Answer(status=400, body=json.dumps(told).encode(), content_type=JSON)
    shown = blog.posts[(page - 1) * size : page * size]
    rows = [
        {
            "id": 4000 - blog.posts.index(post),
            "link": blog.url(post),
            "date_gmt": _plain(post)[0],
            "modified_gmt": _plain(post)[1],
        }
        for post in shown
    ]
    counts = {"X-WP-Total": str(len(blog.posts)), "X-WP-TotalPages": str(pages)}
    return Answer(body=json.dumps(rows).encode(), content_type=JSON, headers=counts)


def _plain(post: Post) -> tuple[str, str]:
    form = "%Y-%m-%dT%H:%M:%S"
    return post.published.strftime(form), post.modified.strftime(form)


def _central(blog: WordPress) -> Callable[[str], Answer | None]:
    def answer(path: str) -> Answer | None:
        """The routes of posts on the platform's own host, of its first and second API."""
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        route = parts.path.rstrip("/")
        if route == f"/wp/v2/sites/{blog.host}/posts":
            return _rows(blog, query)
        if route != f"/rest/v1.1/sites/{blog.host}/posts":
            return None
        size, page = min(int(query.get("number", "20")), _MOST_ROWS), int(query.get("page", "1"))
        shown = blog.posts[(page - 1) * size : page * size]
        rows = [
            {"ID": n, "URL": blog.url(p), "modified": _plain(p)[1]} for n, p in enumerate(shown)
        ]
        told = {"found": len(blog.posts), "posts": rows}
        return Answer(body=json.dumps(told).encode(), content_type=JSON)

    return answer


def _remarks(blog: WordPress) -> Iterator[str]:
    yield f"http://{blog.host}/comments/feed/"
    for post in blog.posts:
        url = blog.url(post)
        yield from (f"{url}feed/", f"{url}comment-page-1/")
        yield from (f"{url}?replytocom={n}" for n in range(1, len(post.comments) + 1))


def _built(
    platform: str,
    blog: WordPress,
    site: Site,
    needed: tuple[str, ...],
    others: dict[str, Site] | None = None,
) -> Built:
    truth = PlatformTruth(
        host=blog.host,
        platform=platform,
        posts=frozenset(map(blog.url, blog.posts)),
        listings=frozenset(blog.listings()),
        sources=frozenset(f"http://{blog.host}{path}" for path in needed),
        comments=frozenset(_remarks(blog)),
    )
    return Built(sites={blog.host: site, **(others or {})}, truth=truth)
