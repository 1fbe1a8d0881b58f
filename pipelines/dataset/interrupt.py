"""Lets Ctrl-C stop a question, which DuckDB notices only where it happens to look."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import duckdb

Given = TypeVar("Given")


def interruptible(cursor: duckdb.DuckDBPyConnection, work: Callable[[], Given]) -> Given:
    """Do some work of a cursor in a thread, so that this one can be interrupted.

    Raises:
        KeyboardInterrupt: It was, and the work has ended.
    """
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(work)
        try:
            return waiting.result()
        except KeyboardInterrupt:
            cursor.interrupt()
            raise
