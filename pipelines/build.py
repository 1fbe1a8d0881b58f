"""From archive to documents to snapshot; only what changed is made again."""

import os
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeVar

from pipelines.core import state
from pipelines.core.archive import Archive
from pipelines.core.config import Config
from pipelines.core.model import Capture, CaptureRef, Document, Via
from pipelines.core.reasons import Reason
from pipelines.core.stage import Stage, flow
from pipelines.core.state import LedgerRow, SiteLedger
from pipelines.core.urls import document_id, site_hash, site_of
from pipelines.core.watch import Watch
from pipelines.dataset import documents
from pipelines.dataset.snapshot import Published, publish
from pipelines.engines.local import Fault, Limits, run
from pipelines.extract import Extract
from pipelines.recipe import Recipe, configured, software_versions

Page = TypeVar("Page")

_FAULTS = {
    "timeout": Reason.EXTRACT_TIMEOUT,
    "memory": Reason.EXTRACT_MEMORY,
    "crashed": Reason.EXTRACT_CRASHED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Refine(Generic[Page]):
    """What a worker does with one page: read, extract, and the stages that need no other."""

    read: Callable[[Page], tuple[Capture, CaptureRef]]
    extract: Extract
    stages: tuple[Stage, ...]

    def __call__(self, page: Page) -> Document:
        """Make the document of one page."""
        capture, source = self.read(page)
        return next(flow(self.stages, [self.extract(capture, source)]))


@dataclass(frozen=True, slots=True, kw_only=True)
class FromArchive:
    """Reads the page of a ledger row."""

    root: Path

    def __call__(self, row: LedgerRow) -> tuple[Capture, CaptureRef]:
        """Read and verify one capture.

        Raises:
            ArchiveError: Its record is damaged.
        """
        return Archive(self.root).read(row.ref), row.ref


def refine(
    refiner: Refine[Page], pages: Iterable[Page], *, workers: int
) -> Iterator[tuple[Page, Document | Fault]]:
    """Make the documents of `pages` in killable processes, as they are done."""
    limits = Limits(seconds=refiner.extract.seconds, memory_mib=refiner.extract.memory_mib)
    return run(refiner, pages, workers=workers, limits=limits)


def broken_page(
    url: str, via: Via, fetched_at: datetime, source: CaptureRef, fault: Fault
) -> Document:
    """The document of a page on which its worker was killed or died."""
    document = Document(
        id=document_id(url),
        url=url,
        site=site_of(url),
        via=via,
        fetched_at=fetched_at,
        source=source,
    )
    return document.reject(_FAULTS[fault.kind], fault.detail)


def build(config: Config, watch: Watch) -> Published:
    """Bring documents/ up to date with the archive and publish a snapshot.

    The caller holds the corpus' lock.

    Raises:
        CorpusError: The state, the archive or the disk cannot be used.
    """
    recipe = configured(config)
    folder = config.corpus / "documents"
    connection = state.connect(config.corpus)
    try:
        ledgers = list(state.sites(connection))
        stale = [ledger for ledger in ledgers if not _is_current(folder, ledger, recipe)]
        _refresh(config, recipe, stale, connection, watch)
    finally:
        connection.close()
    paths = [_path(folder, ledger.site) for ledger in ledgers]
    _forget_others(folder, set(paths))
    watch.begin("deduplicating, publishing", None)
    published = publish(
        config.corpus,
        flow(recipe.corpus, documents.Stored(paths)),
        recipe=recipe.fingerprint,
        software=software_versions(),
    )
    watch.end()
    return published


def _refresh(
    config: Config,
    recipe: Recipe,
    stale: list[SiteLedger],
    connection: sqlite3.Connection,
    watch: Watch,
) -> None:
    """Make the documents of the changed sites again, each site as soon as it is whole."""
    folder = config.corpus / "documents"
    refiner = Refine(
        read=FromArchive(root=config.corpus / "archive"),
        extract=recipe.extract,
        stages=recipe.per_page,
    )
    whole: dict[str, int] = {}
    made: dict[str, list[Document]] = defaultdict(list)
    by_site = {ledger.site: ledger for ledger in stale}
    rejected = 0
    total = sum(ledger.captures for ledger in stale)
    watch.begin("extracting", total)
    pages = _pages(connection, stale, whole)
    for done, (row, result) in enumerate(refine(refiner, pages, workers=workers_of(config)), 1):
        document = document_of(row, result)
        rejected += document.rejection is not None
        watch.advance(done, total, f"{rejected} rejected")
        site = site_of(row.url)
        made[site].append(document)
        if len(made[site]) == whole[site]:
            _finish_site(folder, by_site[site], recipe, made.pop(site))
    watch.end()


def document_of(row: LedgerRow, result: Document | Fault) -> Document:
    """What a worker made of an archived page, or the document of its fault."""
    if isinstance(result, Fault):
        return broken_page(row.url, row.via, row.fetched_at, row.ref, result)
    return result


def _pages(
    connection: sqlite3.Connection, stale: list[SiteLedger], whole: dict[str, int]
) -> Iterator[LedgerRow]:
    """The pages of the changed sites; `whole` learns how many each has."""
    for ledger in stale:
        rows = list(state.newest_pages(connection, ledger.site))
        whole[ledger.site] = len(rows)
        yield from rows


def _finish_site(folder: Path, ledger: SiteLedger, recipe: Recipe, made: list[Document]) -> None:
    ordered = sorted(made, key=lambda document: (document.id, document.url))
    refined = flow(recipe.whole_site, ordered)
    documents.write(_path(folder, ledger.site), refined, inputs=_inputs(ledger, recipe))


def _is_current(folder: Path, ledger: SiteLedger, recipe: Recipe) -> bool:
    return documents.inputs_of(_path(folder, ledger.site)) == _inputs(ledger, recipe)


def _inputs(ledger: SiteLedger, recipe: Recipe) -> str:
    return f"{recipe.fingerprint}:{ledger.captures}:{ledger.newest}"


def _path(folder: Path, site: str) -> Path:
    return folder / f"{site_hash(site)}.parquet"


def _forget_others(folder: Path, paths: set[Path]) -> None:
    """Remove the documents of sites that the archive no longer holds."""
    for path in folder.glob("*.parquet"):
        if path not in paths:
            path.unlink()


def workers_of(config: Config) -> int:
    """How many worker processes a build takes."""
    return config.build.workers or os.cpu_count() or 1
