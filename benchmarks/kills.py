"""Kills whole runs at random moments: `python -m benchmarks.kills [COUNT] [POSTS]`.

Printed for each kill: when, what was archived by then, and what the next run made of it.
"""

import random
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.end_to_end.kills import IN_FLIGHT, kill_and_run_again, undisturbed

COLUMNS = ("kill", "at s", "archived", "same rows", "lost", "duplicate records", "refetched")


def main() -> None:
    """Run the trials one after the other and print them."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    posts = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    draw = random.Random(0)
    console = Console(width=120)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with undisturbed(root / "calm", posts) as calm:
            console.print(
                f"undisturbed: {calm.seconds:.1f} s, {len(calm.records)} records, "
                f"{len(calm.rows['documents'])} documents"
            )
            table = Table(*COLUMNS)
            worst = 0
            for number in range(count):
                trial = kill_and_run_again(root / str(number), calm, draw.random())
                worst = max(worst, trial.refetched)
                table.add_row(
                    str(number + 1),
                    f"{trial.moment:.2f}",
                    str(trial.archived),
                    str(trial.same_rows),
                    str(trial.lost),
                    str(trial.duplicates),
                    str(trial.refetched),
                )
            console.print(table)
            console.print(f"most refetched: {worst}; the limit is {1.6 * IN_FLIGHT:.1f}")


if __name__ == "__main__":
    main()
