"""The process that does the work: started and, where it must be, killed by `local`."""

import fcntl
import os
import pickle
import resource
import select
import signal
import sys
from collections.abc import Callable
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

#: The connection to the parent and the MiB that a part may take; empty in any other process.
_served: list[tuple[Connection, int]] = []

#: Longest message of an exception that is passed on (characters).
_MAX_DETAIL = 500


def begin(part: int, *, is_limited: bool = True) -> None:
    """Tell the parent that a part of the item begins; nothing happens in another process.

    Args:
        part: Named by the fault if this process does not survive it.
        is_limited: Whether it is held to the limits of an item, or to none.
    """
    for connection, memory_mib in _served:
        _limit(memory_mib if is_limited else None)
        connection.send(("part", (part, is_limited)))


def main() -> None:
    """Serve the connection whose descriptor is the last argument, until it is closed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _die_with_parent()
    connection: Connection = Connection(int(sys.argv[-1]))
    try:
        pickled, memory_mib, of_parts = connection.recv()
        try:
            work = pickle.loads(pickled)  # noqa: S301 - our own parent sent it
        except Exception as error:  # noqa: BLE001 - whatever it is, the parent has to know
            connection.send(("broken", told(error)))
            return
        _served.append((connection, memory_mib))
        connection.send(("ready", None))
        while True:
            _limit(None if of_parts else memory_mib)
            _serve(connection, work)
    except (EOFError, ConnectionError):
        return


def _serve(connection: Connection, work: Callable[[Any], object]) -> None:
    """Answer one item."""
    pickled = connection.recv_bytes()
    try:
        result = work(pickle.loads(pickled))  # noqa: S301 - our own parent sent it
        answer = pickle.dumps(("result", result), pickle.HIGHEST_PROTOCOL)
    except MemoryError as error:
        answer = pickle.dumps(("memory", told(error)))
    except BaseException as error:  # noqa: BLE001 - also SystemExit is the item's fault
        answer = pickle.dumps(("crashed", told(error)))
    connection.send_bytes(answer)


def told(error: BaseException) -> str:
    """An exception in one line."""
    return f"{type(error).__name__}: {error}".removesuffix(": ")[:_MAX_DETAIL]


def _limit(memory_mib: int | None) -> None:
    """Let the process map `memory_mib` MiB beyond what it maps now, and dump no core.

    The base is what the interpreter and the libraries of the work have mapped, which
    differs by hundreds of MiB from machine to machine (one arena or BLAS buffer a core).
    A limit that holds already stays as it is, so that parts do not creep.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if memory_mib is None:
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    elif soft == hard:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory_mib * 1024 * 1024
        limit = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _die_with_parent() -> None:
    """Ask the kernel to end this process as soon as its parent is gone.

    Standard input is a pipe that the parent holds and never writes to. When the parent
    dies, the kernel sends SIGIO, whose default is to end the process (fcntl(2), O_ASYNC;
    signal(7)). A watching thread would not do: a regular expression that runs away
    never releases the interpreter's lock.
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, fcntl.fcntl(0, fcntl.F_GETFL) | os.O_ASYNC)
    if select.select([0], [], [], 0)[0]:
        sys.exit("the parent is gone")
