"""Beginnings of posts and posts without words, told from posts that are only short."""

from datetime import UTC, datetime

import pytest

from pipelines.extract.clean import clean
from pipelines.extract.excerpt import CLOSED, container_is_empty, is_excerpt
from pipelines.extract.page import Page, parse

URL = "https://blog.example/the-long-table/"
START = "We sat at the long table and nobody wanted to be the one who began, so the soup went cold"
LONG = " ".join(f"{START}, for the {n}th time." for n in range(30))
MENU = "<ul>" + "".join(f'<li><a href="/{n}">A page of the menu {n}</a></li>' for n in range(60))


def page(content: str) -> Page:
    """A page with `content` beside a menu."""
    html = f"<html><body><nav>{MENU}</ul></nav>{content}</body></html>"
    found = parse(clean(html), URL, datetime(2026, 1, 1, tzinfo=UTC))
    assert found is not None
    return found


def evidence(text: str, after: str = "") -> str | None:
    """What is said of a text, with markup after its last paragraph."""
    body = "".join(f"<p>{line}</p>" for line in text.split("\n\n"))
    return is_excerpt(text, page(f'<div class="entry-content">{body}{after}</div>'))


MORE = f'<p><a class="more-link" href="{URL}#more-12">Continue reading the long table</a></p>'


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{START} […]", ""),
        (f"{START}[...]", ""),
        (f"{START}…", ""),
        (f"{START}.", MORE),
        (f"{START}.\n\n{START}.", f'<a href="{URL}">Lire la suite</a>'),
        (f"{START}.", f'<a href="{URL}">Leer más »</a>'),
    ],
)
def test_beginnings(text: str, after: str) -> None:
    """An ellipsis where a program cut, or a link to the rest of the same post."""
    assert evidence(text, after)


@pytest.mark.parametrize(
    "wall",
    [
        "<h4>This post is for paid subscribers</h4>",
        "<h2>This post is for subscribers only</h2><p><a href='/sign-up'>Subscribe now</a></p>",
        "<div>This article is for our members.</div>",
    ],
)
def test_walls(wall: str) -> None:
    """A line that says for whom the rest is makes even a long text a beginning."""
    told = evidence(LONG, wall)

    assert told is not None
    assert told.startswith(CLOSED)


@pytest.mark.parametrize(
    ("text", "after"),
    [
        (f"{START}. This post is for paid subscribers of patience, as it were.", ""),
        (f"{START}.", ""),
        (f"{LONG} And then …", ""),
        (f"{LONG} And then […]", ""),
        (f"{START}.", '<p><a href="/another-post/">Read more</a></p>'),
        (f"{START}.", '<p><a href="#">Read more</a></p>'),
        (f"{START}.", f'<h3>Recent posts</h3><p>Soup</p><p><a href="{URL}">Read more</a></p>'),
        (f"{START} [… and so on].", ""),
        (LONG, MORE),
        ("", ""),
    ],
)
def test_posts(text: str, after: str) -> None:
    """Short posts, posts that trail off, and links to other posts are no evidence."""
    assert evidence(text, after) is None


@pytest.mark.parametrize(
    "container",
    [
        '<div class="entry-content"></div>',
        '<div class="post-body entry-content"><img src="a.png"><script>var a = 1;</script></div>',
        '<div itemprop="articleBody"><p>&nbsp;</p></div>',
        '<section class="gh-content"><p>Share this</p></section>',
    ],
)
def test_an_empty_container(container: str) -> None:
    """A container without words makes an empty post, whatever menus stand around it."""
    assert container_is_empty(page(f"<article><h1>Surprise</h1>{container}</article>"))


@pytest.mark.parametrize(
    "content",
    [
        f"<article><p>{LONG}</p></article>",
        f'<div class="entry-content"><p>{START}.</p></div>',
        f'<div class="entry-content"></div><div class="builder"><p>{LONG}</p></div>',
        f'<div class="entry-content"></div><div class="entry-content"><p>{START}.</p></div>',
        f'<div class="comment-list"><div class="post-body"></div></div><p>{START}.</p>',
    ],
)
def test_not_an_empty_container(content: str) -> None:
    """Words in any container, prose beside it, or no container of a post: the post is there."""
    assert not container_is_empty(page(content))
