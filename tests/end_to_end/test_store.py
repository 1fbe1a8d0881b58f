"""A corpus whose path is in an object store is written and read as one on a disk is."""

import json
import os
import shutil
import signal
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end import objects
from tests.end_to_end.corpus import PLACE_AND_TIME, Corpus
from tests.end_to_end.kills import IN_FLIGHT, TABLES, Rows
from tests.end_to_end.leftovers import leftovers
from tests.end_to_end.objects import Store
from tests.sites import server as sites
from tests.sites.blogs import demo
from tests.sites.generated import generated
from tests.sites.server import SiteServer

#: A post without copies.
ALONE = "http://quietriver.example/2024/03/panic-on-platform-two.html"
#: What readers count on finding under its plain name.
PLAIN = ("README.md", "manifest.json", "croissant.json")


# Fixtures of this module as well.
store, credentials = objects.store, objects.credentials


@pytest.fixture(scope="module")
def blogs() -> Iterator[SiteServer]:
    """The five small blogs."""
    with sites.serve(demo()) as server:
        yield server


def rows(corpus: Corpus) -> Rows:
    """All rows, but for the columns that tell when and where."""
    return {table: corpus.rows(table, without=PLACE_AND_TIME) for table in TABLES}


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def known(corpus: Corpus) -> dict[str, bytes]:
    """What the pages of each site were made into."""
    found = files(corpus.root / "documents")
    pages = {name: content for name, content in found.items() if name.endswith(".pages")}
    assert pages
    return pages


def snapshot_objects(store: Store, name: str, version: str) -> dict[str, bytes]:
    """What a reader finds of a snapshot in the bucket itself."""
    begin = f"snapshots/{version}/"
    found = store.objects(name)
    return {key.removeprefix(begin): found[key] for key in found if key.startswith(begin)}


def test_run_publishes_the_snapshot_that_a_local_one_makes(
    store: Store, blogs: SiteServer, tmp_path: Path
) -> None:
    """The same rows as with a local path; the same bytes from the same archive; again: nothing."""
    hosts = tuple(sorted(demo()))
    local = Corpus(folder=tmp_path / "local", proxy=blogs.proxy, hosts=hosts).write()
    local.verb("run")
    remote = store.corpus(tmp_path / "a", "one", blogs, hosts)
    remote.verb("run")

    assert rows(remote) == rows(local)
    assert store.objects("one")["CURRENT"] == b"v000001\n"
    published = snapshot_objects(store, "one", "v000001")
    assert published == files(remote.snapshot())
    assert set(PLAIN) <= set(published)

    # Another machine takes it whole, and makes the snapshot anew on its disk.
    other = store.corpus(tmp_path / "b", "one")
    other.verb("verify")
    assert known(other) == known(remote)
    shutil.copytree(other.root, local.folder / "copy")
    shutil.rmtree(local.root)
    (local.folder / "copy").rename(local.root)
    for name in ("snapshots", "documents"):
        shutil.rmtree(local.root / name)
    local.verb("build")
    assert files(local.snapshot()) == published

    before = store.objects("one")
    other.verb("build")
    after = store.objects("one")
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    assert changed == {"lease.json", "manifest.json"}
    assert json.loads(after["manifest.json"])["generation"] == 1


def test_a_reader_elsewhere_gets_snapshots_and_state_alone(
    store: Store, blogs: SiteServer, tmp_path: Path
) -> None:
    """It queries the same rows, sees a later snapshot, and is not given the archive."""
    hosts = tuple(sorted(demo()))
    writer = store.corpus(tmp_path / "a", "read", blogs, hosts[:2])
    writer.verb("run")
    reader = store.corpus(tmp_path / "b", "read")

    statement = "SELECT url, text FROM documents ORDER BY url"
    asked = ("query", statement, "--format", "json")
    assert reader.verb(*asked) == writer.verb(*asked)
    assert not (reader.root / "archive").exists()
    assert not (reader.root / "documents").exists()

    writer = store.corpus(tmp_path / "a", "read", blogs, hosts)
    writer.verb("run")
    assert reader.snapshot().name == "v000002"
    assert reader.verb(*asked) == writer.verb(*asked)
    assert files(reader.snapshot()) == files(writer.snapshot())
    assert reader.verb("why", reader.rows("documents")[0]["url"])


def test_a_killed_run_goes_on_where_it_was(store: Store, tmp_path: Path) -> None:
    """A kill -9 in mid-crawl, then `run` on the same machine: nothing lost or asked for twice."""
    host = "manyposts.example"
    with sites.serve({host: generated(host, posts=60)}) as calm_server:
        calm = Corpus(folder=tmp_path / "calm", proxy=calm_server.proxy, hosts=(host,)).write()
        calm.verb("run")
    site = generated(host, posts=60)
    site.delay = 0.03
    with sites.serve({host: site}) as server:
        corpus = store.corpus(tmp_path / "a", "killed", server, (host,))
        process = corpus.start("run")
        while len(server.requests()) < 30:
            assert process.poll() is None
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert "CURRENT" not in store.objects("killed")
        corpus.verb("run")
        sent = Counter(one.path for one in server.requests() if one.status == 200)

        assert rows(corpus) == rows(calm)
        assert sum(count - 1 for count in sent.values()) <= 1.6 * IN_FLIGHT
        assert snapshot_objects(store, "killed", "v000001") == files(corpus.snapshot())


def test_a_second_writer_is_turned_away(store: Store, tmp_path: Path) -> None:
    """While one works the other ends with exit code 4 and is told who; readers are not kept."""
    host = "slow.example"
    site = generated(host, posts=300)
    site.delay = 0.4
    with sites.serve({host: site}) as server:
        one = store.corpus(tmp_path / "a", "two", server, (host,))
        other = store.corpus(tmp_path / "b", "two", server, (host,))
        process = one.start("run")
        while len(server.requests()) < 5:
            assert process.poll() is None
        told = other.verb("run", code=4)
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()

    owner = (one.root / "state" / "owner").read_text().strip()
    assert told.count("\n") == 1
    assert owner in told
    # Nobody renews the lease of a run that was killed, so it waits for its own machine.
    assert owner in other.verb("build", code=4)
    one.verb("build")
    other.verb("build")
    assert other.snapshot().name == "v000001"


def test_a_removal_leaves_no_object_with_the_text(
    store: Store, blogs: SiteServer, tmp_path: Path
) -> None:
    """`forget` reaches what was published before, also when another machine runs it."""
    writer = store.corpus(tmp_path / "a", "gone", blogs, tuple(sorted(demo())))
    writer.verb("run")
    row = next(row for row in writer.rows("documents") if row["url"] == ALONE)
    words = [ALONE.removeprefix("http://"), row["id"], row["title"], row["text"][20:60]]
    before = leftovers(unpacked(store, tmp_path / "before", "gone"), words)
    assert {line.partition("/")[0] for line in before} >= {
        "archive",
        "documents",
        "snapshots",
        "state",
    }

    other = store.corpus(tmp_path / "b", "gone")
    other.verb("forget", ALONE, "--reason", "asked by mail")

    assert leftovers(unpacked(store, tmp_path / "after", "gone"), words) == []
    assert leftovers(other.root, words) == []
    assert ALONE not in writer.urls("documents")
    writer.verb("build")
    assert leftovers(writer.root, words) == []


def unpacked(store: Store, folder: Path, name: str) -> Path:
    """All objects of a corpus as files."""
    for key, body in store.objects(name).items():
        (folder / key).parent.mkdir(parents=True, exist_ok=True)
        (folder / key).write_bytes(body)
    return folder


@pytest.mark.parametrize("verb", [("build",), ("query", "SELECT 1")])
def test_what_the_store_refuses_is_one_sentence(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: tuple[str, ...]
) -> None:
    """A bucket that is not there, a server that is not there, credentials that are not there."""
    corpus = store.corpus(tmp_path, "none")
    good = corpus.config.read_text()

    corpus.config.write_text(good.replace("s3://corpora", "s3://another"))
    told = corpus.verb(*verb, code=1)
    assert told.startswith("There is no bucket another; make it")
    assert told.count("\n") == 1

    corpus.config.write_text(good.replace(store.url, "http://127.0.0.1:9"))
    told = corpus.verb(*verb, code=1)
    assert "cannot be reached" in told
    assert told.count("\n") == 1

    corpus.config.write_text(good)
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    told = corpus.verb(*verb, code=1)
    assert told.startswith("There are no credentials for s3://corpora/team/therapy/none; set AWS")
    assert told.count("\n") == 1


@pytest.mark.parametrize("store", ["seaweedfs"], indirect=True)
@pytest.mark.parametrize("mistyped", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_credentials_that_the_store_does_not_know(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mistyped: str
) -> None:
    """A writer and a reader are told in one sentence; moto would take any."""
    corpus = store.corpus(tmp_path, "unknown")
    monkeypatch.setenv(mistyped, "mistyped")
    for verb in (("build",), ("query", "SELECT 1")):
        told = corpus.verb(*verb, code=1)
        assert "does not let these credentials work on s3://corpora/team/therapy/unknown" in told
        assert told.count("\n") == 1
    assert store.objects("unknown") == {}
