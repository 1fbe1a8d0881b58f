"""The smallest gaps that servers see: `python -m benchmarks.politeness [DELAY] [POSTS]`."""

import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.end_to_end.politeness import RETRY_AFTER, measure


def main() -> None:
    """Crawl 16 blogs without and with kills, and print the gaps of each host."""
    delay = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    posts = int(sys.argv[2]) if len(sys.argv) > 2 else 6
    console = Console(width=100)
    table = Table(
        "host or platform", "requests", "smallest gap, s", "requests ", "with 10 kills, s"
    )
    with tempfile.TemporaryDirectory() as folder:
        calm, killed = (
            measure(Path(folder) / str(kills), delay=delay, posts=posts, kills=kills)
            for kills in (0, 10)
        )
    for key in sorted(calm.smallest):
        table.add_row(
            key,
            str(calm.requests[key]),
            f"{calm.smallest[key]:.3f}",
            str(killed.requests[key]),
            f"{killed.smallest[key]:.3f}",
        )
    console.print(table)
    console.print(f"configured delay: {delay} s")
    for gaps in (calm, killed):
        waited = f"{gaps.after_busy:.3f} s after a 429 with Retry-After: {RETRY_AFTER:g}"
        console.print(f"{gaps.kills} kills: left alone for {waited}")


if __name__ == "__main__":
    main()
