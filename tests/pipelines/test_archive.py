"""The archive after kills, losses and damage: nothing that was committed is lost."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pipelines.core import archive as archive_module
from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.errors import ArchiveError, StateError
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.warc import digest_of, encode

NOW = datetime(2024, 1, 1, 12, tzinfo=UTC)


def capture(number: int, host: str = "blog.example") -> Capture:
    """The page of that number."""
    body = b"<p>page %d</p>" % number
    return Capture(
        url=f"http://{host}/{number}",
        kind=Kind.POST,
        via=Via.FEED,
        fetched_at=NOW + timedelta(seconds=number),
        status=200,
        headers=(("Content-Type", "text/html"),),
        body=body,
        digest=digest_of(body),
    )


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """The state of a corpus."""
    opened = state.connect(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """The archive of the same corpus."""
    return Archive(tmp_path / "archive")


def store(archive: Archive, connection: sqlite3.Connection, one: Capture) -> CaptureRef:
    """Append `one` as the crawler does, with its URL done."""
    connection.execute("BEGIN IMMEDIATE")
    ref = archive.append(connection, one, encode(one))
    connection.execute(
        "INSERT OR REPLACE INTO url "
        "(url, origin, blog, kind, via, found_on, score, why, state, etag, digest) "
        "VALUES (?, 'o', 'b', 'post', 'feed', '', 1, '', 'DONE', 'tag', ?)",
        (one.url, one.digest),
    )
    connection.execute("COMMIT")
    return ref


def states(connection: sqlite3.Connection) -> dict[str, tuple[str, str, str]]:
    """State, validator and digest of every URL."""
    rows = connection.execute("SELECT url, state, etag, digest FROM url ORDER BY id")
    return {row["url"]: (row["state"], row["etag"], row["digest"]) for row in rows}


def test_what_is_appended_is_read(archive: Archive, connection: sqlite3.Connection) -> None:
    """Records of several sites come back by their reference, in any order."""
    captures = [capture(n, host) for n in range(5) for host in ("a.example", "b.example")]
    refs = [store(archive, connection, one) for one in captures]

    assert [archive.read(ref) for ref in reversed(refs)] == captures[::-1]
    assert len({ref.file for ref in refs}) == 2


def test_a_transaction_that_fails_leaves_nothing(
    archive: Archive, connection: sqlite3.Connection
) -> None:
    """Bytes without a ledger row are overwritten by the next record."""
    first = store(archive, connection, capture(1))
    connection.execute("BEGIN IMMEDIATE")
    lost = archive.append(connection, capture(2), encode(capture(2)))
    connection.execute("ROLLBACK")

    third = store(archive, connection, capture(3))

    assert third.offset == lost.offset == first.length
    assert archive.read(third) == capture(3)
    assert (archive.root / third.file).stat().st_size == third.offset + third.length


@pytest.mark.parametrize("restart", [True, False])
def test_bytes_beyond_the_committed_size_are_cut(
    archive: Archive,
    connection: sqlite3.Connection,
    restart: bool,  # noqa: FBT001 - a parameter
) -> None:
    """A record torn by a kill goes at the next start, or else at the next append."""
    first = store(archive, connection, capture(1))
    path = archive.root / first.file
    with path.open("ab") as stream:
        stream.write(encode(capture(2))[:-9])

    if restart:
        assert archive.recover(connection) == 0
        assert path.stat().st_size == first.length
    third = store(archive, connection, capture(3))

    assert path.stat().st_size == first.length + third.length
    assert [archive.read(first), archive.read(third)] == [capture(1), capture(3)]


@pytest.mark.parametrize("missing", [1, 40])
def test_pages_whose_bytes_are_lost_are_fetched_again(
    archive: Archive, connection: sqlite3.Connection, missing: int
) -> None:
    """A file shorter than its committed size, as after a loss of power, costs its end only."""
    refs = [store(archive, connection, capture(number)) for number in range(3)]
    path = archive.root / refs[0].file
    with path.open("r+b") as stream:
        stream.truncate(refs[2].offset + refs[2].length - missing)

    assert archive.recover(connection) == 1

    done, lost = ("DONE", "tag"), ("PENDING", "", "")
    assert states(connection) == {
        capture(0).url: (*done, capture(0).digest),
        capture(1).url: (*done, capture(1).digest),
        capture(2).url: lost,
    }
    assert archive.recover(connection) == 0
    again = store(archive, connection, capture(2))
    assert again.offset == refs[2].offset
    assert [archive.read(ref) for ref in (refs[0], refs[1], again)] == list(map(capture, range(3)))


def test_a_file_that_is_gone_is_fetched_again(
    archive: Archive, connection: sqlite3.Connection
) -> None:
    """All pages of a missing file are due, and the file is begun anew."""
    refs = [store(archive, connection, capture(number)) for number in range(3)]
    (archive.root / refs[0].file).unlink()

    assert archive.recover(connection) == 3
    assert {one[0] for one in states(connection).values()} == {"PENDING"}
    assert store(archive, connection, capture(1)).offset == 0
    assert next(state.sites(connection)).captures == 1


def test_a_full_file_is_left_alone(
    archive: Archive, connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past the limit the next file of the site is begun; the older ones stay as they are."""
    monkeypatch.setattr(archive_module, "ROTATE_AT", 1000)
    refs = [store(archive, connection, capture(number)) for number in range(12)]
    files = sorted({ref.file for ref in refs})

    assert len(files) > 2
    assert [Path(file).name for file in files[:2]] == ["000001.warc.gz", "000002.warc.gz"]
    for file in files[:-1]:
        size = (archive.root / file).stat().st_size
        assert 1000 <= size < 1000 + max(ref.length for ref in refs)
    assert archive.recover(connection) == 0
    assert [archive.read(ref) for ref in refs] == list(map(capture, range(12)))


def test_a_flipped_bit_is_an_error(archive: Archive, connection: sqlite3.Connection) -> None:
    """A damaged byte is told with file and offset, or it is padding that no content depends on."""
    first, second = (store(archive, connection, capture(number)) for number in range(2))
    path = archive.root / first.file
    whole = path.read_bytes()
    told = []
    for position in range(10, first.length):
        damaged = bytearray(whole)
        damaged[position] ^= 4
        path.write_bytes(damaged)
        try:
            assert archive.read(first) == capture(0)
        except ArchiveError as error:
            told.append(str(error))

    assert all(re.search(r"000001\.warc\.gz, byte 0: .*restore it", line) for line in told)
    assert len(told) >= first.length - 11

    assert archive.read(second) == capture(1)


def test_another_record_than_the_ledger_names_is_an_error(
    archive: Archive, connection: sqlite3.Connection
) -> None:
    """A whole record at the right place with another body is not taken for the right one."""
    ref = store(archive, connection, capture(1))

    with pytest.raises(ArchiveError, match="not the record that the ledger names"):
        archive.read(replace(ref, digest=capture(2).digest))


def test_a_missing_file_is_an_error(archive: Archive) -> None:
    """It is named, with what to do."""
    ref = CaptureRef(file="0/000001.warc.gz", offset=0, length=1, digest="")

    with pytest.raises(ArchiveError, match=r"0/000001\.warc\.gz cannot be read .* restore it"):
        archive.read(ref)


def test_the_newest_capture_of_a_page_counts(
    archive: Archive, connection: sqlite3.Connection
) -> None:
    """Older versions stay in the archive, but a build reads the newest."""
    old = capture(1)
    new = replace(old, fetched_at=NOW + timedelta(days=1), body=b"new", digest=digest_of(b"new"))
    robots = replace(capture(2), kind=Kind.ROBOTS)
    for one in (new, old, robots):
        store(archive, connection, one)
    (site,) = state.sites(connection)
    (row,) = state.newest_pages(connection, "blog.example")

    assert (site.site, site.captures) == ("blog.example", 2)
    assert archive.read(row.ref) == new
    assert state.has_capture(connection, old)
    assert not state.has_capture(connection, capture(3))


def test_a_state_that_is_no_database_is_an_error(tmp_path: Path) -> None:
    """The file is named, and nothing is overwritten."""
    path = state.state_file(tmp_path)
    path.parent.mkdir(parents=True)
    path.write_bytes(b"not a database" * 100)

    with pytest.raises(StateError, match=r"frontier\.sqlite cannot be used"):
        state.connect(tmp_path)
    assert path.read_bytes().startswith(b"not a database")


def test_a_state_of_another_version_is_an_error(tmp_path: Path) -> None:
    """A newer schema is not written to."""
    connection = state.connect(tmp_path)
    connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StateError, match="schema 99"):
        state.connect(tmp_path)
