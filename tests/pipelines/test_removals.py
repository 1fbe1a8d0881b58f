"""What is on the list of removals is known again, and nobody can read the list."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipelines.core import mentions
from pipelines.core.dedup import digest, words_of
from pipelines.core.errors import ConfigError, StateError
from pipelines.core.model import Capture, Kind, Via
from pipelines.core.opt_out import read
from pipelines.core.removals import Mark, Removals, path_of
from pipelines.core.urls import document_id
from pipelines.core.warc import digest_of
from pipelines.verbs.forget_targets import judged
from tests.factories import NOON, document

URL = "https://blog.example/a-post"
LISTED = Removals().with_all(Mark.ID, [document_id(URL)])


def page(body: str, kind: Kind = Kind.POST, url: str = "http://blog.example/other") -> Capture:
    """A capture with that body."""
    content = body.encode()
    return Capture(
        url=url,
        kind=kind,
        via=Via.FEED,
        fetched_at=NOON,
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=content,
        digest=digest_of(content),
    )


def test_nothing_is_listed_at_first(tmp_path: Path) -> None:
    """Without a list nothing is covered, and nothing is written by looking."""
    removals = Removals.load(tmp_path)

    assert not removals.covers_url(URL)
    assert not removals.covers(document())
    assert not path_of(tmp_path).exists()


@pytest.mark.parametrize(
    "url", [URL, "http://www.blog.example/a-post#top", "HTTPS://BLOG.example/a-post?utm_source=x"]
)
def test_every_spelling_is_covered(url: str) -> None:
    """A page is known in any spelling of its address, and no other page is taken for it."""
    assert LISTED.covers_url(url)
    assert not LISTED.covers_url("https://blog.example/a-post/2")
    assert not LISTED.covers_url("no address")


def test_a_site_is_covered_whole() -> None:
    """All pages of a listed site are covered, those of another site are not."""
    removals = Removals().with_all(Mark.SITE, ["blog.example"])

    assert removals.covers_url("https://www.blog.example/anything?at=all")
    assert not removals.covers_url("https://other.blog.example/")


def test_an_author_is_covered_among_others() -> None:
    """A name counts in any case, alone or in a byline of several."""
    removals = Removals().with_all(Mark.AUTHOR, ["anna marsh"])

    assert removals.covers(document(author="Anna  Marsh"))
    assert removals.covers(document(author="J. Doe; ANNA MARSH"))
    assert not removals.covers(document(author="Joanna Marsh"))
    assert not removals.covers(document(author=None))


def test_a_text_is_covered_elsewhere() -> None:
    """The same words at another address are covered, whatever their punctuation."""
    removals = Removals().with_all(Mark.TEXT, [digest(words_of("We talk about sleep, often."))])

    assert removals.covers(document(text="“We talk about sleep — often”"))
    assert not removals.covers(document(text="We talk about sleep."))
    assert not removals.covers(document(text=""))


def test_the_list_tells_nothing(tmp_path: Path) -> None:
    """The file holds hashes alone, and another corpus has others for the same page."""
    LISTED.save(tmp_path)
    other = Removals().with_all(Mark.ID, [document_id(URL)])

    text = path_of(tmp_path).read_text()
    assert "blog" not in text
    assert document_id(URL) not in text
    assert Removals.load(tmp_path) == LISTED
    assert not other.hashes & LISTED.hashes


def test_a_damaged_list_stops_the_work(tmp_path: Path) -> None:
    """Without a readable list nothing may go on, since removed posts would come back."""
    LISTED.save(tmp_path)
    path_of(tmp_path).write_text("{")

    with pytest.raises(StateError, match="restore it"):
        Removals.load(tmp_path)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("HTTP://Blog.example:80/a#b", "url", "http://blog.example/a"),
        ("www.Blog.example", "site", "blog.example"),
        ("Anna  Marsh", "author", "anna marsh"),
        ("J. Doe", "author", "j. doe"),
        ("0123456789abcdef0123456789ABCDEF", "id", "0123456789abcdef0123456789abcdef"),
    ],
)
def test_what_a_word_means(text: str, kind: str, value: str) -> None:
    """A target is judged by its looks, and compared in one spelling."""
    target = judged(text, None, "asked")

    assert (target.kind, target.value) == (kind, value)


def test_doubt_is_settled() -> None:
    """A name with a dot and no space is taken for an author where that is said."""
    assert judged("j.doe", None, "asked").kind == "site"
    assert judged("j.doe", "author", "asked").kind == "author"


@pytest.mark.parametrize(
    ("text", "kind"), [("", None), ("a b", "site"), ("abc", "id"), ("x", "blog"), ("; ;", "author")]
)
def test_what_cannot_be_meant(text: str, kind: str | None) -> None:
    """What is nothing of the kind is told in a sentence."""
    with pytest.raises(ConfigError):
        judged(text, kind, "asked")


def test_links_are_cut_out_of_posts() -> None:
    """A post that links to a removed page loses the link with its words, and nothing else."""
    body = (
        "<p>Text.</p><nav><a href='/a-post'>Its title</a><a href='/b'>Next</a></nav>"
        '<link rel="prev" href="http://blog.example/a-post"><p>https://blog.example/a-post.</p>'
    )

    kept = mentions.spared(page(body), LISTED)

    assert kept is not None
    assert kept.body.decode() == "<p>Text.</p><nav><a href='/b'>Next</a></nav><p></p>"
    assert kept.digest == digest_of(kept.body)
    assert mentions.spared(kept, LISTED) is kept


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (Kind.HOME, "<a href='/a-post'>Its title</a> and its whole text"),
        (Kind.FEED, "<item><link>https://blog.example/a-post?utm_source=rss</link></item>"),
        (Kind.SITEMAP, "<url><loc>https://www.blog.example/a-post</loc></url>"),
        (Kind.LISTING, '[{"link":"https:\\/\\/blog.example\\/a-post"}]'),
        (Kind.FEED, "<wfw:commentRss>https://blog.example/a-post/feed/</wfw:commentRss>"),
    ],
)
def test_what_leads_to_posts_is_not_kept(kind: Kind, body: str) -> None:
    """Feeds, sitemaps and lists that name a removed page are not archived; others are."""
    assert mentions.spared(page(body, kind), LISTED) is None
    other = page(body.replace("a-post", "b-post"), kind)
    assert mentions.spared(other, LISTED) is other


def test_a_removed_page_is_not_archived() -> None:
    """The page itself is passed over."""
    assert mentions.spared(page("<p>Text.</p>", url="http://blog.example/a-post"), LISTED) is None


def write(folder: Path, text: str) -> Path:
    """An opt-out.yaml beside a config."""
    (folder / "opt-out.yaml").write_text(text)
    return folder / "corpus.toml"


def test_opt_out_is_read(tmp_path: Path) -> None:
    """Each entry names one thing and a reason; without a file there is none."""
    assert read(tmp_path / "corpus.toml") == []
    config = write(tmp_path, "- url: http://a.example/\n  reason: r\n- {id: 0123, reason: s}\n")

    entries = [(entry.kind, entry.target, entry.reason) for entry in read(config)]
    assert entries == [("url", "http://a.example/", "r"), ("id", "0123", "s")]
    assert read(write(tmp_path, "# nobody yet\n")) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("url: http://a.example/\n", "line 1"),
        ("- url: a\n  reason: r\n- url: b\n", "line 3, entry 2"),
        ("- url: a\n  site: b\n  reason: r\n", "entry 1"),
        ("- blog: a\n  reason: r\n", "blog is not known"),
        ("- url: [a]\n  reason: r\n", "url must be a text"),
        ("- url: a\n  url: b\n  reason: r\n", "url stands there twice"),
        ("- just words\n", "entry 1"),
        ("- url: 'a\n", "line 2"),
    ],
)
def test_mistakes_in_opt_out(tmp_path: Path, text: str, told: str) -> None:
    """A mistake is told with its line, and with its entry where there is one."""
    with pytest.raises(ConfigError, match=told):
        read(write(tmp_path, text))


def test_edits_do_not_change_what_was_fetched() -> None:
    """The capture that was given is as it was."""
    before = page("<a href='/a-post'>x</a>")
    copy = replace(before)

    mentions.spared(before, LISTED)

    assert before == copy
