"""The whole way on five small blogs: what is found, kept, turned down, and asked again."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from pipelines.core.urls import document_id
from tests.end_to_end.corpus import Corpus
from tests.sites.blogs import demo, expectations
from tests.sites.server import SiteServer, serve
from tests.sites.site import Site

TRUTH = expectations()


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawled:
    """A corpus after its first run, and the server that it crawled."""

    corpus: Corpus
    server: SiteServer


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crawled]:
    """One run over the five blogs."""
    sites = demo()
    with serve(sites) as server:
        folder = tmp_path_factory.mktemp("crawled")
        corpus = Corpus(folder=folder, proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        corpus.verb("run")
        yield Crawled(corpus=corpus, server=server)


@pytest.mark.parametrize("host", sorted(TRUTH))
def test_every_post_lands(crawled: Crawled, host: str) -> None:
    """Each post is a document, a duplicate, or rejected for the reason that is true of it."""
    truth = TRUTH[host]
    if truth.forbidden:
        assert not {url for table in TABLES for url in crawled.corpus.urls(table) if host in url}
        return
    copies = set(truth.exact_copies) | set(truth.near_copies)
    mine = {table: {u for u in crawled.corpus.urls(table) if host in u} for table in TABLES}

    assert mine["documents"] == truth.posts - copies - truth.too_short
    assert mine["duplicates"] == copies
    assert truth.too_short <= mine["rejected"]
    assert not mine["rejected"] & (truth.posts - truth.too_short)


TABLES = ("documents", "duplicates", "rejected")


def test_copies_name_their_original(crawled: Crawled) -> None:
    """A copy says which document was kept, by which rule, and how alike they are."""
    rows = {row["url"]: row for row in crawled.corpus.rows("duplicates")}
    for truth in TRUTH.values():
        for copy, original in truth.exact_copies.items():
            assert (rows[copy]["rule"], rows[copy]["kept_url"]) == ("dedup.exact", original)
            assert rows[copy]["score"] == 1.0
        for copy, original in truth.near_copies.items():
            assert (rows[copy]["rule"], rows[copy]["kept_url"]) == ("dedup.near", original)
            assert 0.8 <= rows[copy]["score"] < 1.0


def test_closed_door_is_respected(crawled: Crawled) -> None:
    """A site that disallows everything is asked for its robots.txt and nothing else."""
    paths = [record.path for record in crawled.server.requests("closeddoor.example")]

    assert paths == ["/robots.txt"]


def test_robots_first(crawled: Crawled) -> None:
    """The first request to every host is for robots.txt."""
    for host in TRUTH:
        assert crawled.server.requests(host)[0].path == "/robots.txt"


def test_disallowed_paths_are_not_asked(crawled: Crawled) -> None:
    """What one line of a robots.txt disallows is never requested."""
    paths = [record.path for record in crawled.server.requests("quietriver.example")]

    assert not [path for path in paths if path.startswith("/search")]


def test_who_asks(crawled: Crawled) -> None:
    """Every request names the crawler and its contact."""
    agents = {record.user_agent for record in crawled.server.requests()}

    assert agents == {"TherapyCorpusBot/0.1 (+https://crawl.example/bot)"}


def test_languages(crawled: Crawled) -> None:
    """The German post is German, the others are English."""
    german = {url for truth in TRUTH.values() for url in truth.german}
    found = {row["url"]: row["language"] for row in crawled.corpus.rows("documents")}

    assert {url for url, language in found.items() if language == "de"} == german
    assert set(found.values()) == {"de", "en"}


def test_rows_are_whole(crawled: Crawled) -> None:
    """Each document has its identity, its text in both forms, and its place in the archive."""
    for row in crawled.corpus.rows("documents"):
        assert row["id"] == document_id(row["url"])
        assert row["word_count"] == len(row["text"].split()) >= 10
        assert row["normalized_text"] == " ".join(row["normalized_text"].split())
        assert set(row["normalized_text"]) <= set("abcdefghijklmnopqrstuvwxyz ,!?'`")
        assert (crawled.corpus.root / "archive" / row["source"]["file"]).is_file()


def test_funnel_adds_up(crawled: Crawled) -> None:
    """Every page of the archive is in exactly one table."""
    rows = [row["url"] for table in TABLES for row in crawled.corpus.rows(table)]
    pages = {
        url
        for url, _ in crawled.corpus.records()
        if not url.endswith(("robots.txt", ".xml", "/feed/")) and "/feeds/" not in url
    }

    assert len(rows) == len(set(rows))
    assert set(rows) == pages


def test_why(crawled: Crawled) -> None:
    """`why` tells of a copy where it was found, where it is archived and what was kept."""
    copy, original = next(iter(TRUTH["echo-practice.example"].exact_copies.items()))
    told = crawled.corpus.verb("why", copy)

    assert "Frontier: a post" in told
    assert "Archive: captured" in told
    assert "dedup.exact" in told
    assert original in told


def test_why_of_refused(crawled: Crawled) -> None:
    """`why` of a refused page names the refusal."""
    assert "permission.robots" in crawled.corpus.verb("why", "http://closeddoor.example/")


def test_inspect_archived(crawled: Crawled) -> None:
    """`inspect` of an archived URL asks nobody."""
    url = next(iter(TRUTH["harbourcounselling.example"].posts))
    before = len(crawled.server.requests())

    (line,) = crawled.corpus.verb("inspect", url).splitlines()

    assert json.loads(line)["url"] == url
    assert json.loads(line)["rejection"] is None
    assert len(crawled.server.requests()) == before


def test_inspect_elsewhere(crawled: Crawled, tmp_path: Path) -> None:
    """`inspect` of another URL asks for notices and that page, and keeps nothing."""
    url = next(iter(TRUTH["quietriver.example"].posts))
    corpus = Corpus(folder=tmp_path, proxy=crawled.server.proxy).write()
    before = len(crawled.server.requests())

    (line,) = corpus.verb("inspect", url).splitlines()

    assert json.loads(line)["rejection"] is None
    asked = [record.path for record in crawled.server.requests()[before:]]
    page = url.removeprefix("http://quietriver.example")
    assert asked == ["/robots.txt", "/.well-known/tdmrep.json", page]
    assert not corpus.root.exists()
    assert "permission.robots" in corpus.verb("inspect", "http://closeddoor.example/", code=1)


def test_query_and_status(crawled: Crawled) -> None:
    """`query` answers in SQL and `status` lists the blogs."""
    count = len(crawled.corpus.rows("documents"))

    assert str(count) in crawled.corpus.verb("query", "SELECT count(*) AS n FROM documents")
    told = crawled.corpus.verb("status")
    assert all(host in told for host in TRUTH)


def test_wrong_sql(crawled: Crawled) -> None:
    """A wrong query is one sentence that names the tables."""
    said = crawled.corpus.verb("query", "SELECT nothing FROM nowhere", code=2)

    assert "Traceback" not in said
    assert "documents" in said


@pytest.mark.parametrize("workers", ["1", "2", "4"])
def test_workers_change_no_byte(crawled: Crawled, tmp_path: Path, workers: str) -> None:
    """The data files are named by their content, and are the same for any number of workers."""
    corpus = Corpus(folder=tmp_path).write()
    for folder in ("archive", "state"):
        _copy(crawled.corpus.root / folder, corpus.root / folder)
    corpus.verb("build", "--workers", workers)

    assert _files(corpus.snapshot()) == _files(crawled.corpus.snapshot())


def _files(snapshot: Path) -> dict[str, bytes]:
    files = snapshot.rglob("*.parquet")
    return {str(path.relative_to(snapshot)): path.read_bytes() for path in files}


def _copy(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(source)
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())


def test_second_run_fetches_nothing(tmp_path: Path) -> None:
    """A second run at once sends conditional requests only, and publishes nothing."""
    sites = demo()
    with serve(sites) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        corpus.verb("run")
        first, snapshot = len(server.requests()), corpus.snapshot()
        documents = corpus.rows("documents")

        corpus.verb("run")

        again = server.requests()[first:]
        assert {record.status for record in again} == {304}
        assert all(record.conditional and record.sent == 0 for record in again)
        assert not [record for record in again if record.path == "/robots.txt"]
        assert corpus.snapshot() == snapshot
        assert corpus.rows("documents") == documents


def test_a_new_post_costs_what_it_is(tmp_path: Path) -> None:
    """A run after one new post fetches the doors that changed and that post."""
    from tests.sites.generated import generated  # noqa: PLC0415 - only this test needs it

    host = "growing.example"
    with serve({host: generated(host, posts=30)}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=(host,)).write()
        corpus.verb("run")
        first, before = len(server.requests()), corpus.urls("documents")
        server.sites = {host: generated(host, posts=31)}

        corpus.verb("run")

        new = corpus.urls("documents") - before
        assert len(new) == 1
        fetched = [record.path for record in server.requests()[first:] if record.status == 200]
        assert [path for path in fetched if f"http://{host}{path}" in before] == []


def test_dead_blog(tmp_path: Path) -> None:
    """A blog that cannot be reached is listed and gives exit code 3; the others are published."""
    sites = demo()
    hosts = ("nowhere.example", "quietriver.example")
    with serve(sites) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=hosts).write()
        said = corpus.verb("run", code=3)

    assert "http://nowhere.example/" in said
    assert "quietriver" not in said.partition("failed")[2]
    assert corpus.rows("documents")


def test_blog_without_posts(tmp_path: Path) -> None:
    """A blog on which no post is found is named, though it is no failure."""
    site = Site()
    site.put("/", "<html><body><p>Under construction.</p></body></html>")
    with serve({"bare.example": site}) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=("bare.example",)).write()
        told = corpus.verb("crawl")

    assert "http://bare.example/: no post was found on it" in told


def test_lock(tmp_path: Path) -> None:
    """While one run works, another says who holds the corpus and gives exit code 4."""
    sites = demo()
    for site in sites.values():
        site.delay = 0.3
    with serve(sites) as server:
        corpus = Corpus(folder=tmp_path, proxy=server.proxy, hosts=tuple(sorted(sites))).write()
        first = corpus.start("run")
        while not server.requests():
            assert first.poll() is None
        said = corpus.verb("build", code=4)
        first.communicate(timeout=120)

    assert "Another run" in said
    assert first.returncode == 0
