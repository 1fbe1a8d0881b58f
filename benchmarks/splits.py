"""Whether posts stay where they are held out while a corpus grows.

`python -m benchmarks.splits` publishes 1,000, 2,000 ... 10,000 generated documents, five a site
in random order. Some sites share an author, and some posts are copies of another site's, so that
groups merge. Told is after each step how many rows changed their split, and which way.
"""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from benchmarks.growth import publish, store
from tests.many import blogs

_EACH = 5
_WORDS = 200


def splits_of(snapshot: Path) -> dict[str, str]:
    """The split of each row, by its id."""
    files = f"{snapshot}/data/*.parquet"
    return dict(duckdb.connect().read_parquet(files).project("id, split").fetchall())


def largest_group(snapshot: Path) -> int:
    """Sites of the largest group."""
    groups = duckdb.connect().read_parquet(f"{snapshot}/groups/*.parquet").project('"group"')
    return max(Counter(name for (name,) in groups.fetchall()).values())


def main() -> None:
    """Grow a corpus in ten steps and print what moved."""
    table = Table("rows", "train", "validation", "test", "moved", "largest group", "leakage")
    former: dict[str, str] = {}
    back = 0
    with tempfile.TemporaryDirectory() as folder:
        wanted: dict[str, str] = {}
        order = random.Random(1).sample(list(blogs(10_000, _WORDS, each=_EACH)), 10_000 // _EACH)
        for size in range(1000, 10_001, 1000):
            new = order[(size - 1000) // _EACH : size // _EACH]
            wanted |= store(Path(folder), iter(new))
            published = publish(Path(folder), wanted)
            now = splits_of(published.directory)
            moved = Counter(
                f"{split} > {now[name]}"
                for name, split in former.items()
                if now.get(name, split) != split
            )
            back += sum(count for way, count in moved.items() if way.endswith("> train"))
            held = Counter(now.values())
            leak = published.manifest.leakage
            table.add_row(
                f"{len(now):,}",
                *(str(held[name]) for name in ("train", "validation", "test")),
                ", ".join(f"{way}: {count}" for way, count in sorted(moved.items())) or "none",
                f"{largest_group(published.directory)} sites",
                "none found" if leak is None else f"{leak.jaccard:.3f}",
            )
            former = now
    Console(width=120).print(table)
    print(f"{back} rows moved from validation or test into train")
    sys.exit(bool(back))


if __name__ == "__main__":
    main()
