"""Runs work as tasks of a Ray cluster, which does them again where a node is lost."""

import logging
import os
import socket
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pipelines.core.errors import ConfigError, CorpusError

Item = TypeVar("Item")
Result = TypeVar("Result")

#: How often an item is done again whose node or process was lost.
_TRIES = 5
#: How rows are dealt. "hash_shuffle" keeps parts in actors, which go with their node, and
#: "shuffle_v2" waited for ever where a node was lost while parts were put together.
_SHUFFLE = "sort_shuffle_pull_based"
#: Seconds that the head of a cluster has to answer.
_KNOCK = 10.0


@contextmanager
def joined(address: str) -> Iterator[int]:
    """Be part of a cluster.

    Args:
        address: Of its head, as `host:port`; "auto": the one that runs on this machine; empty:
            a cluster of this machine alone is started, and ended.

    Yields:
        How many processors it has.

    Raises:
        ConfigError: Ray is not installed.
        CorpusError: There is no cluster at that address.
    """
    # Ray would tell its makers how it is used.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    ray = _ray()
    # Only a cluster of its own can be told so. Ray takes 127.0.0.1 for the machine's address.
    own = {} if address else {"include_dashboard": False, "_node_ip_address": "127.0.0.2"}
    try:
        _knock(address)
        # What tasks write is in the logs of Ray; a terminal is not theirs.
        ray.init(address=address or "local", logging_level="ERROR", log_to_driver=False, **own)
    except (OSError, RuntimeError, ValueError) as error:
        first = str(error).partition("\n")[0]
        message = (
            f"no Ray cluster answers at {address!r} ({first}); start one there with "
            "`ray start --head`, or leave the address out."
        )
        raise CorpusError(message) from None
    try:
        yield int(ray.cluster_resources().get("CPU", 1))
    finally:
        ray.shutdown()


def _knock(address: str) -> None:
    """See that somebody listens at an address: Ray would ask for minutes.

    Raises:
        OSError: Nobody does.
    """
    host, colon, port = address.rpartition(":")
    if colon and port.isdigit():
        socket.create_connection((host, int(port)), _KNOCK).close()


def run(
    work: Callable[[Item], Result], items: Iterable[Item], *, at_once: int
) -> Iterator[tuple[Item, Result]]:
    """Do `work` on each item on some node of the cluster that was joined.

    An item may be done twice, also at the same time, where a node is cut off: what the work
    leaves behind has to bear that.

    Args:
        work: A picklable callable, whose modules all nodes have; it takes one processor.
        items: Picklable arguments.
        at_once: How many are handed out before the first is done.

    Yields:
        Each item with its result, in the order in which they are done.

    Raises:
        CorpusError: An item was lost too often, or the work raised something.
    """
    ray = _ray()
    task = ray.remote(num_cpus=1, max_retries=_TRIES)(_done)
    shared = ray.put(work)
    source = iter(items)
    under_way: dict[Any, Item] = {}
    while True:
        for item in source:
            under_way[task.remote(shared, item)] = item
            if len(under_way) >= at_once:
                break
        if not under_way:
            return
        ready, _ = ray.wait(list(under_way), num_returns=1)
        for reference in ready:
            yield under_way.pop(reference), _answer(ray, reference)


def shuffled(
    tables: Iterable[Any],
    read: Callable[[Any], Iterator[Any]],
    find: Callable[[Any], Iterator[Any]],
    *,
    by: str,
) -> Iterator[Any]:
    """Deal what is read on all nodes into parts, and find something in each of them.

    Args:
        tables: Arrow tables, each of which says what one task reads; hundreds at most, since
            so many tasks put the parts together, each from the rows of all that read.
        read: A picklable callable that reads it and gives Arrow tables, all of one schema.
        find: A picklable callable that gets all rows of one part and gives Arrow tables.
        by: The column that names the part of a row.

    Yields:
        Each Arrow table that was found, in any order, as it comes.

    Raises:
        CorpusError: A task was lost too often, or the work raised something.
    """
    ray, data = _ray(), _data()

    def every(table: Any) -> Iterator[Any]:
        yield from read(table)

    def of_part(table: Any) -> Iterator[Any]:
        yield from find(table)

    rows = data.from_arrow(list(tables)).map_batches(every, batch_size=None, batch_format="pyarrow")
    found = rows.groupby(by).map_groups(of_part, batch_format="pyarrow")
    try:
        yield from found.iter_batches(batch_size=None, batch_format="pyarrow")
    except ray.exceptions.RayError as error:
        raise _failed(error) from error


def _data() -> Any:
    """Ray Data, which would draw bars and tell of its progress on standard error."""
    from ray import data  # noqa: PLC0415 - an extra that only clusters need

    for handler in logging.getLogger("ray.data").handlers:
        if isinstance(handler, logging.StreamHandler):
            handler.setLevel(logging.CRITICAL)
    context = data.DataContext.get_current()
    context.enable_progress_bars = False
    context.shuffle_strategy = _SHUFFLE
    return data


def _done(work: Callable[[Item], Result], item: Item) -> Result:
    return work(item)


def _answer(ray: Any, reference: Any) -> Any:
    try:
        return ray.get(reference)
    except ray.exceptions.RayError as error:
        raise _failed(error) from error


def _failed(error: Exception) -> CorpusError:
    cause = getattr(error, "cause", None)
    if isinstance(cause, CorpusError):
        return cause
    last = str(error).strip().rpartition("\n")[2]
    return CorpusError(
        f"a task of the cluster failed, also when it was tried again ({last}); what was "
        "published before is as it was: see the logs of Ray, then run this again."
    )


def _ray() -> Any:
    try:
        import ray  # noqa: PLC0415 - an extra that only clusters need
    except ImportError:
        message = (
            "the engine ray needs Ray, which is not installed; "
            "run `pip install 'therapy-corpus[ray]'`."
        )
        raise ConfigError(message) from None
    return ray
