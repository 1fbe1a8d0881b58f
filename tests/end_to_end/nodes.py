"""A cluster of two nodes of this machine, of which the second can be lost."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

#: Seconds until a node surely has work.
PATIENCE = 60.0


@contextmanager
def two_nodes() -> Iterator[Any]:
    """Two nodes with one processor each, at addresses of their own."""
    ray = pytest.importorskip("ray", reason="Ray has no wheel for this Python")
    cluster_utils = pytest.importorskip("ray.cluster_utils")
    head = {"num_cpus": 1, "node_ip_address": "127.0.0.2", "include_dashboard": False}
    cluster = cluster_utils.Cluster(initialize_head=True, head_node_args=head)
    cluster.add_node(num_cpus=1, node_ip_address="127.0.0.3")
    try:
        yield cluster
    finally:
        ray.shutdown()
        cluster.shutdown()


def lose(cluster: Any, is_it: Callable[[bytes], bool], delay: float, hit: list[int]) -> None:
    """Kill the second node some time after a process of that command line runs there.

    Args:
        cluster: The two nodes.
        is_it: Tells the process that is waited for by its command line.
        delay: Seconds that it may go on for.
        hit: Gets the identities of such processes.
    """
    node = next(iter(cluster.worker_nodes))
    hit += awaited(node, is_it)
    time.sleep(delay)
    cluster.remove_node(node, allow_graceful=False)


def awaited(node: Any, is_it: Callable[[bytes], bool]) -> list[int]:
    """Wait until processes of that command line run at a node; none, if that takes too long."""
    raylet = node.all_processes["raylet"][0].process.pid
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            found = [
                child
                for child in children(raylet)
                if is_it(Path(f"/proc/{child}/cmdline").read_bytes())
            ]
        except OSError:
            continue
        if found:
            return found
        time.sleep(0.02)
    return []


def children(process: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found = []
    for task in Path(f"/proc/{process}/task").iterdir():
        for child in (task / "children").read_text(encoding="ascii").split():
            found += [int(child), *children(int(child))]
    return found
