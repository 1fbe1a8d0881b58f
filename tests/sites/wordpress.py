"""A theme, feeds and sitemaps like those of WordPress with a common SEO plugin."""

import html
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from tests.sites.feeds import rss, sitemapindex, urlset
from tests.sites.posts import Post
from tests.sites.site import JSON, RSS, TEXT, XML, Answer, Site

#: Posts on a listing page; WordPress shows 10.
PAGE_SIZE = 4
#: Items in the feed, as WordPress has it.
FEED_SIZE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class WordPress:
    """One blog and the pages beside it."""

    host: str
    name: str
    #: Newest first.
    posts: tuple[Post, ...]
    #: Title and HTML of the pages that are no posts, by slug.
    pages: Mapping[str, tuple[str, str]]
    #: Posts on a listing page.
    page_size: int = PAGE_SIZE
    #: Whether addresses of posts hold their day.
    dated: bool = False

    def url(self, post: Post) -> str:
        """The post's address."""
        return f"{self._home}{self.path(post)[1:]}"

    def path(self, post: Post) -> str:
        """The post's path: its slug, below its day if so set."""
        return f"/{post.published:%Y/%m/%d}/{post.slug}/" if self.dated else f"/{post.slug}/"

    def site(self) -> Site:
        """The whole blog."""
        site = Site(ignores=frozenset({"replytocom"}))
        for post in self.posts:
            self._put_post(site, post)
        for slug, (title, body) in self.pages.items():
            site.put(f"/{slug}/", self._page(title, f"<h1>{title}</h1>{body}", "page"))
        for path, posts in self._archives().items():
            for number, answer in enumerate(self._listing(path, posts), start=1):
                site.put(path if number == 1 else f"{path}page/{number}/", answer)
        self._put_feeds(site)
        self._put_sitemaps(site)
        site.put("/wp-json/", Answer(body=self._api(), content_type=JSON))
        robots = (
            "User-agent: *\nDisallow: /wp-admin/\nAllow: /wp-admin/admin-ajax.php\n\n"
            f"Sitemap: {self._home}sitemap_index.xml\n"
        )
        site.put("/robots.txt", Answer(body=robots.encode(), content_type=TEXT))
        return site

    def listings(self) -> Iterator[str]:
        """Addresses of the pages that list posts."""
        for path, posts in self._archives().items():
            yield f"{self._home}{path[1:]}"
            for number in range(2, self._pages(posts) + 1):
                yield f"{self._home}{path[1:]}page/{number}/"

    @property
    def _home(self) -> str:
        return f"http://{self.host}/"

    @property
    def _newest(self) -> datetime:
        return max(post.modified for post in self.posts)

    def _put_post(self, site: Site, post: Post) -> None:
        path = self.path(post)
        site.put(path, self._post_page(post))
        site.redirect(f"/?p={self._number(post)}", self.url(post))
        said = rss(f"Comments on: {post.title}", self.host, (), self_path=f"{path}feed/")
        site.put(f"{path}feed/", Answer(body=said, content_type=RSS))

    def _put_feeds(self, site: Site) -> None:
        items = [(self.url(post), post) for post in self.posts[:FEED_SIZE]]
        body = rss(self.name, self.host, items, self_path="/feed/")
        site.put("/feed/", Answer(body=body, content_type=RSS, modified=self._newest))
        said = rss(f"Comments for {self.name}", self.host, (), self_path="/comments/feed/")
        site.put("/comments/feed/", Answer(body=said, content_type=RSS))

    def _put_sitemaps(self, site: Site) -> None:
        newest = self._newest
        archives = self._archives()
        parts = {
            "post": [(self.url(post), post.modified) for post in self.posts],
            "page": [(f"{self._home}{slug}/", self.posts[-1].published) for slug in self.pages],
            "category": [
                (f"{self._home}{p[1:]}", newest) for p in archives if p.startswith("/category/")
            ],
            "author": [
                (f"{self._home}{p[1:]}", newest) for p in archives if p.startswith("/author/")
            ],
        }
        for kind, places in parts.items():
            body = urlset(places)
            answer = Answer(body=body, content_type=XML, modified=max(m for _, m in places))
            site.put(f"/{kind}-sitemap.xml", answer)
        index = sitemapindex((f"{self._home}{kind}-sitemap.xml", newest) for kind in parts)
        site.put("/sitemap_index.xml", Answer(body=index, content_type=XML, modified=newest))
        site.redirect("/sitemap.xml", f"{self._home}sitemap_index.xml")

    def _archives(self) -> dict[str, tuple[Post, ...]]:
        archives: dict[str, tuple[Post, ...]] = {"/": self.posts}
        for post in self.posts:
            category, *tags = (_slug(label) for label in post.labels)
            paths = [f"/category/{category}/", *(f"/tag/{tag}/" for tag in tags)]
            paths += [f"/author/{_slug(post.author)}/", f"/{post.published:%Y/%m}/"]
            for path in paths:
                archives[path] = (*archives.get(path, ()), post)
        return archives

    def _number(self, post: Post) -> int:
        return 400 - 7 * self.posts.index(post)

    def _api(self) -> bytes:
        return json.dumps({"name": self.name, "url": self._home, "namespaces": []}).encode()

    def _listing(self, path: str, posts: tuple[Post, ...]) -> Iterator[Answer]:
        base = f"{self._home}{path[1:]}"
        for number in range(1, self._pages(posts) + 1):
            shown = posts[(number - 1) * self.page_size : number * self.page_size]
            links = []
            if number > 1:
                previous = base if number == 2 else f"{base}page/{number - 1}/"
                links.append(f'<a class="prev page-numbers" href="{previous}">Previous</a>')
            if number < self._pages(posts):
                following = f"{base}page/{number + 1}/"
                links.append(f'<a class="next page-numbers" href="{following}">Next</a>')
            main = "".join(map(self._teaser, shown))
            main += f'<nav class="navigation pagination">{" ".join(links)}</nav>'
            yield self._page(f"{self.name} {path}", main, "archive" if path != "/" else "blog")

    def _pages(self, posts: tuple[Post, ...]) -> int:
        return -(-len(posts) // self.page_size)

    def _teaser(self, post: Post) -> str:
        url = self.url(post)
        return (
            f'<article class="post type-post hentry"><h2 class="entry-title">'
            f'<a href="{url}" rel="bookmark">{post.title}</a></h2>{_meta(post, self._home)}'
            f'<div class="entry-summary"><p>{post.excerpt}</p>'
            f'<p><a class="more-link" href="{url}">Continue reading</a></p></div></article>\n'
        )

    def _post_page(self, post: Post) -> Answer:
        url = self.url(post)
        said = "".join(
            f'<li class="comment" id="comment-{number}"><b class="fn">{comment.name}</b> says:'
            f'<div class="comment-content"><p>{comment.text}</p></div>'
            f'<a class="comment-reply-link" href="{url}?replytocom={number}#respond">Reply</a></li>'
            for number, comment in enumerate(post.comments, start=1)
        )
        main = (
            f'<article class="post type-post hentry"><h1 class="entry-title">{post.title}</h1>'
            f'{_meta(post, self._home)}<div class="entry-content">{post.html}</div></article>'
            f'<div id="comments" class="comments-area"><ol class="comment-list">{said}</ol>'
            '<div id="respond"><h3>Leave a Reply</h3><form><textarea></textarea></form></div></div>'
        )
        return self._page(post.title, main, "single single-post", self._post_head(post))

    def _post_head(self, post: Post) -> str:
        url = self.url(post)
        graph = {
            "@context": "https://schema.org",
            "@type": "Article",
            "headline": post.title,
            "author": {"@type": "Person", "name": post.author},
            "datePublished": post.published.isoformat(),
            "dateModified": post.modified.isoformat(),
            "mainEntityOfPage": url,
        }
        return (
            f'<link rel="canonical" href="{url}">'
            f'<link rel="shortlink" href="{self._home}?p={self._number(post)}">'
            f'<link rel="alternate" type="application/rss+xml" href="{url}feed/"'
            f' title="{html.escape(post.title)} Comments Feed">'
            f'<meta property="og:type" content="article">'
            f'<meta property="article:published_time" content="{post.published.isoformat()}">'
            f'<meta property="article:modified_time" content="{post.modified.isoformat()}">'
            f'<script type="application/ld+json">{json.dumps(graph)}</script>'
        )

    def _page(self, title: str, main: str, kind: str, head: str = "") -> Answer:
        links = "".join(
            f'<li><a href="{self._home}{slug}/">{label}</a></li>'
            for slug, (label, _) in self.pages.items()
        )
        recent = "".join(
            f'<li><a href="{self.url(post)}">{post.title}</a></li>' for post in self.posts[:3]
        )
        months = "".join(
            f'<li><a href="{self._home}{path[1:]}">{path.strip("/")}</a></li>'
            for path in self._archives()
            if path[1:5].isdigit()
        )
        body = (
            f'<!doctype html>\n<html lang="en-GB"><head><meta charset="UTF-8">'
            f"<title>{html.escape(title)} - {self.name}</title>"
            '<meta name="generator" content="WordPress 6.6.2">'
            f'<link rel="alternate" type="application/rss+xml" href="{self._home}feed/"'
            f' title="{self.name} &raquo; Feed">'
            f'<link rel="alternate" type="application/rss+xml" href="{self._home}comments/feed/"'
            f' title="{self.name} &raquo; Comments Feed">'
            f'<link rel="https://api.w.org/" href="{self._home}wp-json/">'
            f'<link rel="EditURI" type="application/rsd+xml" href="{self._home}xmlrpc.php?rsd">'
            f'{head}</head><body class="{kind}"><header><p class="site-title">'
            f'<a href="{self._home}" rel="home">{self.name}</a></p><nav><ul>{links}</ul></nav>'
            f'</header><main id="main">{main}</main><aside class="widget-area">'
            f"<h2>Recent Posts</h2><ul>{recent}</ul><h2>Archives</h2><ul>{months}</ul></aside>"
            "<footer>Proudly powered by WordPress</footer></body></html>\n"
        )
        return Answer(body=body.encode(), modified=self._newest)


def _slug(label: str) -> str:
    return label.lower().replace(" ", "-")


def _meta(post: Post, home: str) -> str:
    category, *tags = post.labels
    tagged = "".join(f' <a href="{home}tag/{_slug(tag)}/" rel="tag">{tag}</a>' for tag in tags)
    return (
        f'<div class="entry-meta"><time class="entry-date published"'
        f' datetime="{post.published.isoformat()}">{post.published:%B %d, %Y}</time>'
        f' by <a href="{home}author/{_slug(post.author)}/" rel="author">{post.author}</a>'
        f' in <a href="{home}category/{_slug(category)}/" rel="category tag">{category}</a>'
        f"{tagged}</div>"
    )
