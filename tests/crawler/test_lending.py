"""A part of the state that is lent to another crawler, and what is taken back from it."""

import shutil
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from crawler.frontier import Frontier, Lease
from pipelines.core import attempts, lending, state
from pipelines.core.archive import Archive
from pipelines.core.dealing import Bucket, deal
from pipelines.core.model import CaptureRef, Kind
from pipelines.core.removals import Mark, Removals
from pipelines.core.urls import document_id
from tests.crawler.driver import (
    EAGER,
    GONE,
    NOW,
    config,
    leased,
    link,
    opened,
    store,
)

HOMES = tuple(f"http://blog-{number}.example/" for number in range(6))
#: Rows that tell when and where something is, and not what.
IDENTITIES = ("id", "serial", "run", "listed_in", "file", "offset", "length")


def dump(corpus: Path) -> dict[str, list[tuple[object, ...]]]:
    """All rows of a state, but for their identities, in an order of their own."""
    with closing(state.connect(corpus)) as db:
        tables = [
            row["name"] for row in db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")
        ]
        return {
            table: sorted(
                (
                    tuple(value for name, value in dict(row).items() if name not in IDENTITIES)
                    for row in db.execute(f"SELECT * FROM {table}")  # noqa: S608 - ours
                ),
                key=repr,
            )
            for table in tables
            if table not in {"sqlite_sequence", "archive_file"}
        }


def answer(frontier: Frontier, lease: Lease) -> None:
    """Answer as a small blog does: its home page names three posts and a sitemap."""
    if lease.kind is Kind.ROBOTS:
        store(frontier, lease)
    elif lease.kind.is_notice or lease.kind is Kind.PROBE:
        frontier.failed(lease, GONE, 404, NOW)
    elif lease.kind is Kind.HOME:
        posts = [link(f"{lease.url}post-{number}") for number in range(3)]
        store(frontier, lease, *posts, link(f"{lease.url}map.xml", Kind.SITEMAP), body=b"home")
    else:
        store(frontier, lease, body=lease.url.encode())


def crawl(frontier: Frontier, most: int = 1000) -> list[str]:
    """Ask until nothing waits, or so often; what was asked for."""
    asked: list[str] = []
    while len(asked) < most and (lease := frontier.lease(NOW, ())):
        asked.append(lease.url)
        answer(frontier, lease)
    return asked


def dealt(corpus: Path, count: int) -> list[Bucket]:
    """The buckets of a state."""
    with closing(state.connect(corpus)) as db:
        return deal(db, count, NOW)


def lent(corpus: Path, bucket: Bucket) -> Path:
    """The folder of a bucket that has been lent."""
    folder = corpus / "lent" / str(bucket.number) / "1"
    folder.parent.mkdir(parents=True)
    with closing(state.connect(corpus)) as db:
        lending.lend(db, corpus, bucket, folder)
    return folder


def taken_back(corpus: Path, folder: Path) -> None:
    """Take a bucket back."""
    with closing(state.connect(corpus)) as db:
        lending.take_back(db, corpus, folder)


def of_bucket(folder: Path) -> Frontier:
    """The frontier that works on a bucket."""
    return Frontier(replace(config(folder), revisit=EAGER), None, NOW)


def begun(corpus: Path) -> None:
    """Begin a run over all blogs and ask for nothing."""
    opened(corpus, homes=HOMES).close()


@pytest.mark.parametrize("before", [0, 10, 40])
def test_parts_make_a_whole(tmp_path: Path, before: int) -> None:
    """Crawled in buckets, also from the middle on, a state is that of one crawl."""
    alone, spread = tmp_path / "alone", tmp_path / "spread"
    frontier = opened(alone, homes=HOMES)
    crawl(frontier)
    frontier.close()
    frontier = opened(spread, homes=HOMES)
    crawl(frontier, before)
    frontier.close()

    for bucket in dealt(spread, 3):
        folder = lent(spread, bucket)
        crawl(of_bucket(folder))
        taken_back(spread, folder)

    assert dealt(spread, 3) == []
    assert {name for name, rows in dump(alone).items() if rows != dump(spread)[name]} <= {
        # The order in which hosts were asked, and the pauses that were drawn.
        "fetch_log",
        "host",
    }
    assert sorted(dump(alone)["fetch_log"]) == sorted(dump(spread)["fetch_log"])
    with closing(state.connect(spread)) as db:
        for row in db.execute("SELECT * FROM capture WHERE kind IN ('home', 'post')"):
            found = Archive(spread / "archive").read(reference(row))
            assert found.url == row["url"]


def reference(row: sqlite3.Row) -> CaptureRef:
    """Where a row of the ledger says that its bytes are."""
    return CaptureRef(
        file=row["file"], offset=row["offset"], length=row["length"], digest=row["digest"]
    )


def test_lent_and_taken_back_is_as_before(tmp_path: Path) -> None:
    """A bucket that nobody worked on changes nothing; nor does one that comes back twice."""
    begun(tmp_path)
    before = dump(tmp_path)
    folders = [lent(tmp_path, bucket) for bucket in dealt(tmp_path, 2)]
    taken_back(tmp_path, folders[0])
    assert dump(tmp_path) == before

    crawl(of_bucket(folders[1]))
    taken_back(tmp_path, folders[1])
    once = dump(tmp_path)
    taken_back(tmp_path, folders[1])
    assert dump(tmp_path) == once != before


def test_what_belongs_together(tmp_path: Path) -> None:
    """A host and a blog are in one bucket with all that they share; what sleeps is in none."""
    frontier = opened(
        tmp_path, homes=(*HOMES, "http://one.substack.com/", "http://two.substack.com/")
    )
    crawl(frontier, 60)
    frontier.close()
    with closing(state.connect(tmp_path)) as db:
        db.execute("UPDATE host SET ready_at = ? WHERE host != 'blog-1.example'", (NOW + 60,))
        db.execute("UPDATE host SET ready_at = 0 WHERE host = 'blog-1.example'")
        # A page of one blog on the host of another.
        db.execute("UPDATE url SET blog = ? WHERE url = ?", (HOMES[1], f"{HOMES[2]}post-1"))
        (bucket,) = deal(db, 8, NOW)
        everything = deal(db, 8, NOW + 120)

    assert set(bucket.hosts) == {"blog-1.example", "blog-2.example"}
    assert set(bucket.blogs) == {HOMES[1], HOMES[2]}
    owners = [host for some in everything for host in some.hosts]
    assert len(owners) == len(set(owners)) == len(HOMES) + 1


def test_hosts_of_others_are_left_alone(tmp_path: Path) -> None:
    """What is found at a host that was not lent waits until it has come back."""
    begun(tmp_path)
    folder = lent(tmp_path, next(b for b in dealt(tmp_path, 6) if "blog-0.example" in b.hosts))
    frontier = of_bucket(folder)
    while (lease := leased(frontier)).kind is not Kind.HOME or lease.url != HOMES[0]:
        answer(frontier, lease)
    elsewhere = "http://elsewhere.example/feed"
    store(frontier, lease, link(elsewhere, Kind.FEED))
    asked = crawl(frontier)
    frontier.close()
    taken_back(tmp_path, folder)

    assert not [url for url in asked if "elsewhere" in url]
    begun(tmp_path)
    together = next(b for b in dealt(tmp_path, 6) if "blog-0.example" in b.hosts)
    assert "elsewhere.example" in together.hosts


def test_an_attempt_is_overtaken(tmp_path: Path) -> None:
    """The next one goes on from what was committed; what the former still writes is lost."""
    begun(tmp_path)
    (bucket,) = dealt(tmp_path, 1)
    folder = lent(tmp_path, bucket).parent
    first = attempts.claim(folder)
    attempts.go_on(first, 0.0)
    cut_off = of_bucket(first)
    asked = crawl(cut_off, 50)
    assert not attempts.is_overtaken(first)

    second = attempts.claim(folder)
    attempts.go_on(second, NOW + 5)
    crawl(cut_off)
    cut_off.close()
    frontier = of_bucket(second)

    assert attempts.is_overtaken(first)
    assert attempts.newest(folder) == second
    assert frontier.lease(NOW + 4.9, ()) is None
    with closing(state.connect(second)) as db:
        db.execute("UPDATE host SET not_before = 0, ready_at = 0 WHERE ready_at IS NOT NULL")
    rest = crawl(frontier)
    frontier.close()
    taken_back(tmp_path, second)
    assert set(rest).isdisjoint(asked)
    assert all(value == "DONE" for value in home_and_posts(tmp_path).values())
    with closing(state.connect(tmp_path)) as db:
        rows = db.execute("SELECT * FROM capture WHERE kind = 'post'").fetchall()
    assert len(rows) == 3 * len(HOMES)
    assert {Archive(tmp_path / "archive").read(reference(row)).url for row in rows} == {
        row["url"] for row in rows
    }
    shutil.rmtree(folder)
    assert attempts.is_overtaken(second)


def home_and_posts(corpus: Path) -> dict[str, str]:
    """State of each page."""
    with closing(state.connect(corpus)) as db:
        rows = db.execute("SELECT url, state FROM url WHERE kind IN ('home', 'post')")
        return {row["url"]: row["state"] for row in rows}


def test_removals_are_lent_too(tmp_path: Path) -> None:
    """What was taken out of the corpus is not asked for by a bucket, nor by a later attempt."""
    begun(tmp_path)
    gone = f"{HOMES[0]}post-1"
    Removals().with_all(Mark.ID, [document_id(gone)]).save(tmp_path)
    folder = lent(tmp_path, *dealt(tmp_path, 1)).parent
    attempt = attempts.claim(folder)
    attempts.go_on(attempt, 0.0)

    asked = crawl(of_bucket(attempt))

    assert gone not in asked
    assert f"{HOMES[0]}post-2" in asked
