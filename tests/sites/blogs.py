"""The five blogs of the demo, and what a crawl of them has to find."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.sites.blogger import Blogger
from tests.sites.handmade import Handmade
from tests.sites.posts import Post, load
from tests.sites.site import Site
from tests.sites.wordpress import WordPress

Blog = Blogger | WordPress | Handmade

#: Words below which a post of these blogs counts as too short.
SHORT_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """The truth about one blog, in URLs."""

    host: str
    name: str
    posts: frozenset[str]
    #: Posts that repeat another word for word, with the original.
    exact_copies: Mapping[str, str]
    #: Posts that repeat another with an edit, with the original.
    near_copies: Mapping[str, str]
    too_short: frozenset[str]
    german: frozenset[str]
    #: Pages that list posts and are none; Blogger's /search, which robots.txt closes, left out.
    listings: frozenset[str]
    #: Addresses that pages link to and that answer 404 on purpose.
    missing: frozenset[str]
    #: Whether robots.txt closes the whole site.
    forbidden: bool


@cache
def blogs() -> tuple[Blog, ...]:
    """The five blogs, by name of their folder below `posts`."""
    return (_quietriver(), _harbour(), _stillwater(), _closeddoor(), _echo())


def demo() -> dict[str, Site]:
    """The five blogs as sites by host, new ones at every call."""
    return {blog.host: blog.site() for blog in blogs()}


def expectations() -> dict[str, Expectation]:
    """What there is to find, by host."""
    urls = {
        f"{blog.host.removesuffix('.example')}/{post.slug}": blog.url(post)
        for blog in blogs()
        for post in blog.posts
    }
    return {blog.host: _expectation(blog, urls) for blog in blogs()}


def texts() -> dict[str, str]:
    """The words of every post by its URL."""
    return {blog.url(post): post.text for blog in blogs() for post in blog.posts}


def blogs_csv(path: Path) -> None:
    """Write the list of the five blogs that a crawl starts from."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("url", "name"))
        writer.writerows((f"http://{blog.host}/", blog.name) for blog in blogs())


def _expectation(blog: Blog, urls: Mapping[str, str]) -> Expectation:
    repeats = [post for post in blog.posts if post.copy_of]
    words = {post.copy_of: _original(post).text for post in repeats}
    missing = {f"http://{blog.host}/xmlrpc.php?rsd"} if isinstance(blog, WordPress) else set()
    return Expectation(
        host=blog.host,
        name=blog.name,
        posts=frozenset(map(blog.url, blog.posts)),
        exact_copies={blog.url(p): urls[p.copy_of] for p in repeats if p.text == words[p.copy_of]},
        near_copies={blog.url(p): urls[p.copy_of] for p in repeats if p.text != words[p.copy_of]},
        too_short=frozenset(blog.url(p) for p in blog.posts if len(p.text.split()) < SHORT_WORDS),
        german=frozenset(blog.url(p) for p in blog.posts if p.language == "de"),
        listings=frozenset(blog.listings()),
        missing=frozenset(missing),
        forbidden=isinstance(blog, Handmade) and "Disallow: /\n" in blog.robots,
    )


def _original(post: Post) -> Post:
    blog, slug = post.copy_of.split("/")
    return next(original for original in load(blog) if original.slug == slug)


def _quietriver() -> Blogger:
    return Blogger(
        host="quietriver.example",
        name="Quiet River Therapy",
        about="Anna Marsh writes on anxiety, sleep and grief from a small practice by the water.",
        posts=load("quietriver"),
    )


def _harbour() -> WordPress:
    about = (
        "<p>We are three counsellors in a harbour town. We see adults, couples and teenagers.</p>"
    )
    contact = "<p>Telephone the front desk on weekday mornings, or write to us by post.</p>"
    services = "<ul><li>Individual counselling</li><li>Couples</li><li>Supervision</li></ul>"
    return WordPress(
        host="harbourcounselling.example",
        name="Harbour Counselling",
        posts=load("harbourcounselling"),
        pages={
            "about": ("About", about),
            "services": ("Services", services),
            "contact": ("Contact", contact),
        },
    )


def _stillwater() -> Handmade:
    return Handmade(
        host="stillwater-notes.example",
        name="Stillwater Notes",
        about="Short notes from a psychotherapist's desk, mostly in English.",
        posts=load("stillwater-notes"),
    )


def _closeddoor() -> Handmade:
    return Handmade(
        host="closeddoor.example",
        name="Closed Door Psychology",
        about="A practice that does not wish to be crawled.",
        posts=load("closeddoor"),
        robots="User-agent: *\nDisallow: /\n",
    )


def _echo() -> Handmade:
    return Handmade(
        host="echo-practice.example",
        name="Echo Practice",
        about="Reading worth sharing, and now and then a thought of our own.",
        posts=load("echo-practice"),
        folder="articles",
        feed="/rss.xml",
    )
