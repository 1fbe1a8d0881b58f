"""What sees the whole corpus, at a million documents and at three: copies, and questions.

The documents are stored once for all of it.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.speed import asking, near_duplicates
from benchmarks.speed.drawn import EACH, store
from benchmarks.speed.figures import Figure, say
from benchmarks.speed.scaling import SIZES, extrapolated


def _dedup(corpus: Path, count: int) -> dict[str, float]:
    cost = near_duplicates.taken(corpus, count, anew=True)
    return {
        "dedup (s)": cost.seconds,
        "dedup, memory (MiB)": cost.peak,
        "dedup, index (GB)": (corpus / "documents" / "index.duckdb").stat().st_size / 1e9,
    }


def figures() -> Iterator[Figure]:
    """Store three million documents, find copies, ask, and extrapolate."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        store(corpus, range(SIZES[1] // EACH))
        say(f"{SIZES[1]:,} documents are stored")
        yield from near_duplicates.figures(corpus)
        yield from asking.figures(corpus)
        yield from extrapolated(*(_dedup(corpus, size) for size in SIZES))
