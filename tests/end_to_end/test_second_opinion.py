"""A blog whose theme shows only the beginning of its posts, while its feed has them whole."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from pipelines.core.urls import site_hash
from tests.end_to_end.corpus import Corpus
from tests.sites.feeds import rss
from tests.sites.platforms.notes import notes
from tests.sites.platforms.others import godaddy
from tests.sites.posts import Post
from tests.sites.server import serve
from tests.sites.site import RSS, Answer, Site
from tests.sites.wordpress import WordPress

HOST = "onlybeginnings.example"
#: Posts of the blog; the feed names the newest ten.
POSTS = 14
#: One of the feed whose page asks not to be indexed, one that robots.txt keeps from us, and
#: one whose page shows a long text of somebody else below the post.
REFUSED, FORBIDDEN, SURROUNDED = 2, 4, 6
#: Posts that the theme shows whole, so that the feed can be trusted.
SHOWN = (0, 1, 3, 5)
PAGES = {"about": ("About", "<p>We are two therapists who see adults and couples.</p>")}
ANY_SUBJECT = '[topic]\nsubject = "any"\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Blog:
    """The blog and what it serves."""

    wordpress: WordPress
    site: Site

    def url(self, number: int) -> str:
        """The address of a post."""
        return self.wordpress.url(self.wordpress.posts[number])

    def text(self, number: int) -> str:
        """Its words."""
        return " ".join(self.wordpress.posts[number].text.split())

    def put_feed(self, posts: tuple[Post, ...]) -> None:
        """Serve a feed of these posts."""
        items = [(self.wordpress.url(post), post) for post in posts]
        body = rss("Only Beginnings", HOST, items, self_path="/feed/")
        self.site.put("/feed/", Answer(body=body, content_type=RSS, modified=posts[0].modified))


def blog() -> Blog:
    """The blog as it is served at first."""
    wordpress = WordPress(host=HOST, name="Only Beginnings", posts=notes(HOST, POSTS), pages=PAGES)
    site = wordpress.site()
    for number, post in enumerate(wordpress.posts):
        path = wordpress.path(post)
        answer = site.answer(path)
        page = answer.body.decode()
        if number == SURROUNDED:
            reviews = "".join(f"<p>{other.text}</p>" for other in notes("reviews.example", 6))
            page = page.replace(post.html, post.html + reviews)
        elif number not in SHOWN:
            page = page.replace(post.html, f"<p>{post.excerpt}</p>")
        if number == REFUSED:
            page = page.replace("<head>", '<head><meta name="robots" content="noindex">')
        site.put(path, replace(answer, body=page.encode()))
    robots = site.answer("/robots.txt")
    rule = f"User-agent: *\nDisallow: {wordpress.path(wordpress.posts[FORBIDDEN])}\n"
    body = robots.body.decode().replace("User-agent: *\n", rule)
    site.put("/robots.txt", replace(robots, body=body.encode()))
    return Blog(wordpress=wordpress, site=site)


@dataclass(frozen=True, slots=True, kw_only=True)
class Built:
    """The blog after `run`."""

    blog: Blog
    corpus: Corpus

    @property
    def documents(self) -> Path:
        """The documents of the site."""
        return self.corpus.root / "documents" / f"{site_hash(HOST)}.arrow"


@pytest.fixture
def built(tmp_path: Path) -> Iterator[Built]:
    """The blog, crawled and built once, while it is still served."""
    made = blog()
    with serve({HOST: made.site}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(HOST,), more=ANY_SUBJECT)
        corpus.write().verb("run")
        yield Built(blog=made, corpus=corpus)


def _rows(corpus: Corpus, table: str) -> dict[str, dict[str, Any]]:
    """The rows of a table that are posts, by URL."""
    return {row["url"]: row for row in corpus.rows(table) if "note" in row["url"]}


def _flat(text: str) -> str:
    return " ".join(text.replace("- ", "").split())


def test_the_feed_fills_in(built: Built) -> None:
    """Posts of the feed are whole, its own end is known, and nothing refused comes back."""
    made, corpus = built.blog, built.corpus
    rows = _rows(corpus, "documents")
    reasons = {url: row["reason"] for url, row in _rows(corpus, "rejected").items()}

    in_feed = set(range(10)) - {REFUSED, FORBIDDEN}
    assert rows.keys() == {made.url(number) for number in in_feed}
    for number in in_feed:
        assert _flat(rows[made.url(number)]["text"]) == _flat(made.text(number))
        assert rows[made.url(number)]["language"] == "en"
    for number in SHOWN:
        assert rows[made.url(number)]["extraction_confidence"] == 1
    for number in range(10, POSTS):
        assert reasons[made.url(number)] == "extract.excerpt"
    assert made.url(FORBIDDEN) not in reasons
    assert reasons.get(made.url(REFUSED), "permission.noindex") == "permission.noindex"


def test_only_a_new_feed_makes_the_documents_again(built: Built) -> None:
    """Without news nothing is written; a feed that names older posts makes them whole."""
    made, corpus = built.blog, built.corpus
    before = built.documents.stat().st_mtime_ns
    corpus.verb("build")
    assert built.documents.stat().st_mtime_ns == before

    made.put_feed(made.wordpress.posts[4:])
    corpus.verb("crawl")
    corpus.verb("build")

    rows = _rows(corpus, "documents")
    assert rows.keys() == {made.url(n) for n in range(POSTS)} - {
        made.url(REFUSED),
        made.url(FORBIDDEN),
    }


def test_the_number_of_workers_does_not_count(built: Built) -> None:
    """The same archive gives the same bytes, in whatever order captures are read."""
    first = built.documents.read_bytes()
    built.documents.unlink()
    more = f"{ANY_SUBJECT}[build]\nworkers = 1\n"
    replace(built.corpus, more=more).write().verb("build")

    assert built.documents.read_bytes() == first


def test_a_broken_feed_is_skipped(tmp_path: Path) -> None:
    """A feed that cannot be read costs its own word, not the build."""
    made = blog()
    made.site.put("/feed/", Answer(body=b"<rss><channel>" + b"<item>" * 50_000, content_type=RSS))
    with serve({HOST: made.site}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(HOST,), more=ANY_SUBJECT)
        corpus.write().verb("run")

    assert corpus.urls("documents") >= {made.url(number) for number in SHOWN}


def test_posts_that_a_script_holds(tmp_path: Path) -> None:
    """The posts of GoDaddy's builder are documents with all their words."""
    built = godaddy()
    (host,) = built.sites
    with serve(built.sites) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(host,), more=ANY_SUBJECT)
        corpus.write().verb("run")

    texts = {row["url"]: _flat(row["text"]) for row in corpus.rows("documents")}
    posts = {f"http://{host}/blog/f/{post.slug}": post for post in notes(host, 42)}
    assert texts == {url: _flat(post.text) for url, post in posts.items()}
