"""One writer at a time: the lock of a corpus, shared by a run and the crawler it starts."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.core.errors import LockHeld

#: Tells a child process which inherited file descriptor holds the lock.
INHERITED = "THERAPY_CORPUS_LOCK_FD"


@contextmanager
def held(state: Path) -> Iterator[int]:
    """Hold the lock of the corpus whose state folder is `state`.

    The lock belongs to an open file, so a child process that inherits the descriptor
    holds it too: if the parent is killed, nobody else starts before the child is gone.

    Yields:
        The descriptor, to be passed on to a child together with INHERITED.

    Raises:
        LockHeld: Another process holds it.
    """
    inherited = os.environ.get(INHERITED)
    if inherited is not None:
        yield int(inherited)
        return
    state.mkdir(parents=True, exist_ok=True)
    path = state / "run.lock"
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(descriptor, 32, 0).decode().strip() or "unknown"
            message = (
                f"Another run (process {holder}) holds {path}; wait until it ends, "
                "then run this again."
            )
            raise LockHeld(message) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield descriptor
    finally:
        os.close(descriptor)
