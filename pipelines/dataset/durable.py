"""Makes what was written survive a loss of power: fsync of files and of their folders."""

import os
from pathlib import Path


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
