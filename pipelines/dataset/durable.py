"""Makes what was written survive a loss of power: fsync of files and of their folders."""

import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipelines.core.errors import SnapshotError

#: How names of files end that are being written; what a kill leaves of them is deleted.
UNFINISHED = ".unfinished"


def sync(path: Path) -> None:
    """Wait until a file or a folder is on the disk.

    Renaming is atomic, but only a synced folder remembers it after a loss of power
    (fsync(2)).
    """
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def write_text(path: Path, text: str) -> None:
    """Write a small file and wait until it is on the disk."""
    path.write_text(text, encoding="utf-8", newline="\n")
    sync(path)


def put_in_place(written: Path, path: Path) -> None:
    """Rename a synced file or folder to its lasting name, and remember that.

    Readers find what was there before, or the new one; never anything between.
    """
    written.replace(path)
    sync(path.parent)


@contextmanager
def replaced(path: Path, fence: Callable[[], object], *, is_synced: bool = True) -> Iterator[Path]:
    """Have a file written in place of the former one; a failure or a kill leaves one of both.

    Args:
        path: The file; its folder is made.
        fence: Raises where the caller may no longer write; called last of all.
        is_synced: Whether to wait until its bytes are on the disk; that it is there in place of
            the other is remembered when its folder is synced, once for many files.

    Yields:
        Where it is to be written. Two may write the same file where a cluster believed that
        one of them was lost, so each has a name of its own.

    Raises:
        SnapshotError: The disk does not take it.
    """
    unfinished = path.with_name(f"{path.stem}-{secrets.token_hex(4)}{UNFINISHED}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        yield unfinished
        if is_synced:
            sync(unfinished)
        fence()
        unfinished.replace(path)
    except OSError as error:
        message = f"{path} cannot be written ({error}); free space or mend that, then run again."
        raise SnapshotError(message) from error
    finally:
        with suppress(OSError):
            unfinished.unlink()
