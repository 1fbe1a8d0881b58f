"""Blogger: feeds and sitemaps that are cut at 150 posts, whatever is asked for."""

from collections.abc import Callable
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.sites.blogger import Blogger
from tests.sites.feeds import rss, sitemapindex, urlset
from tests.sites.platforms.blog import Built, PlatformTruth, edited, shares
from tests.sites.platforms.notes import notes
from tests.sites.site import RSS, XML, Answer, Site

HOST = "quiet-garden.blogspot.com"
#: Posts in one answer of a feed and in one sitemap.
_CAP = 150
_FEED = f"http://{HOST}/feeds/posts/default"


def blogger() -> Built:
    """A blog of 170 posts."""
    blog = Blogger(
        host=HOST,
        name="A Quiet Garden",
        about="Mara Linden sees couples and grows beans.",
        posts=notes(HOST, 170),
        page_size=7,
        feed_size=25,
    )
    site = blog.site()
    site.functions = (_capped(site, blog), *site.functions)
    sitemaps = _put_sitemaps(site, blog)
    remarks: set[str] = set()
    for post in blog.posts:
        url = blog.url(post)
        mine = [f"{url}?showComment=17{n}#c17{n}" for n, _ in enumerate(post.comments)]
        remarks |= {told.partition("#")[0] for told in mine}
        remarks.add(f"http://{HOST}/feeds/{post.slug}/comments/default")
        edited(site, (blog.path(post),), partial(_with_links, url, mine))
    return Built(
        sites={HOST: site},
        truth=PlatformTruth(
            host=HOST,
            platform="blogger",
            posts=frozenset(map(blog.url, blog.posts)),
            listings=frozenset(blog.listings()),
            sources=frozenset({*sitemaps, _FEED, f"{_FEED}?max-results=25&start-index=26"}),
            comments=frozenset({*remarks, f"http://{HOST}/feeds/comments/default"}),
        ),
    )


def _put_sitemaps(site: Site, blog: Blogger) -> list[str]:
    """Put an index of sitemaps of 150 posts, and one of pages; return their addresses."""
    newest = max(post.modified for post in blog.posts)
    addresses = [f"http://{HOST}/sitemap.xml"]
    for page, start in enumerate(range(0, len(blog.posts), _CAP), start=1):
        places = [(blog.url(post), post.modified) for post in blog.posts[start : start + _CAP]]
        addresses.append(f"{addresses[0]}?page={page}")
        site.put(f"/sitemap.xml?page={page}", Answer(body=urlset(places), content_type=XML))
    index = sitemapindex((url, newest) for url in addresses[1:])
    site.put("/sitemap.xml", Answer(body=index, content_type=XML, modified=newest))
    pages = urlset([(f"http://{HOST}/p/about.html", newest)])
    site.put("/sitemap-pages.xml", Answer(body=pages, content_type=XML))
    return addresses


def _capped(site: Site, blog: Blogger) -> Callable[[str], Answer | None]:
    def answer(path: str) -> Answer | None:
        """The feed with the numbers of posts that Blogger allows."""
        parts = urlsplit(path)
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        if parts.path == "/feeds/posts/default" and query.get("alt") == "rss":
            items = [(blog.url(post), post) for post in blog.posts[: blog.feed_size]]
            return Answer(body=rss(blog.name, HOST, items, self_path=path), content_type=RSS)
        if int(query.get("max-results", "0")) <= _CAP:
            return None
        cut = parts._replace(query=urlencode({**query, "max-results": str(_CAP)}))
        return site.answer(cut.geturl())

    return answer


def _with_links(url: str, comments: list[str], text: str) -> str:
    """A post's page with what its gadgets link to: comments, shares, the mobile view."""
    told = "".join(f"<a href='{link}' title='comment permalink'>17:20</a>" for link in comments)
    links = f"{told}{shares(url)}<a href='{url}?m=1'>Mobile</a><a href='{url}#comments'>Say</a>"
    return text.replace("Post a Comment", f"{links}Post a Comment")
