"""A small corpus in numbered editions, each of which can be told by its rows."""

import hashlib
import re
import sys
from collections import Counter
from collections.abc import Iterable
from itertools import count
from pathlib import Path

import pyarrow.parquet as pq

from pipelines.core.document import Document
from pipelines.dataset.plan import Sizes
from pipelines.dataset.snapshot import manifest_of
from tests.factories import copied, post, publish_documents, rejected

SMALL = Sizes(group_rows=20, part_rows=40, longest=3, one_site_in=2)
SITES = tuple(f"site-{index:02d}.example" for index in range(30))
POSTS = 8
#: A site that has a post more with each edition, and then begins again.
GROWING = "z.example"
_LONGEST = 50
_NOTE = re.compile(r"\bedition (\d+)\b")


def edition(number: int) -> list[Document]:
    """A corpus of which each edition has one changed site and one post more."""
    made: list[Document] = []
    for index, site in enumerate(SITES):
        note = f"edition {number}" if index == number % len(SITES) else ""
        posts = [post(site, n, note=note) for n in range(POSTS)]
        made += [*posts, copied(site, 90, posts[0]), rejected(site, 91)]
    return [*made, *(post(GROWING, n) for n in range(number % _LONGEST))]


def told(rows: Iterable[tuple[str, str]]) -> int:
    """Which edition it is that has these rows of `data`, each with its site and text.

    Raises:
        AssertionError: Rows are missing, or there are some of another edition.
    """
    found = list(rows)
    noted = Counter((site, int(note[1])) for site, text in found if (note := _NOTE.search(text)))
    assert len(noted) == 1, f"rows of several editions: {noted}"
    ((site, number), times), *_ = noted.items()
    assert (site, times) == (SITES[number % len(SITES)], POSTS)
    expected = Counter(dict.fromkeys(SITES, POSTS))
    expected[GROWING] += number % _LONGEST
    assert Counter(site for site, _ in found) == expected
    return number


def publish_edition(corpus: Path, number: int) -> None:
    """Publish one edition."""
    publish_documents(corpus, edition(number), sizes=SMALL)


def publish_forever(corpus: Path) -> None:
    """Publish one edition after the other; what a test kills once it is warm."""
    publish_edition(corpus.with_name(f"warm-{corpus.name}"), 1)
    for number in count(len(list((corpus / "snapshots").glob("v*"))) + 1):
        sys.stdout.write("begun\n")
        sys.stdout.flush()
        publish_edition(corpus, number)


def assert_whole(directory: Path) -> int:
    """Every file is there, with the bytes and rows that the manifest promises.

    Returns:
        The edition that the snapshot holds.
    """
    manifest = manifest_of(directory)
    rows: list[tuple[str, str]] = []
    for file in manifest.files:
        body = (directory / file.name).read_bytes()
        assert hashlib.sha256(body).hexdigest() == file.sha256
        table = pq.read_table(directory / file.name)
        assert table.num_rows == file.rows
        if file.table == "data":
            columns = (table.column(name).to_pylist() for name in ("site", "text"))
            rows += zip(*columns, strict=True)
    held = {str(path.relative_to(directory)) for path in directory.rglob("*.parquet")}
    assert held == {file.name for file in manifest.files}
    pages = sum(file.rows for file in manifest.files if file.table not in {"groups", "history"})
    assert manifest.counts.pages == pages
    assert (directory / "README.md").read_text().endswith("\n")
    return told(rows)
