"""The WARC files of a corpus: append-only, one gzip member a record, the truth."""

import os
import sqlite3
from collections.abc import Mapping
from pathlib import Path

from pipelines.core import state, warc
from pipelines.core.errors import ArchiveError
from pipelines.core.model import Capture, CaptureRef
from pipelines.core.urls import site_hash, site_of

#: A file that has grown past this is left alone and the next one begun (bytes). Small,
#: so that a takedown rewrites little.
ROTATE_AT = 100 * 1024 * 1024
#: Bytes of another file that are copied at once.
_CHUNK = 1024 * 1024


class Archive:
    """Reads and appends captures below one folder.

    Args:
        root: The folder `archive/` of a corpus; made when the first record is written.
    """

    def __init__(self, root: Path) -> None:
        self.root = root

    def append(self, connection: sqlite3.Connection, capture: Capture, member: bytes) -> CaptureRef:
        """Write a record, then note it in the ledger within the caller's transaction.

        The bytes are handed to the operating system before the ledger row exists, so
        that a committed row always has its bytes.

        Args:
            connection: The state, inside a transaction.
            capture: What is stored.
            member: `capture` as `warc.encode` wrote it.
        """
        file, size = self._open_file(connection, site_hash(site_of(capture.url)))
        path = self.root / file
        if not size:
            path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("ab") as stream:
            if stream.tell() != size:
                stream.truncate(size)
            stream.write(member)
        ref = CaptureRef(file=file, offset=size, length=len(member), digest=capture.digest)
        state.record_capture(connection, capture, ref)
        return ref

    def take_over(self, connection: sqlite3.Connection, other: Path, size: int) -> tuple[str, int]:
        """Append the bytes of another archive's file, within the caller's transaction.

        Args:
            connection: The state.
            other: The file, in a folder that is named as here.
            size: Its bytes that are known to be whole.

        Returns:
            The file that has them now, as the ledger calls it, and where they begin.
        """
        file, begins = self._open_file(connection, other.parent.name)
        path = self.root / file
        path.parent.mkdir(parents=True, exist_ok=True)
        with other.open("rb") as source, path.open("ab") as stream:
            stream.truncate(begins)
            left = size
            while left > 0 and (chunk := source.read(min(left, _CHUNK))):
                left -= stream.write(chunk)
            stream.flush()
            # The other one is deleted afterwards.
            os.fsync(stream.fileno())
        state.note_size(connection, file, begins + size)
        return file, begins

    def _open_file(self, connection: sqlite3.Connection, folder: str) -> tuple[str, int]:
        row = connection.execute(
            "SELECT file, size FROM archive_file WHERE file BETWEEN ? AND ? "
            "ORDER BY file DESC LIMIT 1",
            (f"{folder}/", f"{folder}/~"),
        ).fetchone()
        if row is None:
            return f"{folder}/000001.warc.gz", 0
        if row["size"] < ROTATE_AT:
            return row["file"], row["size"]
        number = int(Path(row["file"]).name.partition(".")[0]) + 1
        return f"{folder}/{number:06d}.warc.gz", 0

    def read(self, ref: CaptureRef) -> Capture:
        """Read one capture and verify its digest.

        Raises:
            ArchiveError: The file is missing, or its bytes are not those of `ref`.
        """
        path = self.root / ref.file
        try:
            with path.open("rb") as stream:
                stream.seek(ref.offset)
                member = stream.read(ref.length)
            capture = warc.decode(member)
        except OSError as error:
            message = f"{path} cannot be read ({error}); restore it from a copy"
            raise ArchiveError(message) from error
        except ArchiveError as error:
            message = f"{path}, byte {ref.offset}: {error}"
            raise ArchiveError(message) from error
        if capture.digest != ref.digest:
            message = f"{path}, byte {ref.offset}: not the record that the ledger names"
            raise ArchiveError(message)
        return capture

    def recover(self, connection: sqlite3.Connection) -> int:
        """Cut each file to its committed size after a kill.

        Returns:
            How many captures are lost because a file is shorter than its committed
            size, as after a loss of power; their ledger rows are gone, so that the
            pages are fetched again.
        """
        lost = 0
        for row in connection.execute("SELECT file, size FROM archive_file").fetchall():
            path = self.root / row["file"]
            actual = path.stat().st_size if path.exists() else 0
            if actual > row["size"]:
                os.truncate(path, row["size"])
            elif actual < row["size"]:
                lost += _forget_beyond(connection, row["file"], actual)
        return lost

    def rewrite(
        self, connection: sqlite3.Connection, file: str, changes: Mapping[int, Capture | None]
    ) -> None:
        """Write a file anew, under another name, with some of its captures out or edited.

        The ledger goes over to the new file in one transaction. A kill before it leaves a
        file that no row names, a kill after it the former file; `sweep` removes either.

        Args:
            connection: The state, outside of a transaction.
            file: As the ledger calls it.
            changes: By identity of the capture, what stands in its place; None: nothing.
        """
        rows = connection.execute(
            "SELECT id, offset, length FROM capture WHERE file = ? ORDER BY offset", (file,)
        ).fetchall()
        name = _next_name(file)
        placed: list[tuple[str, int, int, int]] = []
        with (self.root / file).open("rb") as old, (self.root / name).open("wb") as new:
            for row in rows:
                edited = changes.get(row["id"])
                if edited is None and row["id"] in changes:
                    continue
                old.seek(row["offset"])
                member = old.read(row["length"]) if edited is None else warc.encode(edited)
                placed.append((name, new.tell(), len(member), row["id"]))
                new.write(member)
            size = new.tell()
            new.flush()
            os.fsync(new.fileno())
        with state.transaction(connection):
            _go_over(connection, file, placed, changes)
            if size:
                connection.execute("INSERT INTO archive_file VALUES (?, ?)", (name, size))
        for path in [self.root / file, *([] if size else [self.root / name])]:
            path.unlink()

    def sweep(self, connection: sqlite3.Connection, site: str) -> None:
        """Remove the files of a site that the ledger does not name, and an empty folder."""
        folder = self.root / site_hash(site)
        known = connection.execute(
            "SELECT file FROM archive_file WHERE file BETWEEN ? AND ?",
            (f"{folder.name}/", f"{folder.name}/~"),
        )
        named = {Path(row["file"]).name for row in known}
        if not folder.is_dir():
            return
        for path in folder.iterdir():
            if path.name not in named:
                path.unlink()
        if not named:
            folder.rmdir()


def _next_name(file: str) -> str:
    """The name of a file's next edition, which keeps its number.

    >>> _next_name("ab/000007.warc.gz"), _next_name("ab/000007.1.warc.gz")
    ('ab/000007.1.warc.gz', 'ab/000007.2.warc.gz')
    """
    folder, _, name = file.rpartition("/")
    number, _, rest = name.partition(".")
    edition = rest.partition(".")[0]
    return f"{folder}/{number}.{int(edition) + 1 if edition.isdigit() else 1}.warc.gz"


def _go_over(
    connection: sqlite3.Connection,
    file: str,
    placed: list[tuple[str, int, int, int]],
    changes: Mapping[int, Capture | None],
) -> None:
    """Let the ledger name the new places of a file's captures."""
    gone = [(identity,) for identity, edited in changes.items() if edited is None]
    connection.executemany("DELETE FROM capture WHERE id = ?", gone)
    connection.executemany(
        "UPDATE capture SET file = ?, offset = ?, length = ? WHERE id = ?", placed
    )
    for identity, edited in changes.items():
        if edited is not None:
            connection.execute(
                "UPDATE capture SET digest = ? WHERE id = ?", (edited.digest, identity)
            )
    connection.execute("DELETE FROM archive_file WHERE file = ?", (file,))


def _forget_beyond(connection: sqlite3.Connection, file: str, actual: int) -> int:
    """Drop the ledger rows of `file` that end beyond `actual` bytes."""
    with state.transaction(connection):
        connection.execute(
            "UPDATE url SET state = 'PENDING', etag = '', last_modified = '', digest = '' "
            "WHERE url IN (SELECT url FROM capture WHERE file = ? AND offset + length > ?)",
            (file, actual),
        )
        lost = connection.execute(
            "DELETE FROM capture WHERE file = ? AND offset + length > ?", (file, actual)
        ).rowcount
        end = connection.execute(
            "SELECT coalesce(max(offset + length), 0) FROM capture WHERE file = ?", (file,)
        ).fetchone()[0]
        connection.execute("UPDATE archive_file SET size = ? WHERE file = ?", (end, file))
    return lost
