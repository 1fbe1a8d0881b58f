"""What the platforms' sites share: a draft that pages are put into, and the truth about it."""

import html
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from tests.sites.feeds import rss
from tests.sites.posts import Post
from tests.sites.site import HTML, RSS, TEXT, XML, Answer, Site

_MENU = {
    "/about": ("About", "We are two therapists who see adults, couples and young people."),
    "/services": ("Services", "Individual sessions, couples, supervision for colleagues."),
    "/contact": ("Contact", "Write to the practice by post, or ring us on weekday mornings."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformTruth:
    """What there is to find on one site, in URLs."""

    host: str
    #: As `crawler.discovery.platforms` calls it; empty for none.
    platform: str
    #: Posts that a client without a browser or a subscription can get.
    posts: frozenset[str]
    #: Pages that list posts and are none.
    listings: frozenset[str]
    #: Sitemaps, feeds, pages of an API or of a list that a perfect client asks for.
    sources: frozenset[str]
    #: Pages and feeds of what readers wrote.
    comments: frozenset[str]
    #: Posts that cannot or must not be had: for subscribers, or named by scripts only.
    hidden: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """A site of one platform, ready to be served."""

    #: By host: the blog, and the platform's own host where its API has one.
    sites: Mapping[str, Site]
    truth: PlatformTruth


@dataclass(slots=True, kw_only=True)
class Draft:
    """A site while it is written; remembers what each page is."""

    host: str
    platform: str
    name: str
    #: Newest first.
    posts: tuple[Post, ...]
    #: The path of a post.
    path: Callable[[Post], str]
    #: What stands in the head of every page.
    marks: str = ""
    #: Headers of every answer.
    headers: Mapping[str, str] = field(default_factory=dict)
    #: Links of the menu beside the pages of the practice: label by path.
    menu: Mapping[str, str] = field(default_factory=dict)
    #: What ends the paths of the practice's pages.
    ending: str = ""
    site: Site = field(default_factory=Site)
    listings: set[str] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    comments: set[str] = field(default_factory=set)
    hidden: set[str] = field(default_factory=set)

    def url(self, path: str) -> str:
        """The address of a path."""
        return f"http://{self.host}{path}"

    def put(
        self, path: str, body: str | bytes, kind: str = HTML, *, modified: datetime | None = None
    ) -> None:
        """Let `path` answer with a body, under the platform's headers."""
        data = body.encode() if isinstance(body, str) else body
        moment = modified or self.posts[0].modified
        answer = Answer(body=data, content_type=kind, modified=moment, headers=self.headers)
        self.site.put(path, answer)

    def source(self, path: str, body: str | bytes, kind: str = XML, *, needed: bool = True) -> None:
        """Put a sitemap, a feed or a page of an API.

        Args:
            path: Its path, with query.
            body: What it holds.
            kind: Its content type.
            needed: Whether a perfect client asks for it.
        """
        self.put(path, body, kind)
        if needed:
            self.sources.add(self.url(path))

    def robots(self, rules: str, *sitemaps: str) -> None:
        """Put robots.txt: rules for everyone, and the sitemaps that it names."""
        named = "".join(f"Sitemap: {self.url(path)}\n" for path in sitemaps)
        self.put("/robots.txt", f"User-agent: *\n{rules}\n{named}", TEXT)

    def feed(self, path: str, count: int, *, needed: bool = True, kind: str = RSS) -> None:
        """Put an RSS feed of the newest posts."""
        items = [(self.url(self.path(post)), post) for post in self.posts[:count]]
        body = rss(self.name, self.host, items, self_path=path)
        self.source(path, body, kind, needed=needed)

    def places(self, *paths: str) -> list[tuple[str, datetime]]:
        """Entries of a sitemap: of the posts, or of so many other paths."""
        if paths:
            return [(self.url(path), self.posts[0].modified) for path in paths]
        return [(self.url(self.path(post)), post.modified) for post in self.posts]

    def page(
        self, path: str, title: str, main: str, head: str = "", *, modified: datetime | None = None
    ) -> None:
        """Put an HTML page in the site's frame."""
        links = {**self.menu, **{p + self.ending: label for p, (label, _) in _MENU.items()}}
        nav = "".join(f'<li><a href="{link}">{label}</a></li>' for link, label in links.items())
        body = (
            f'<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            f"<title>{html.escape(title)} | {self.name}</title>{self.marks}{head}</head><body>"
            f'<header><a href="/" class="site-title">{self.name}</a><nav><ul>{nav}</ul></nav>'
            f"</header>\n<main>{main}</main>\n<footer><p>{self.name}. All rights reserved.</p>"
            '<a href="/contact">Book a first session</a></footer></body></html>\n'
        )
        self.put(path, body, modified=modified)

    def practice(self) -> tuple[str, ...]:
        """Put the pages of the practice, and return their paths."""
        paths = tuple(path + self.ending for path in _MENU)
        for path, (title, text) in zip(paths, _MENU.values(), strict=True):
            self.page(path, title, f"<h1>{title}</h1><p>{text}</p>")
        return paths

    def article(self, post: Post, main: str, head: str = "", *, body: bool = True) -> None:
        """Put the page of a post; its text follows `main`, unless the platform hides it."""
        url = self.url(self.path(post))
        common = (
            f'<link rel="canonical" href="{url}"><meta property="og:type" content="article">'
            f'<meta property="og:title" content="{html.escape(post.title)}">'
        )
        text = f'<div class="post-content">{post.html}</div>' if body else ""
        whole = f"<article><h1>{html.escape(post.title)}</h1>{main}{text}</article>"
        self.page(self.path(post), post.title, whole, common + head, modified=post.modified)

    def lists(
        self,
        title: str,
        posts: tuple[Post, ...],
        size: int,
        address: Callable[[int], str],
        *,
        more: str = "Older posts",
    ) -> tuple[str, ...]:
        """Put the pages of a list of posts, each with a link to the next; return their paths."""
        count = -(-len(posts) // size)
        paths = tuple(map(address, range(1, count + 1)))
        for index, path in enumerate(paths):
            shown = posts[index * size : (index + 1) * size]
            main = "".join(map(self.teaser, shown))
            if index + 1 < count:
                main += (
                    f'<nav class="pager"><a rel="next" href="{paths[index + 1]}">{more}</a></nav>'
                )
            self.page(path, title, main)
            self.listings.add(self.url(path))
        return paths

    def topics(self, address: Callable[[str, int], str], size: int) -> tuple[str, ...]:
        """Put a list for every first label; return the first page of each."""
        first = []
        for label in dict.fromkeys(post.labels[0] for post in self.posts):
            posts = tuple(post for post in self.posts if post.labels[0] == label)
            first.append(self._topic(label, posts, size, address))
        return tuple(first)

    def _topic(
        self, label: str, posts: tuple[Post, ...], size: int, address: Callable[[str, int], str]
    ) -> str:
        return self.lists(label, posts, size, lambda page: address(label.lower(), page))[0]

    def teaser(self, post: Post) -> str:
        """A post as lists show it."""
        path = self.path(post)
        return (
            f'<article class="summary"><h2><a href="{path}">{html.escape(post.title)}</a></h2>'
            f"<p>{html.escape(post.excerpt)}</p>"
            f'<a href="{path}" class="more">Read More</a></article>\n'
        )

    def remarks(self, *paths: str) -> str:
        """Remember addresses of comments, and return links to them."""
        self.comments.update(map(self.url, paths))
        return "".join(f'<a class="comments-link" href="{path}">Comments</a>' for path in paths)

    def built(self, others: Mapping[str, Site] | None = None) -> Built:
        """The finished site, `others` that belong to it, and the truth about it."""
        posts = {self.url(self.path(post)) for post in self.posts} - self.hidden
        truth = PlatformTruth(
            host=self.host,
            platform=self.platform,
            posts=frozenset(posts),
            listings=frozenset(self.listings),
            sources=frozenset(self.sources),
            comments=frozenset(self.comments),
            hidden=frozenset(self.hidden),
        )
        return Built(sites={self.host: self.site, **(others or {})}, truth=truth)


def json_ld(post: Post, url: str, kind: str = "BlogPosting") -> str:
    """A post told as schema.org has it, in the script element that themes put it in."""
    graph = {
        "@context": "https://schema.org",
        "@type": kind,
        "headline": post.title,
        "author": {"@type": "Person", "name": post.author},
        "datePublished": post.published.isoformat(),
        "dateModified": post.modified.isoformat(),
        "mainEntityOfPage": url,
    }
    return f'<script type="application/ld+json">{json.dumps(graph)}</script>'


def alternate(path: str, title: str, kind: str = "application/rss+xml") -> str:
    """The element of a head that names a feed."""
    return f'<link rel="alternate" type="{kind}" title="{title}" href="{path}">'


def shares(url: str) -> str:
    """Links by which readers pass a post on; the last one is the post again."""
    return (
        f'<a href="https://social.example/share?u={url}" rel="nofollow">Share</a>'
        f'<a href="{url}?utm_source=share&amp;utm_medium=web">Copy link</a>'
    )


def edited(site: Site, paths: Iterable[str], change: Callable[[str], str]) -> None:
    """Change the text of pages that are in a site's table."""
    for path in paths:
        answer = site.answer(path)
        site.put(path, replace(answer, body=change(answer.body.decode()).encode()))


def crowned(site: Site, headers: Mapping[str, str]) -> None:
    """Send headers with every page that is in a site's table."""
    for path in site.paths():
        answer = site.answer(path)
        site.put(path, replace(answer, headers={**headers, **answer.headers}))


def slug(text: str) -> str:
    """A label as it stands in a path."""
    return re.sub(r"\W+", "-", text.lower()).strip("-")
