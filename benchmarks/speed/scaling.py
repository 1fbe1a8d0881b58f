"""The frontier at one and three million URLs, and what follows for thirty million.

A cost that grows as a power of the keys has the same exponent everywhere, so two sizes give a
third: c(30 M) = c(3 M) * 10 ** e, where e = log3(c(3 M) / c(1 M)). An exponent of 1 is a cost
in proportion; of 0, one that does not grow. The exponent stands beside each figure. Each size
is measured once.
"""

import math
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from benchmarks import frontier
from benchmarks.speed.figures import Figure, cost_of, say
from pipelines.core import state

#: The two sizes that are measured, and the one that follows from them.
SIZES = (1_000_000, 3_000_000)
_FAR = 30_000_000


def extrapolated(small: Mapping[str, float], large: Mapping[str, float]) -> Iterator[Figure]:
    """The figures of both sizes and of the far one.

    Args:
        small: At the first of SIZES, by name and unit: "dedup (s)".
        large: The same at the second.
    """
    for name, less in small.items():
        more = large[name]
        exponent = math.log(more / less) / math.log(SIZES[1] / SIZES[0])
        label, _, unit = name.removesuffix(")").partition(" (")
        yield Figure(name=f"{label}: 3 M keys", value=more, unit=unit, peer="1 M", peer_value=less)
        yield Figure(
            name=f"{label}: 30 M keys (extrapolated, exponent {exponent:.2f})",
            value=more * (_FAR / SIZES[1]) ** exponent,
            unit=unit,
            peer="3 M",
            peer_value=more,
        )


def _frontier(size: int) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        filled = cost_of(frontier.fill, corpus, size)
        peak, rate = cost_of(frontier.measured, corpus, size).answer
        taken = state.state_file(corpus).stat().st_size
    say(f"frontier of {size:,}: {filled.seconds:.0f} s to fill, {rate:.0f}/s, {peak:.0f} MiB")
    return {
        "frontier, to fill (s)": filled.seconds,
        "frontier, a lease (ms)": 1000 / rate,
        "frontier, memory (MiB)": peak,
        "frontier, file (GB)": taken / 1e9,
    }


def figures() -> Iterator[Figure]:
    """Measure both sizes, and extrapolate."""
    yield from extrapolated(_frontier(SIZES[0]), _frontier(SIZES[1]))
