"""A theme like that of a site written by hand: plain pages, and no platform's habits."""

import html
from collections.abc import Iterator
from dataclasses import dataclass

from tests.sites.feeds import rss
from tests.sites.posts import Post
from tests.sites.site import RSS, TEXT, Answer, Site


@dataclass(frozen=True, slots=True, kw_only=True)
class Handmade:
    """One site with a list of posts in one folder."""

    host: str
    name: str
    about: str
    #: Newest first.
    posts: tuple[Post, ...]
    folder: str = "blog"
    #: Path of an RSS feed that each page's head names, or "" for none.
    feed: str = ""
    #: Text of robots.txt, or "" for a site that has none.
    robots: str = ""

    def url(self, post: Post) -> str:
        """The post's address."""
        return f"http://{self.host}/{self.folder}/{post.slug}.html"

    def site(self) -> Site:
        """The whole site."""
        site = Site()
        for post in self.posts:
            site.put(f"/{self.folder}/{post.slug}.html", self._post_page(post))
        newest = max(post.modified for post in self.posts)
        site.put("/", self._page(self.name, f"<p>{self.about}</p>{self._list(self.posts[:3])}"))
        site.put(f"/{self.folder}/", self._page("All notes", self._list(self.posts)))
        site.put("/about.html", self._page("About", f"<h1>About</h1><p>{self.about}</p>"))
        contact = "<h1>Contact</h1><p>Write to the practice, or leave a message by telephone.</p>"
        site.put("/contact.html", self._page("Contact", contact))
        if self.robots:
            site.put("/robots.txt", Answer(body=self.robots.encode(), content_type=TEXT))
        if self.feed:
            items = [(self.url(post), post) for post in self.posts]
            body = rss(self.name, self.host, items, self_path=self.feed)
            site.put(self.feed, Answer(body=body, content_type=RSS, modified=newest))
        return site

    def listings(self) -> Iterator[str]:
        """Addresses of the pages that list posts."""
        yield f"http://{self.host}/"
        yield f"http://{self.host}/{self.folder}/"

    def _list(self, posts: tuple[Post, ...]) -> str:
        rows = "".join(
            f'<li><a href="/{self.folder}/{post.slug}.html">{post.title}</a>'
            f" <small>{post.published:%d %B %Y}</small></li>\n"
            for post in posts
        )
        return f'<ul class="notes">{rows}</ul>'

    def _post_page(self, post: Post) -> Answer:
        main = (
            f"<article><h1>{post.title}</h1>\n{post.html}\n</article>"
            f"<footer class='by'>{post.author}, "
            f"<time datetime='{post.published.isoformat()}'>{post.published:%d %B %Y}</time>"
            f"</footer><p><a href='/{self.folder}/'>All notes</a></p>"
        )
        return self._page(post.title, main, post)

    def _page(self, title: str, main: str, post: Post | None = None) -> Answer:
        link = f"<link rel='alternate' type='application/rss+xml' href='{self.feed}' title='RSS'>"
        modified = post.modified if post else max(post.modified for post in self.posts)
        body = (
            f"<!doctype html>\n<html lang='{post.language if post else 'en'}'><head>"
            f"<meta charset='utf-8'><title>{html.escape(title)}</title>"
            f"{link if self.feed else ''}</head><body><header><a href='/'>{self.name}</a> "
            f"<nav><a href='/{self.folder}/'>Notes</a> <a href='/about.html'>About</a> "
            f"<a href='/contact.html'>Contact</a></nav></header>\n<main>{main}</main>\n"
            f"<footer>{self.name}. All rights reserved.</footer></body></html>\n"
        )
        return Answer(body=body.encode(), modified=modified)
