"""Whatever is damaged in archive or snapshot is found, and costs no more than it has to."""

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from pipelines.core import state, warc
from pipelines.core.archive import Archive
from pipelines.core.archive_check import Damage, check
from pipelines.core.errors import ArchiveError, ConfigError, SnapshotError
from pipelines.core.model import Capture, Kind, Via
from pipelines.verbs.progress import Quiet
from pipelines.verbs.verify import verify
from tests.factories import NOON, post, publish_documents

RECORDS = 12
FLIPS = 500


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with one file of twelve records, and a snapshot."""
    folder = tmp_path_factory.mktemp("corpus")
    archive = Archive(folder / "archive")
    draw = random.Random(2)
    with closing(state.connect(folder)) as connection, state.transaction(connection):
        for number in range(RECORDS):
            body = draw.randbytes(draw.randint(200, 900))
            capture = Capture(
                url=f"http://a.example/{number}",
                kind=Kind.POST,
                via=Via.FEED,
                fetched_at=NOON + timedelta(hours=number),
                status=200,
                headers=(("Content-Type", "text/html"),),
                body=body,
                digest=warc.digest_of(body),
            )
            archive.append(connection, capture, warc.encode(capture))
    publish_documents(folder, [post("a.example", number) for number in range(9)])
    return folder


@pytest.fixture
def file(corpus: Path) -> Iterator[Path]:
    """The WARC file, which is whole again afterwards."""
    (path,) = (corpus / "archive").rglob("*.warc.gz")
    content = path.read_bytes()
    yield path
    path.write_bytes(content)


def damages(corpus: Path) -> list[Damage]:
    """All that is found."""
    with closing(state.connect(corpus)) as connection:
        done = list(check(corpus / "archive", connection, 1))
    return [damage for one in done for damage in one.damages]


def test_what_is_whole_is_told_to_be(corpus: Path) -> None:
    """Records, files and bytes are counted."""
    told = list(verify(corpus, None, None, Quiet()))
    assert told[0].startswith(f"Archive: {RECORDS} records in 1 files")
    assert told[1].startswith("Snapshot v000001: ")
    assert all(line.endswith((" damaged.", " wrong.")) for line in told)


def test_every_torn_tail_is_found(corpus: Path, file: Path) -> None:
    """A file that ends at any byte of its last record lacks that record alone."""
    content = file.read_bytes()
    with closing(state.connect(corpus)) as connection:
        row = connection.execute("SELECT max(offset) FROM capture").fetchone()
    for end in range(row[0], len(content), 3):
        file.write_bytes(content[:end])
        lost = [damage for damage in damages(corpus) if damage.url]
        assert [damage.url for damage in lost] == [f"http://a.example/{RECORDS - 1}"], end


def test_every_flipped_bit_is_found(corpus: Path, file: Path) -> None:
    """One bit anywhere costs one record; all others are read."""
    content = file.read_bytes()
    draw = random.Random(3)
    harmless = 0
    for _ in range(FLIPS):
        place, bit = draw.randrange(len(content)), draw.randrange(8)
        changed = bytearray(content)
        changed[place] ^= 1 << bit
        file.write_bytes(changed)
        found = damages(corpus)
        # A gzip header has bytes that say nothing of its content (RFC 1952: time, system).
        harmless += not found
        assert len(found) <= 1
    assert harmless <= FLIPS // 50


def test_a_lost_file_and_a_stranger_are_told(corpus: Path, file: Path) -> None:
    """All records of a file that is gone are named; a file that nobody wrote is no loss."""
    content = file.read_bytes()
    stranger = file.with_name("000009.warc.gz")
    stranger.write_bytes(b"")
    file.write_bytes(content + b"torn")
    notes = damages(corpus)
    assert [damage.is_loss for damage in notes] == [False, False]
    stranger.unlink()
    file.unlink()
    assert len([damage for damage in damages(corpus) if damage.url]) == RECORDS
    with pytest.raises(ArchiveError, match=rf"{RECORDS + 1} records of .* are damaged"):
        list(verify(corpus, None, "archive", Quiet()))


@pytest.mark.parametrize("wrong", ["changed", "cut", "missing", "stranger"])
def test_files_of_a_snapshot_are_checked(tmp_path: Path, wrong: str) -> None:
    """A file with other bytes, too few, none, or without an entry in the manifest is told."""
    directory = publish_documents(tmp_path, [post("a.example", 1)]).directory
    path = next((directory / "data").iterdir())
    content = path.read_bytes()
    path.unlink()
    told = {
        "changed": content[:200] + bytes([content[200] ^ 1]) + content[201:],
        "cut": content[:-1],
    }.get(wrong)
    if told is not None:
        path.write_bytes(told)
    elif wrong == "stranger":
        path.write_bytes(content)
        (directory / "data" / "train-more.parquet").write_bytes(content)
    with pytest.raises(SnapshotError, match=r"1 files of .* are not what its manifest says"):
        list(verify(tmp_path, None, "snapshot", Quiet()))


def test_a_wrong_name_is_told(corpus: Path) -> None:
    """One sentence says what there is."""
    with pytest.raises(ConfigError, match="say `archive` or `snapshot`"):
        list(verify(corpus, None, "all", Quiet()))
    with pytest.raises(SnapshotError, match=r"v000007.*cannot be read"):
        list(verify(corpus, "v000007", "snapshot", Quiet()))
