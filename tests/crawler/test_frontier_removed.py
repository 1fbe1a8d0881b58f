"""What somebody asked to be taken out is neither asked for nor stored again."""

from pathlib import Path

from crawler.frontier import Frontier
from pipelines.core import state
from pipelines.core.model import Kind
from pipelines.core.removals import Mark, Removals
from pipelines.core.urls import document_id
from tests.crawler.driver import HOME, NOW, capture, link, open_gate, opened, rest, states, store

GONE = "http://blog.example/a-post"
OTHER = "http://blog.example/b-post"


def listed(corpus: Path, *urls: str) -> Frontier:
    """A frontier of a corpus from which some pages were removed."""
    Removals().with_all(Mark.ID, map(document_id, urls)).save(corpus)
    return opened(corpus)


def archived(corpus: Path) -> set[str]:
    """The addresses of all captures."""
    connection = state.connect(corpus)
    rows = connection.execute("SELECT url FROM capture WHERE kind != 'robots'").fetchall()
    connection.close()
    return {row["url"] for row in rows}


def test_a_removed_page_is_not_asked_for(corpus: Path) -> None:
    """A link to a removed page becomes no row; the links beside it do."""
    frontier = listed(corpus, GONE)
    lease = open_gate(frontier)
    store(frontier, lease, link(GONE), link(OTHER))

    assert set(states(corpus)) == {HOME, OTHER}
    assert GONE not in rest(frontier, NOW)


def test_what_names_it_is_not_stored(corpus: Path) -> None:
    """A home page that names a removed page is not archived, but its links are followed."""
    frontier = listed(corpus, GONE)
    store(frontier, open_gate(frontier), link(OTHER), body=b"<a href='/a-post'>Its title</a>")

    assert archived(corpus) == set()
    assert states(corpus) == {HOME: "DONE", OTHER: "PENDING"}


def test_a_post_is_stored_without_the_link(corpus: Path) -> None:
    """A post that links to a removed page is archived without the link, and once only."""
    frontier = listed(corpus, GONE)
    store(frontier, open_gate(frontier), link(OTHER))
    body = b"<p>Text.</p><a href='/a-post'>Its title</a>"
    store(frontier, open_gate(frontier), body=body)
    connection = state.connect(corpus)
    (row,) = connection.execute("SELECT * FROM capture WHERE url = ?", (OTHER,)).fetchall()
    digest = connection.execute("SELECT digest FROM url WHERE url = ?", (OTHER,)).fetchone()
    connection.close()

    assert row["digest"] == digest["digest"]
    (file,) = (corpus / "archive").rglob("*.gz")
    assert file.stat().st_size == row["offset"] + row["length"]


def test_a_redirect_to_it_ends_there(corpus: Path) -> None:
    """A redirect to a removed page is not followed, and its target is written nowhere."""
    frontier = listed(corpus, GONE)
    store(frontier, open_gate(frontier), link(OTHER))
    lease = open_gate(frontier)
    frontier.redirected(lease, capture(lease), GONE)

    assert states(corpus) == {HOME: "DONE", OTHER: "GONE"}
    connection = state.connect(corpus)
    told = "\n".join(connection.iterdump())
    connection.close()
    assert GONE not in told


def test_a_removed_site_is_not_a_seed(corpus: Path) -> None:
    """A listed blog of a removed site is not asked for anything, robots.txt included."""
    Removals().with_all(Mark.SITE, ["blog.example"]).save(corpus)
    frontier = opened(corpus, homes=(HOME, "http://other.example/"))

    lease = frontier.lease(NOW, ())
    assert lease is not None
    assert (lease.kind, lease.origin) == (Kind.ROBOTS, "http://other.example")
    assert HOME not in states(corpus)
    frontier.close()
