"""All measurements of speed in one go: `python -m benchmarks.speed [PART ...]`.

Each part is printed as soon as it is measured and kept in benchmarks/results. With `--readme`
nothing is measured: the table in README.md is written anew from what is kept.
"""

import importlib
import sys

from benchmarks.speed.figures import keep, kept, table
from benchmarks.speed.readme import write

#: Modules beside this one, each with `figures()`, in the order of the table.
PARTS = ("building", "crawling", "crawling_real", "millions", "growing", "daily", "scaling")


def main(parts: list[str]) -> None:
    """Measure some parts, or all, and keep what was found."""
    if parts == ["--readme"]:
        write(figure for part in PARTS for figure in kept(part))
        return
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        sys.exit(f"{unknown[0]} is no part; there are: {', '.join(PARTS)}")
    for part in parts or PARTS:
        found = list(importlib.import_module(f"benchmarks.speed.{part}").figures())
        keep(part, found)
        sys.stdout.write(f"{table(found)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
