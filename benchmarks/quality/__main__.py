"""All measurements of quality in one go: `python -m benchmarks.quality [PART ...]`."""

import importlib
import sys

from benchmarks.quality.pages import SHARED
from benchmarks.quality.row import table

#: Modules beside this one, each with `rows(shared)`, in the order of the table.
PARTS = (
    "text",
    "hygiene",
    "kinds",
    "metadata",
    "templates",
    "privacy",
    "language",
    "prose",
    "bodies",
)


def main(parts: list[str]) -> None:
    """Print the table of some parts, or of all; each as soon as it is measured."""
    unknown = sorted(set(parts) - set(PARTS))
    if unknown:
        sys.exit(f"{unknown[0]} is no part; there are: {', '.join(PARTS)}")
    if not (SHARED / "real").is_dir():
        sys.exit(f"The real pages are not here: {SHARED / 'real'} is absent.")
    for part in parts or PARTS:
        module = importlib.import_module(f"benchmarks.quality.{part}")
        sys.stdout.write(f"{table(module.rows(SHARED))}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
