"""Makes Arrow give back the memory that it no longer needs, so that a build stays as small."""

import pyarrow as pa


def give_back_memory() -> None:
    """Let Arrow take its memory from jemalloc, and let that return at once what is freed.

    The pool that Arrow takes by itself keeps most of the largest part that it has ever written.
    Where its build has no jemalloc it goes on with that pool.
    """
    if "jemalloc" in pa.supported_memory_backends():
        pa.jemalloc_set_decay_ms(0)
        pa.set_memory_pool(pa.jemalloc_memory_pool())
