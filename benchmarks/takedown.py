"""What a removal costs: `python -m benchmarks.takedown [MEGABYTES] [SITES]`.

An archive of that size is generated, with documents and two snapshots beside it; then one
post and one site are taken out. Printed for each: seconds, and seconds for each GB of archive.
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from rich.console import Console
from rich.table import Table

from pipelines.core import state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import Config
from pipelines.core.document import Document
from pipelines.core.model import Capture, Kind, Via
from pipelines.verbs.forget import Forgotten, forget
from pipelines.verbs.forget_targets import judged
from pipelines.verbs.progress import Quiet
from tests.factories import NOON, WORDS, post, publish_documents

#: Bytes of one page that no compression makes smaller, as pictures in a page are.
_PAGE = 60_000


def main() -> None:
    """Generate, take out, print."""
    megabytes = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    sites = int(sys.argv[2]) if len(sys.argv) > 2 else 40
    table = Table("taken out", "pages", "captures", "snapshots", "s", "archive GB", "s/GB")
    console = Console(width=100)
    with tempfile.TemporaryDirectory() as folder:
        corpus = Path(folder) / "corpus"
        pages = megabytes * 1_000_000 // (sites * _PAGE)
        documents = [post(site_name(n), m) for n in range(sites) for m in range(pages)]
        _archive(corpus, documents)
        for note in ("", "second"):
            publish_documents(corpus, _edited(documents, note))
        config = Config(file=corpus / "corpus.toml", corpus=corpus, blogs=corpus / "blogs.txt")
        for name in (documents[0].url, site_name(1)):
            size = _size(corpus / "archive")
            began = time.monotonic()
            done = forget(config, [judged(name, None, "a benchmark")], Quiet())
            _row(table, name, done, time.monotonic() - began, size)
    console.print(f"{len(documents)} posts of {sites} sites")
    console.print(table)


def site_name(number: int) -> str:
    """The name of one of the sites."""
    return f"blog-{number}.example"


def _row(table: Table, name: str, done: Forgotten, seconds: float, size: float) -> None:
    table.add_row(
        name, str(done.pages), str(done.captures), str(done.snapshots),
        f"{seconds:.2f}", f"{size:.2f}", f"{seconds / size:.2f}",
    )  # fmt: skip


def _archive(corpus: Path, documents: list[Document]) -> None:
    """Put a page for each document into the archive, as a crawl does."""
    draw = random.Random(0)
    archive = Archive(corpus / "archive")
    connection = state.connect(corpus)
    for document in documents:
        body = f"<p>{document.text}</p>".encode() + draw.randbytes(_PAGE)
        capture = Capture(
            url=document.url,
            kind=Kind.POST,
            via=Via.FEED,
            fetched_at=document.fetched_at,
            status=200,
            headers=(("Content-Type", "text/html"),),
            body=body,
            digest=warc.digest_of(body),
        )
        with state.transaction(connection):
            archive.append(connection, capture, warc.encode(capture))
    connection.close()


def _edited(documents: list[Document], note: str) -> Iterator[Document]:
    """The documents of a later build, in which one site of ten says more."""
    for number, document in enumerate(documents):
        later = note and number % 10 == 0
        text = f"{document.text} {' '.join(WORDS)}" if later else document.text
        yield replace(document, text=text, fetched_at=NOON + timedelta(days=bool(later)))


def _size(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*.gz")) / 1e9


if __name__ == "__main__":
    main()
