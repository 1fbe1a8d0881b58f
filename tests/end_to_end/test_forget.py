"""`forget` on a crawled corpus: no byte of what goes is left, and no run brings it back."""

import json
import os
import shutil
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipelines.core.urls import document_id
from tests.end_to_end.corpus import Corpus
from tests.end_to_end.leftovers import leftovers
from tests.sites.blogs import blogs, demo
from tests.sites.server import SiteServer, serve

KEPT = "http://quietriver.example/2024/01/sleep-window.html"
COPY = "http://echo-practice.example/articles/sleep-window.html"
ALONE = "http://quietriver.example/2024/03/panic-on-platform-two.html"
SITE = "harbourcounselling.example"
KILLS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A corpus that no test may change, and the server of its sites."""

    corpus: Corpus
    server: SiteServer
    #: Rows of both tables of posts, by address.
    rows: dict[str, dict[str, Any]]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over the five blogs, with two snapshots that share some of their parts."""
    sites = demo()
    with serve(sites) as server:
        folder = tmp_path_factory.mktemp("crawled")
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        plain = corpus.config.read_text()
        corpus.config.write_text(f"{plain}[splits]\ntest = 0.5\n")
        corpus.verb("run")
        corpus.config.write_text(plain)
        corpus.verb("build", "--accept", "splits")
        rows = {row["url"]: row for table in TABLES for row in corpus.rows(table)}
        yield Crawled(corpus=corpus, server=server, rows=rows)


TABLES = ("documents", "duplicates")


@pytest.fixture
def corpus(crawled: Crawled, tmp_path: Path) -> Corpus:
    """A copy of it to work on."""
    shutil.copytree(crawled.corpus.folder, tmp_path / "copy", symlinks=True)
    return replace(crawled.corpus, folder=tmp_path / "copy")


def words_of(crawled: Crawled, *urls: str) -> list[str]:
    """What tells of some posts: address, title, id, and some of the text of each."""
    found = []
    for url in urls:
        row = crawled.rows[url]
        slug = url.rstrip("/").rpartition("/")[2].removesuffix(".html")
        text = row["text"]
        middle = len(text) // 2
        pieces = (text[20:60], text[middle : middle + 40], text[-50:-10])
        found += [url.removeprefix("http://"), slug, row["title"], row["id"]]
        found += [piece for piece in pieces if "\n" not in piece]
    return found


def test_the_search_finds_what_is_there(crawled: Crawled) -> None:
    """Before a removal the words are in the archive, the state, the documents and snapshots."""
    found = leftovers(crawled.corpus.root, words_of(crawled, KEPT))

    folders = {line.partition("/")[0] for line in found}
    assert folders >= {"archive", "documents", "snapshots", "state"}
    endings = {line.partition(": ")[0].rpartition(".")[2] for line in found if "documents/" in line}
    assert endings >= {"arrow", "pages"}


def test_a_url_and_its_copies(crawled: Crawled, corpus: Corpus) -> None:
    """By default a post goes with its copies, and a run brings neither back."""
    words = words_of(crawled, KEPT, COPY)

    corpus.verb("forget", KEPT, "--reason", "asked by mail")

    assert leftovers(corpus.root, words) == []
    assert not {KEPT, COPY} & (corpus.urls("documents") | corpus.urls("duplicates"))
    before = len(crawled.server.requests())
    corpus.verb("run")
    assert leftovers(corpus.root, words) == []
    asked = {f"http://{one.host}{one.path}" for one in crawled.server.requests()[before:]}
    assert not {KEPT, COPY} & asked
    corpus.verb("run")
    assert leftovers(corpus.root, words) == []


def test_the_others_stay(crawled: Crawled, corpus: Corpus) -> None:
    """All other posts are published as before, and their place in the archive is right."""
    corpus.verb("forget", ALONE, "--reason", "asked by mail")

    gone = {ALONE}
    now = {row["url"]: row for table in TABLES for row in corpus.rows(table)}
    assert set(now) == set(crawled.rows) - gone
    assert all(now[url]["text"] == crawled.rows[url]["text"] for url in now)
    records = set(corpus.records())
    for snapshot in sorted((corpus.root / "snapshots").iterdir()):
        for row in rows_in(snapshot):
            assert (row["url"], row["source"]["digest"]) in records
            place = corpus.root / "archive" / row["source"]["file"]
            assert place.stat().st_size >= row["source"]["offset"] + row["source"]["length"]


def rows_in(snapshot: Path) -> list[dict[str, Any]]:
    """The posts of a snapshot."""
    rows: list[dict[str, Any]] = pq.read_table(snapshot / "data").to_pylist()
    return rows


def test_a_copy_alone(crawled: Crawled, corpus: Corpus) -> None:
    """Of a target that is a copy itself, nothing but the copy goes."""
    corpus.verb("forget", COPY, "--reason", "asked by mail")

    assert leftovers(corpus.root, [COPY, document_id(COPY)]) == []
    assert KEPT in corpus.urls("documents")
    counts = {row["url"]: row["duplicate_count"] for row in corpus.rows("documents")}
    assert counts[KEPT] == crawled.rows[KEPT]["duplicate_count"] - 1


def test_another_copy_is_elected(corpus: Corpus) -> None:
    """With copies = "elect" the copies of a removed post stay, and one of them is kept."""
    corpus.config.write_text(corpus.config.read_text() + '[takedown]\ncopies = "elect"\n')

    corpus.verb("forget", KEPT, "--reason", "asked by mail")

    host = "quietriver.example/2024/01/sleep-window"
    assert leftovers(corpus.root, [host, document_id(KEPT)]) == []
    assert COPY in corpus.urls("documents")
    corpus.verb("run")
    assert COPY in corpus.urls("documents")
    assert KEPT not in corpus.urls("documents") | corpus.urls("duplicates")


def test_a_site(crawled: Crawled, corpus: Corpus) -> None:
    """A site goes with all its posts, its copies elsewhere, and its name."""
    posts = [url for url in crawled.rows if SITE in url]
    words = [*words_of(crawled, *posts), SITE]

    corpus.verb("forget", SITE, "--reason", "asked by letter")

    assert leftovers(corpus.root, words) == []
    before = len(crawled.server.requests())
    corpus.verb("run")
    assert leftovers(corpus.root, words) == []
    assert SITE not in {one.host for one in crawled.server.requests()[before:]}


def test_an_author(crawled: Crawled, corpus: Corpus) -> None:
    """All posts that a person signed go, whatever their site."""
    author = crawled.rows[KEPT]["author"]
    posts = [url for url, row in crawled.rows.items() if row["author"] == author]
    assert len(posts) > 1

    corpus.verb("forget", author.upper(), "--reason", "asked by mail")

    assert leftovers(corpus.root, words_of(crawled, *posts)) == []
    left = {row["author"] for table in TABLES for row in corpus.rows(table)}
    assert author not in left


def test_an_id(crawled: Crawled, corpus: Corpus) -> None:
    """A post goes by the id of its row."""
    corpus.verb("forget", crawled.rows[ALONE]["id"], "--reason", "asked by mail")

    assert leftovers(corpus.root, words_of(crawled, ALONE)) == []


def test_the_record(corpus: Corpus) -> None:
    """What was done is on record, with counts and the reason, and without what it was."""
    corpus.verb("forget", ALONE, "--reason", "asked by mail")

    (told,) = json.loads((corpus.root / "removals.json").read_text())
    assert told["wishes"] == [{"kind": "url", "reason": "asked by mail"}]
    assert (told["pages"], told["rows"], told["policy"]) == (1, 1, "remove")
    assert told["captures"] >= 1
    assert told["snapshots"] >= 1


def test_opt_out(crawled: Crawled, corpus: Corpus) -> None:
    """What opt-out.yaml names goes before the work of the next verb, once."""
    (corpus.folder / "opt-out.yaml").write_text(
        f"- url: {KEPT}\n  reason: asked by mail\n- site: {SITE}\n  reason: asked by letter\n"
    )

    assert "Taken out" in corpus.verb("build")

    words = [*words_of(crawled, KEPT, COPY), SITE]
    assert leftovers(corpus.root, words) == []
    assert "Taken out" not in corpus.verb("run")
    assert leftovers(corpus.root, words) == []


@pytest.mark.parametrize("number", range(KILLS))
def test_kill(crawled: Crawled, corpus: Corpus, number: int) -> None:
    """A removal that is killed at any moment is ended by the next verb that writes."""
    words = words_of(crawled, KEPT, COPY)
    intent = corpus.root / "state" / "removal.unfinished.json"
    process = corpus.start("forget", KEPT, "--reason", "asked by mail")
    while not intent.exists() and process.poll() is None:
        time.sleep(0.001)
    time.sleep(0.15 * number)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()

    corpus.verb("build")

    assert not intent.exists()
    assert leftovers(corpus.root, words) == []
    assert len(json.loads((corpus.root / "removals.json").read_text())) == 1
    assert corpus.urls("documents") | corpus.urls("duplicates") == set(crawled.rows) - {KEPT, COPY}


def test_mistakes(corpus: Corpus) -> None:
    """What cannot be meant is told in a sentence, and nothing is touched."""
    before = (corpus.root / "CURRENT").read_text()

    assert "--as" in corpus.verb("forget", "http://", "--reason", "x", code=2)
    assert "reason" in corpus.verb("forget", SITE, "--reason", " ", code=2)
    (corpus.folder / "opt-out.yaml").write_text("- url: http://a.example/\n")
    assert "line 1, entry 1" in corpus.verb("build", code=2)
    assert (corpus.root / "CURRENT").read_text() == before


def test_every_site_has_posts(crawled: Crawled) -> None:
    """The sites of these tests are crawled, so that a search for their words means something."""
    hosts = {blog.host for blog in blogs()}

    assert {SITE, "quietriver.example"} <= hosts
    assert {KEPT, COPY, ALONE} <= set(crawled.rows)
