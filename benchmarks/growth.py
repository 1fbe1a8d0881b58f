"""What it costs to add posts to a corpus, beside what it costs to build it.

`python -m benchmarks.growth [DOCUMENTS] [WORDS]` makes a corpus of generated documents, 50 a
site, one in 25 of them an edited copy of another site's. Timed is all that follows the stages
of the sites: signatures, storing, comparing, deciding, publishing. Then a thousand documents
are added at each size (25 %, 50 % and 100 % of DOCUMENTS), in three ways: as 20 new blogs, as
10 new blogs and ten posts on each of 50, and as one post on each of a thousand blogs, half of
all at the largest size.
"""

import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.core.dedup import Dedup
from pipelines.core.splits import SplitSettings
from pipelines.dataset.documents import write
from pipelines.dataset.index import opened
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin, Published
from tests.many import POSTS, Blog, added, blogs

ORIGIN = Origin(recipe="benchmark", software={})


def store(corpus: Path, made: Iterator[Blog]) -> dict[str, str]:
    """Sign and store the documents of some blogs; what those of each are made from."""
    sign = Dedup().signer()
    wanted = {}
    for blog in made:
        wanted[blog.site] = blog.identity
        write(blog.path(corpus), blog.documents(), inputs=blog.identity, sign=sign)
    return wanted


def publish(corpus: Path, wanted: dict[str, str]) -> Published:
    """Compare, decide and publish."""
    with opened(corpus, Dedup()) as index:
        return release(index, wanted, splits=SplitSettings(), origin=ORIGIN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How a thousand posts come to a corpus."""

    name: str
    #: Blogs that begin, blogs that go on, and posts on each of these.
    new: int
    on: int
    each: int


WAYS = (
    Way(name="20 new blogs", new=20, on=0, each=0),
    Way(name="10 new blogs, 10 posts on each of 50", new=10, on=50, each=10),
    Way(name="a post on each of 1,000 blogs", new=0, on=1000, each=1),
)


def measured(corpus: Path, count: int, words: int) -> Iterator[tuple[str, ...]]:
    """Build once, add in each way; the cells of a row for each."""
    sizes = dict.fromkeys(range(count // POSTS), POSTS)
    began = time.perf_counter()
    wanted = store(corpus, blogs(count, words))
    former = publish(corpus, wanted).manifest
    built = time.perf_counter() - began
    yield f"{count:,}", "build", f"{built:.1f}", "", str(len(former.files))
    for way in WAYS:
        if way.on > len(sizes):
            continue
        began = time.perf_counter()
        wanted |= store(corpus, added(sizes, way.new, way.on, way.each, words))
        stored = time.perf_counter() - began
        manifest = publish(corpus, wanted).manifest
        seconds = time.perf_counter() - began
        names = {file.name for file in former.files}
        new = sum(file.name not in names for file in manifest.files)
        share = f"{seconds / built:.2%}"
        told = f"{seconds:.2f} ({stored:.2f} storing)"
        yield f"{manifest.counts.pages:,}", way.name, told, share, str(new)
        former = manifest


def main() -> None:
    """Build and add at three sizes, and print the seconds of each."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    words = int(sys.argv[2]) if len(sys.argv) > 2 else 450
    table = Table("documents", "what", "s", "of building", "parts written")
    with tempfile.TemporaryDirectory() as folder:
        for share in (4, 2, 1):
            corpus = Path(folder) / str(share)
            for row in measured(corpus, size // share, words):
                table.add_row(*row)
            shutil.rmtree(corpus)
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
