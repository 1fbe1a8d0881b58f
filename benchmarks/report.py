"""How large a report is and how soon it can be used: `python -m benchmarks.report`.

`python -m benchmarks.report [DOCUMENTS] [WORDS]` makes a corpus of generated documents, 50 a
site; one page in six is turned down, one post in three has blocks taken out or a redaction. It
writes the report, opens it in Chromium three times, each time with a fresh profile, and prints
the seconds to make it, its size, and the milliseconds from the request until its tables can be
used and until the last chart is drawn.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from rich.console import Console
from rich.table import Table
from selenium.webdriver.support.ui import WebDriverWait

from pipelines.core import config as configs
from pipelines.core.dedup import Dedup
from pipelines.core.document import BlockKind, Document, Removed
from pipelines.core.reasons import Reason
from pipelines.core.splits import SplitSettings
from pipelines.dataset.documents import write
from pipelines.dataset.index import opened
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin
from pipelines.verbs import report_page
from tests.end_to_end.browser import chromium, missing
from tests.many import Blog, blogs

_REASONS = [
    *(Reason.TOPIC_HOME, Reason.TOPIC_LISTING, Reason.TOPIC_SERVICE, Reason.QUALITY_TOO_SHORT),
    *(Reason.EXTRACT_EXCERPT, Reason.PRIVACY_TESTIMONIAL),
]
_TIMES = 3


def _changed(number: int, post: Document) -> Document:
    """The post as a stage might have left it."""
    if number % 6 == 0:
        return post.reject(_REASONS[number // 6 % len(_REASONS)], "made for the benchmark")
    if number % 6 == 1:
        words = f"\n\nWritten by {post.author}, who sees clients on weekdays and by appointment."
        block = Removed(at=len(post.text), text=words, kind=BlockKind.BIO)
        return replace(post, removed=(block,))
    if number % 6 == 2:
        half = len(post.text) // 2
        return replace(post, text=f"{post.text[:half]} [PHONE] {post.text[half:]}")
    return post


def _documents(blog: Blog) -> Iterator[Document]:
    return (_changed(blog.number + place, post) for place, post in enumerate(blog.documents()))


def _corpus(folder: Path, documents: int, words: int) -> configs.Config:
    file = folder / "corpus.toml"
    file.write_text('[corpus]\npath = "corpus"\n')
    config = configs.load(file)
    sign = Dedup().signer()
    wanted = {}
    for blog in blogs(documents, words):
        wanted[blog.site] = blog.identity
        write(blog.path(config.corpus), _documents(blog), inputs=blog.identity, sign=sign)
    with opened(config.corpus, Dedup()) as index:
        release(index, wanted, splits=SplitSettings(), origin=Origin(recipe="made", software={}))
    return config


def _opened(page: Path) -> tuple[float, float]:
    """Milliseconds until the page can be used, and until all of it is drawn."""
    with chromium() as browser:
        browser.get(page.as_uri())
        WebDriverWait(browser, 60, 0.02).until(
            lambda it: it.execute_script("return document.documentElement.dataset.drawn")
        )
        told = browser.execute_script(
            "const told = document.documentElement.dataset; return [told.ready, told.finished];"
        )
        return float(told[0]), float(told[1])


def main() -> None:
    """Make the corpus and its report, open it, and print one line."""
    documents = int(sys.argv[1]) if len(sys.argv) > 1 else 50_000
    words = int(sys.argv[2]) if len(sys.argv) > 2 else 450
    if lacking := missing():
        sys.exit(lacking)
    table = Table("pages", "shown", "seconds to make", "MB", "usable ms", "all drawn ms")
    with tempfile.TemporaryDirectory() as folder:
        config = _corpus(Path(folder), documents, words)
        page = Path(folder) / "report.html"
        began = time.perf_counter()
        done = report_page.write(config, page, most=50_000)
        seconds = time.perf_counter() - began
        times = [_opened(page) for _ in range(_TIMES)]
        usable, drawn = (statistics.median(column) for column in zip(*times, strict=True))
        table.add_row(
            *(f"{done.pages:,}", f"{done.shown:,}", f"{seconds:.1f}", f"{done.bytes / 1e6:.1f}"),
            *(f"{usable:.0f}", f"{drawn:.0f}"),
        )
    Console(width=120).print(table)


if __name__ == "__main__":
    main()
