"""Whether any text of a real page holds debris, and what the dearest page costs."""

import re
import resource
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks.quality.in_process import extracted, recipe
from benchmarks.quality.pages import ALL_SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from pipelines.core.stage import flow

_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
#: UTF-8 taken for windows-1252, as far as it is never meant: the Latin-1 letters (C2 and C3
#: followed by one of 80 to BF) and the typographic marks (E2 80 followed by another).
_CONTINUED = re.escape(bytes(range(0x80, 0xC0)).decode("windows-1252", "ignore"))
_MOJIBAKE = re.compile(f"[\u00c2\u00c3][{_CONTINUED}]|\u00e2\u20ac[{_CONTINUED}]")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """What one page's document holds and costs."""

    text: str
    seconds: float
    #: MiB of the process at its largest, with all pages that it had before.
    memory: float


def rows(shared: Path) -> Iterator[Row]:
    """One row for each set; limits are 10 s and 1024 MiB a page."""
    for name in ALL_SETS:
        found = list(pages(shared, name))
        with ProcessPoolExecutor(2) as pool:
            told = list(pool.map(_told, found, chunksize=8))
        texts = [page.text for page in told]
        values = {
            "pages": str(len(told)),
            "control characters": _count(_CONTROL, texts),
            "lone surrogates": _count(_SURROGATE, texts),
            "mojibake": _count(_MOJIBAKE, texts),
            "slowest page, s": f"{max(page.seconds for page in told):.2f}",
            "largest process, MiB": f"{max(page.memory for page in told):.0f}",
        }
        yield Row(part="hygiene", system=name, values=values)


def _count(sign: re.Pattern[str], texts: list[str]) -> str:
    return str(sum(len(sign.findall(text)) for text in texts))


def _told(page: GoldPage) -> _Told:
    made_by = recipe()
    start = time.perf_counter()
    document = next(flow(made_by.per_page, [extracted(page, made_by)]))
    spent = time.perf_counter() - start
    # Kilobytes on Linux, bytes on macOS: getrusage(2) of each.
    unit = 1024 * 1024 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
    return _Told(text=document.text, seconds=spent, memory=memory)


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
