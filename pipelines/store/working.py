"""The working copy: which of its files the store gets, and what they were when both agreed.

What was hashed once is remembered with its size and time in `state/mirror.json`, so that
only what changed is read again.
"""

import hashlib
import json
import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.core.errors import StateError, StoreError
from pipelines.core.removals import write_whole
from pipelines.core.state import state_file
from pipelines.store.listing import Entry

DATABASE = "state/frontier.sqlite"
_MEMORY = "state/mirror.json"
_SINGLE = ("CURRENT", "removals.json", "state/removals.json", "state/removal.unfinished.json")
_SNAPSHOT = re.compile(r"v\d{6}")
_PIECE = 1024 * 1024

Stamp = tuple[int, int]


@dataclass(slots=True, kw_only=True)
class Memory:
    """What the working copy knows of the store."""

    remote: str
    #: The last generation that the whole copy agreed with; 0: none yet.
    generation: int = 0
    #: The last generation of which a reader took snapshots and state.
    seen: int = 0
    #: The list of files that was about to be published, in case a kill hid whether it was.
    attempt: str = ""
    #: Size, time of change and content of files when they were read or written last.
    files: dict[str, tuple[Stamp, str]] = field(default_factory=dict)

    @classmethod
    def load(cls, corpus: Path, remote: str) -> "Memory | None":
        """What is remembered; None where this is no working copy of that corpus."""
        try:
            told = json.loads((corpus / _MEMORY).read_text(encoding="utf-8"))
            files = {
                path: ((size, changed), digest)
                for path, (size, changed, digest) in told["files"].items()
            }
            if told["remote"] != remote:
                return None
            return cls(
                remote=remote,
                generation=told["generation"],
                seen=told["seen"],
                attempt=told["attempt"],
                files=files,
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, corpus: Path) -> None:
        """Remember for the next time."""
        files = {path: [*stamp, digest] for path, (stamp, digest) in self.files.items()}
        told = {
            "remote": self.remote,
            "generation": self.generation,
            "seen": self.seen,
            "attempt": self.attempt,
            "files": files,
        }
        write_whole(corpus / _MEMORY, json.dumps(told) + "\n")

    def digest_of(self, corpus: Path, path: str) -> str | None:
        """The content of a file that did not change since; None where it may have."""
        known = self.files.get(path)
        if known is None or known[0] != stamp_of(corpus / path):
            return None
        if path == DATABASE and has_journal(corpus):
            return None
        return known[1]


def stamp_of(path: Path) -> Stamp | None:
    """Size and time of change of a file; None where there is none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_size, found.st_mtime_ns


def has_journal(corpus: Path) -> bool:
    """Whether the database has changes that do not stand in its file yet."""
    journal = _journal(corpus)
    return journal.exists() and journal.stat().st_size > 0


def is_empty(corpus: Path) -> bool:
    """Whether nothing lies here that a pull could destroy."""
    return next(paths(corpus), None) is None


def paths(corpus: Path) -> Iterator[str]:
    """The files that the store gets: all but locks, logs, the index and what is unfinished."""
    for pattern in ("archive/*/*.warc.gz", "documents/*.arrow", "documents/*.pages"):
        for path in sorted(corpus.glob(pattern)):
            yield path.relative_to(corpus).as_posix()
    for folder in sorted((corpus / "snapshots").glob("v*")):
        if _SNAPSHOT.fullmatch(folder.name):
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    yield path.relative_to(corpus).as_posix()
    for name in (*_SINGLE, DATABASE):
        if (corpus / name).is_file():
            yield name


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What the working copy holds now."""

    entries: Mapping[str, Entry]
    #: Where a file's bytes are read, if not at its own place.
    elsewhere: Mapping[str, Path]


def inventory(corpus: Path, memory: Memory) -> Inventory:
    """Look at every file, and read those that changed.

    Raises:
        StoreError: A file of the archive is gone, though the state names it.
    """
    entries: dict[str, Entry] = {}
    elsewhere: dict[str, Path] = {}
    known: dict[str, tuple[Stamp, str]] = {}
    for path in paths(corpus):
        source = corpus / path
        digest = memory.digest_of(corpus, path)
        if path == DATABASE and digest is None:
            source = elsewhere[path] = database_copy(corpus)
        size = source.stat().st_size
        if digest is None:
            size, digest = size_and_digest(source)
        entries[path] = Entry(size=size, sha256=digest)
        stamp = stamp_of(corpus / path)
        if stamp is not None:
            known[path] = (stamp, digest)
    _refuse_gaps(corpus, entries)
    memory.files = known
    return Inventory(entries=entries, elsewhere=elsewhere)


def database_copy(corpus: Path) -> Path:
    """A consistent copy of the database, without a journal beside it.

    Raises:
        StateError: The database is damaged.
    """
    target = copy_path(corpus)
    target.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(state_file(corpus), isolation_level=None)) as live:
            live.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            with closing(sqlite3.connect(target)) as copy:
                live.backup(copy)
    except sqlite3.DatabaseError as error:
        message = f"{state_file(corpus)} cannot be copied ({error}); restore it from a copy."
        raise StateError(message) from error
    return target


def copy_path(corpus: Path) -> Path:
    """Where a copy of the database lies while it is handed on."""
    return corpus / "state" / ".mirror.sqlite"


def put_database(corpus: Path, written: Path) -> None:
    """Have another database in place of the former one, whose journal goes with it."""
    for path in (_journal(corpus), state_file(corpus).with_name("frontier.sqlite-shm")):
        path.unlink(missing_ok=True)
    written.replace(state_file(corpus))


def _journal(corpus: Path) -> Path:
    return state_file(corpus).with_name("frontier.sqlite-wal")


def size_and_digest(path: Path) -> tuple[int, str]:
    """Read a whole file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return size, digest.hexdigest()


def _refuse_gaps(corpus: Path, entries: Mapping[str, Entry]) -> None:
    """Let nobody who deleted a folder here delete the only archive there."""
    if DATABASE not in entries:
        return
    with closing(sqlite3.connect(state_file(corpus))) as state:
        for (file,) in state.execute("SELECT file FROM archive_file"):
            if f"archive/{file}" not in entries:
                message = (
                    f"{corpus / 'archive' / file} is missing, so nothing was published; move "
                    f"{corpus} away, then run this again: it is fetched anew from the store."
                )
                raise StoreError(message)
