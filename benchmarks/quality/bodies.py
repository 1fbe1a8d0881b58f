"""Whether posts are turned down as excerpts or empty, and whether feeds and pages tell the same.

`python -m benchmarks.quality.bodies`
"""

import sys
import tarfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit

from benchmarks.quality.in_process import FETCHED, capture, extracted, recipe
from benchmarks.quality.pages import ALL_SETS, SHARED, GoldPage, pages
from benchmarks.quality.row import Row, table
from pipelines.core.document import Document
from pipelines.core.model import Capture, Kind
from pipelines.core.reasons import Reason
from pipelines.extract.feeds import FeedEntry, entries
from pipelines.extract.opinion import agreement

_PROCESSES = 2
#: Words of a text that ends in an ellipsis and is most likely the beginning of a post.
_SHORT = 60
#: From this agreement on, page and feed tell the same.
_SAME = (0.9, 0.99)
_FEED_STARTS = (b"<rss", b"<feed")


def rows(shared: Path) -> Iterator[Row]:
    """One row for each set of pages, one for each site that has a feed."""
    for name in ALL_SETS:
        found = list(pages(shared, name))
        made = _documents(found)
        part = "posts turned down as excerpts or as empty"
        yield Row(part=part, system=name, values=_judged(found, made))
    for archive in sorted((shared / "sites").glob("*.tar.gz")):
        if values := _compared(archive):
            system = archive.name.removesuffix(".tar.gz")
            yield Row(part="text of a feed's entry and of its page", system=system, values=values)


def _documents(found: list[GoldPage]) -> list[Document]:
    with ProcessPoolExecutor(_PROCESSES) as pool:
        return list(pool.map(partial(extracted, made_by=recipe()), found, chunksize=8))


def _judged(found: list[GoldPage], made: list[Document]) -> dict[str, str]:
    both = list(zip(found, made, strict=True))
    with_gold = [document for page, document in both if page.gold]
    is_wrong = (Reason.EXTRACT_EXCERPT, Reason.EXTRACT_EMPTY)
    short = [document for document in made if _is_cut(document)]
    caught = sum(_is_for(document, Reason.EXTRACT_EXCERPT) for document in short)
    return {
        "pages": str(len(both)),
        "with gold": str(len(with_gold)),
        "of these turned down": str(sum(_is_for(document, *is_wrong) for document in with_gold)),
        "short texts that end in an ellipsis": str(len(short)),
        "of these caught": str(caught),
        "excerpts": str(sum(_is_for(document, Reason.EXTRACT_EXCERPT) for document in made)),
        "empty": str(sum(_is_for(document, Reason.EXTRACT_EMPTY) for document in made)),
    }


def _is_cut(document: Document) -> bool:
    end = document.text.rstrip(" ])")
    return len(document.text.split()) < _SHORT and end.endswith(("\u2026", "..."))


def _is_for(document: Document, *reasons: Reason) -> bool:
    return document.rejection is not None and document.rejection.reason in reasons


def _compared(archive: Path) -> dict[str, str]:
    """How far the entries of a site's feeds agree with its pages, over posts that have both."""
    files = _files(archive)
    found: dict[str, FeedEntry] = {}
    for name in sorted(files):
        if any(start in files[name][:2048] for start in _FEED_STARTS):
            told = entries(_capture(f"https://feed.example/{name}", files[name], Kind.FEED))
            found |= {entry.url: entry for entry in told if entry.url not in found}
    named = [(entry, page) for entry in found.values() if (page := _page(files, entry.url))]
    if not named:
        return {}
    made = _documents([page for _, page in named])
    whole = [
        (entry, document)
        for (entry, _), document in zip(named, made, strict=True)
        if entry.is_whole
    ]
    reached = [agreement(document.text, entry.text) for entry, document in whole]
    return {
        "entries with a page": str(len(named)),
        "whole": str(len(whole)),
        **{f"agreement >= {mark}": str(sum(f1 >= mark for f1 in reached)) for mark in _SAME},
        "equal": str(sum(document.text == entry.text for entry, document in whole)),
        "least agreement": f"{min(reached, default=0):.4f}",
    }


def _files(archive: Path) -> dict[str, bytes]:
    """The files of a site, by path below its root."""
    found: dict[str, bytes] = {}
    with tarfile.open(archive) as opened:
        for member in opened:
            stream = opened.extractfile(member) if member.isfile() else None
            if stream is not None:
                found[member.name.removeprefix("./")] = stream.read()
    return found


def _page(files: Mapping[str, bytes], url: str) -> GoldPage | None:
    path = unquote(urlsplit(url).path).strip("/")
    for name in (path, f"{path}/index.html", f"{path}.html"):
        if name in files:
            return GoldPage(id=name, url=url, html=files[name], gold="")
    return None


def _capture(url: str, body: bytes, kind: Kind) -> Capture:
    page = capture(GoldPage(id=url, url=url, html=body, gold=""))
    return replace(page, kind=kind, headers=(), fetched_at=FETCHED)


if __name__ == "__main__":
    sys.stdout.write(f"{table(rows(SHARED))}\n")
