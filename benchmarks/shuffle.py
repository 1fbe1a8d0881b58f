"""What it costs to find copies on a cluster, beside what it costs DuckDB on one machine.

`python -m benchmarks.shuffle [SIGNATURES]` stores documents with drawn signatures and compares
them by turns: in an index that holds their bands, and by dealing the bands over a cluster of this
machine. Then ten thousand more come, in both ways. Timed is what a build does with signatures:
taking in, comparing, deciding. The seconds of processors are those of the program and of all
processes of the cluster from when it has started.
"""

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.speed.drawn import EACH, site, store
from benchmarks.speed.figures import cost_of
from pipelines.core.dedup import Dedup
from pipelines.core.splits import SplitSettings
from pipelines.dataset.compare import compare
from pipelines.dataset.decide import decide
from pipelines.dataset.index import opened
from pipelines.dataset.spread import Spread
from pipelines.engines import cluster
from tests.end_to_end.nodes import children

_NEW = 10_000
_TIMES = 2
_TICKS = os.sysconf("SC_CLK_TCK")


class Started:
    """A cluster that runs already, and what its processes used since then."""

    def __init__(self) -> None:
        self.used = 0.0
        self.seconds = 0.0
        self.run = cluster.run
        self.shuffled = cluster.shuffled

    @contextmanager
    def joined(self, address: str) -> Iterator[int]:
        """Start it, and count from then on."""
        with cluster.joined(address) as processors:
            before, began = _used(), time.monotonic()
            yield processors
            self.used, self.seconds = _used() - before, time.monotonic() - began


def _used() -> float:
    """Seconds of processors of all processes that this one has started and that still run."""
    used = 0
    for process in children(os.getpid()):
        try:
            fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used += int(fields[11]) + int(fields[12])
    return used / _TICKS


def take_in(corpus: Path, sites: int, *, is_spread: bool) -> tuple[int, float, float]:
    """Take in so many sites; copies, and seconds and those of processors that nodes took."""
    engine = Started()
    spread = Spread(engine=engine, address="", least=0, agree=bool) if is_spread else None
    with opened(corpus, Dedup()) as index:
        index.update({site(number): "1" for number in range(sites)}, 0 if spread else float("inf"))
        compare(index, spread)
        decide(index, SplitSettings())
        row = index.database.execute("SELECT count(*) FROM verdict WHERE rule IS NOT NULL")
        return int((row.fetchone() or (0,))[0]), engine.seconds, engine.used


def measured(corpus: Path, count: int) -> Iterator[tuple[str, ...]]:
    """The cells of a row for each way, by turns."""
    path = corpus / "documents" / "index.duckdb"
    for is_spread in (False, True) * _TIMES:
        path.unlink(missing_ok=True)
        for sites in (count // EACH, (count + _NEW) // EACH):
            cost = cost_of(_spread if is_spread else _alone, corpus, sites)
            copies, seconds, used = cost.answer
            yield (
                "cluster" if is_spread else "DuckDB",
                f"{sites * EACH:,}",
                f"{cost.seconds:.1f}",
                f"{seconds:.1f}" if is_spread else "",
                f"{cost.own + used:.1f}",
                f"{cost.peak:,.0f}",
                f"{path.stat().st_size / 1e6:,.0f}",
                str(copies),
            )


def _alone(corpus: Path, sites: int) -> tuple[int, float, float]:
    return take_in(corpus, sites, is_spread=False)


def _spread(corpus: Path, sites: int) -> tuple[int, float, float]:
    return take_in(corpus, sites, is_spread=True)


def main() -> None:
    """Store documents, compare them in both ways, and print the cost of each."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    table = Table(
        *("by", "signatures", "s", "of it, on the cluster", "s of processors"),
        *("MiB of the program", "MB of the index", "copies"),
    )
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder)
        store(corpus, range((count + _NEW) // EACH))
        for row in measured(corpus, count):
            table.add_row(*row)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
