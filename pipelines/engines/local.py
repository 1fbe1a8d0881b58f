"""Runs work in processes of this machine that can be killed, as no thread can be."""

import json
import math
import os
import pickle
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, Pipe
from typing import Any, Generic, Literal, TypeVar

from pipelines.core.errors import CorpusError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: Seconds that a worker may take to import what the work needs.
START_SECONDS = 120.0

#: How much longer than its limit an item may take by the clock: on a busy machine a worker gets
#: a share of a processor, and what becomes of a page is not to depend on that.
_PATIENCE = 10

#: Seconds that a worker which has closed its connection may take to end.
_END_SECONDS = 5.0

#: Seconds that the kernel counts processor time in.
_TICK = 1 / os.sysconf("SC_CLK_TCK")
#: Bytes that are more than it tells of a process.
_MOST_STAT = 4096

#: For numpy's algebra, which would begin with a thread for each processor: as many workers do.
_ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}

#: A fresh interpreter, not multiprocessing's spawn: that would run the parent's main
#: module again, with all that the command line imports.
_BOOT = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from pipelines.engines.worker import main; main()"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one item may take."""

    #: Seconds of processor time; ten times as many by the clock, for what waits in vain.
    seconds: float
    #: MiB of address space beyond what the worker has mapped when it is ready.
    memory_mib: int
    #: Whether they hold for the parts of an item alone, and not from its beginning on.
    of_parts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """Why an item has no result."""

    kind: Literal["timeout", "memory", "crashed"]
    #: "killed after 10 s", "killed by SIGSEGV", "ValueError: not a page".
    detail: str
    #: The part of the item that was under way, where the work tells of parts.
    part: int | None = None


def ignored(_item: object, _part: int) -> None:
    """Take no note of the parts that begin."""


def run(
    work: Callable[[Item], Result],
    items: Iterable[Item],
    *,
    workers: int,
    limits: Limits,
    begun: Callable[[Item, int], None] = ignored,
) -> Iterator[tuple[Item, Result | Fault]]:
    """Do `work` on each item, in processes that are killed where they exceed `limits`.

    Workers are started as they are needed, stay warm from item to item, and are replaced
    after a kill or death. Items are drawn as workers fall free; an iterator may have some
    again after it had none. The workers end with the iterator, and with
    this process however it ends. What the work prints goes to standard error. Linux only.

    Args:
        work: A picklable callable of an importable module.
        items: Picklable arguments.
        workers: How many processes at most.
        limits: What one item may take; the start of a worker does not count. Work that calls
            `worker.begin` is granted as much for each part.
        begun: Is told of the parts that begin.

    Yields:
        Each item once with its result or fault, in the order in which they are done.

    Raises:
        CorpusError: A worker cannot start.
    """
    pickled = pickle.dumps(work)
    source = iter(items)
    team: list[_Worker[Item]] = []
    done: list[tuple[Item, Any]] = []
    try:
        while True:
            # What came of an item may be more items, so it is told before others are drawn.
            yield from done
            busy = sum(worker.busy for worker in team)
            for item in islice(source, workers - busy):
                _free(team, pickled, limits).take(item)
            if not any(worker.busy for worker in team):
                return
            done = list(_answers(team, begun))
    finally:
        # Each takes a while to give back its memory; so they do it at once.
        for worker in team:
            worker.kill()
        for worker in team:
            worker.end()


def _free(team: "list[_Worker[Item]]", pickled: bytes, limits: Limits) -> "_Worker[Item]":
    """A worker without an item, started where there is none."""
    for worker in team:
        if not worker.busy:
            return worker
    team.append(_Worker(pickled, limits))
    return team[-1]


def _answers(
    team: "list[_Worker[Item]]", begun: Callable[[Item, int], None]
) -> Iterator[tuple[Item, object]]:
    """Wait until something happens; workers that are lost leave the team."""
    busy = [worker for worker in team if worker.busy]
    nearest = min(worker.deadline for worker in busy) - time.monotonic()
    patience = None if nearest == math.inf else max(0.0, nearest)
    ready = _readable([worker.connection for worker in busy], patience)
    now = time.monotonic()
    for worker in busy:
        if worker.connection in ready:
            yield from worker.hear(begun)
        elif worker.deadline <= now:
            yield from worker.give_up()
        if worker.lost:
            worker.end()
            team.remove(worker)


def _readable(connections: Sequence[Connection], patience: float | None) -> list[Connection]:
    """Those of some connections that have something to be read, or none when time is up.

    `multiprocessing.connection.wait` does the same, with objects that take longer to make.
    """
    by_number = {connection.fileno(): connection for connection in connections}
    waiting = select.poll()
    for number in by_number:
        waiting.register(number, select.POLLIN)
    found = waiting.poll(None if patience is None else math.ceil(1000 * patience))
    return [by_number[number] for number, _ in found]


class _Worker(Generic[Item]):
    """One process, the pipe to it, and the item that it has.

    A worker that is starting has its item already; it is sent when the worker is ready,
    so the deadline is first that of the start, then that of the item.
    """

    def __init__(self, pickled: bytes, limits: Limits) -> None:
        self.lost = False
        self._limits = limits
        self._ready = False
        self._items: list[Item] = []
        self._part: int | None = None
        #: When the item or its part was begun: by the clock, and in processor time.
        self._begun = 0.0
        self._used = 0.0
        self.deadline = time.monotonic() + START_SECONDS
        self.connection: Connection
        self.connection, theirs = Pipe()
        command = [sys.executable, "-c", _BOOT, json.dumps(sys.path), str(theirs.fileno())]
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and code
                command,
                stdin=subprocess.PIPE,
                stdout=2,
                pass_fds=[theirs.fileno()],
                env=_ONE_THREAD | os.environ,
            )
        self.connection.send((pickled, limits.memory_mib, limits.of_parts))
        self._stat = os.open(f"/proc/{self._process.pid}/stat", os.O_RDONLY)

    @property
    def busy(self) -> bool:
        """Whether it has an item."""
        return bool(self._items)

    def take(self, item: Item) -> None:
        """Give it an item."""
        self._items.append(item)
        if self._ready:
            self._send()

    def _send(self) -> None:
        self._part = None
        self._begin(is_limited=not self._limits.of_parts)
        try:
            self.connection.send(self._items[0])
        except ConnectionError:
            # It has died while idle; `hear` finds out how.
            return

    def _begin(self, *, is_limited: bool) -> None:
        self.deadline = math.inf
        if is_limited:
            self._begun, self._used = time.monotonic(), _processor_time(self._stat)
            self.deadline = self._begun + self._limits.seconds

    def hear(self, begun: Callable[[Item, int], None]) -> Iterator[tuple[Item, object]]:
        """Read what it sent: that it is ready, a part begins, an answer, the end of the pipe."""
        try:
            kind, value = self.connection.recv()
        except (EOFError, OSError):
            kind, value = "died", self._exit()
        if kind == "ready":
            self._ready = True
            self._send()
        elif not self._ready:
            raise CorpusError(_unstartable(value))
        elif kind == "part":
            self._part, is_limited = value
            self._begin(is_limited=is_limited)
            begun(self._items[0], value[0])
        elif kind == "result":
            yield self._items.pop(), value
        else:
            self.lost = kind != "crashed"
            told: Literal["memory", "crashed"] = "memory" if kind == "memory" else "crashed"
            fault = Fault(kind=told, detail=value, part=self._part)
            yield self._items.pop(), fault

    def give_up(self) -> Iterator[tuple[Item, object]]:
        """Account for an item that has had its time; grant the rest if it has not."""
        if not self._ready:
            raise CorpusError(_unstartable(f"not ready after {START_SECONDS:g} s"))
        limit = self._limits.seconds
        rest = limit - (_processor_time(self._stat) - self._used)
        last = self._begun + _PATIENCE * limit
        if rest > 0 and self.deadline < last:
            self.deadline = min(self.deadline + max(rest, _TICK), last)
            return
        self.lost = True
        detail = f"killed after {limit if rest <= 0 else _PATIENCE * limit:g} s"
        yield self._items.pop(), Fault(kind="timeout", detail=detail, part=self._part)

    def _exit(self) -> str:
        try:
            code = self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            return "closed its connection"
        return f"exit code {code}" if code >= 0 else f"killed by {signal.Signals(-code).name}"

    def kill(self) -> None:
        """Kill the process."""
        self._process.kill()

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.kill()
        self._process.communicate()
        self.connection.close()
        os.close(self._stat)


def _processor_time(stat: int) -> float:
    """Seconds that a process has computed for; infinite where it is gone.

    Args:
        stat: Its open file of that name in /proc, which tells anew at each reading.
    """
    try:
        told = os.pread(stat, _MOST_STAT, 0)
    except OSError:
        return math.inf
    # The name in parentheses may hold spaces; user and system time are fields 14 and 15 (proc(5)).
    fields = told.rpartition(b")")[2].split()
    return (int(fields[11]) + int(fields[12])) * _TICK


def _unstartable(why: str) -> str:
    return (
        f"a worker process cannot start ({why}); see what it wrote above, and check that "
        "the work is a function of a module that can be imported."
    )
