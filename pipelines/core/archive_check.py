"""Reads every record of the archive again and finds those that are damaged."""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from pipelines.core.archive import Archive
from pipelines.core.errors import ArchiveError
from pipelines.core.model import CaptureRef

#: Files that a process is given at once.
_FILES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A record as the ledger names it."""

    url: str
    ref: CaptureRef


@dataclass(frozen=True, slots=True, kw_only=True)
class Damage:
    """Something in the archive that is not as the ledger says."""

    file: str
    offset: int
    #: Of the record that is lost; empty where no record is.
    url: str
    what: str
    #: Whether anything is lost; False for what a killed run leaves and the next one removes.
    is_loss: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """What came of one file."""

    records: int
    bytes: int
    damages: tuple[Damage, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _File:
    name: str
    #: Bytes that were committed.
    size: int
    records: tuple[Record, ...]


def check(root: Path, connection: sqlite3.Connection, workers: int) -> Iterator[Checked]:
    """Check all files of an archive against its ledger, as they are done.

    A record is read to the checksum at the end of its gzip member, its digest is compared with
    its body and with the ledger. Damage costs one record; the others of the file are read.

    Args:
        root: The folder `archive/`.
        connection: The state.
        workers: Processes.
    """
    named: set[str] = set()
    with ProcessPoolExecutor(max_workers=workers) as pool:
        files = _noted(_files(connection), named)
        yield from pool.map(partial(_checked, root), files, chunksize=_FILES)
    for path in sorted(root.rglob("*.warc.gz")):
        name = path.relative_to(root).as_posix()
        if name not in named:
            what = "no record of it is in the ledger; a killed run leaves such, so it may go"
            stray = Damage(file=name, offset=0, url="", what=what, is_loss=False)
            yield Checked(records=0, bytes=path.stat().st_size, damages=(stray,))


def _noted(files: Iterable[_File], named: set[str]) -> Iterator[_File]:
    for file in files:
        named.add(file.name)
        yield file


def _files(connection: sqlite3.Connection) -> Iterator[_File]:
    """The committed files with their records in order, one file in memory."""
    sizes = dict(connection.execute("SELECT file, size FROM archive_file").fetchall())
    rows = connection.execute(
        "SELECT url, file, offset, length, digest FROM capture ORDER BY file, offset"
    )
    for name, group in groupby(rows, key=lambda row: str(row["file"])):
        records = tuple(
            Record(
                url=row["url"],
                ref=CaptureRef(
                    file=name, offset=row["offset"], length=row["length"], digest=row["digest"]
                ),
            )
            for row in group
        )
        yield _File(name=name, size=sizes.pop(name, 0), records=records)
    for name, size in sizes.items():
        yield _File(name=name, size=size, records=())


def _checked(root: Path, file: _File) -> Checked:
    path = root / file.name
    there = path.stat().st_size if path.exists() else 0
    found = [*_records(Archive(root), file.records), *_gaps(file), *_tail(file, there)]
    return Checked(records=len(file.records), bytes=there, damages=tuple(found))


def _records(archive: Archive, records: Sequence[Record]) -> Iterator[Damage]:
    for record in records:
        ref = record.ref
        try:
            archive.read(ref)
        except ArchiveError as error:
            what = str(error).removeprefix(f"{archive.root / ref.file}, byte {ref.offset}: ")
            yield Damage(file=ref.file, offset=ref.offset, url=record.url, what=what)


def _gaps(file: _File) -> Iterator[Damage]:
    """Committed bytes that no record of the ledger covers."""
    end = 0
    for record in file.records:
        if record.ref.offset != end:
            what = f"bytes {end} to {record.ref.offset} belong to no record, or to two"
            yield Damage(file=file.name, offset=end, url="", what=what)
        end = record.ref.offset + record.ref.length
    if end != file.size:
        what = f"the last record ends at byte {end}, the ledger says {file.size}"
        yield Damage(file=file.name, offset=end, url="", what=what)


def _tail(file: _File, there: int) -> Iterator[Damage]:
    if there > file.size:
        what = f"{there - file.size} bytes after the last record, which the next run cuts off"
        yield Damage(file=file.name, offset=file.size, url="", what=what, is_loss=False)
    elif there < file.size:
        what = f"it ends at byte {there} of {file.size}"
        yield Damage(file=file.name, offset=there, url="", what=what)


def workers() -> int:
    """As many processes as there are cores."""
    return os.cpu_count() or 1
