"""From archive to documents to snapshot; only what changed is made again."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from pipelines.core import standing, state
from pipelines.core.archive import Archive
from pipelines.core.config import Config, PermissionSettings
from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef, Via
from pipelines.core.permission import of_page, resolve
from pipelines.core.reasons import Reason
from pipelines.core.sites import SiteState, states
from pipelines.core.stage import Stage, flow
from pipelines.core.standing import Standing
from pipelines.core.state import FeedRow, LedgerRow
from pipelines.core.urls import document_id, site_hash, site_of
from pipelines.core.watch import Watch
from pipelines.dataset import documents
from pipelines.dataset.snapshot import Published, publish
from pipelines.engines.local import Fault, Limits, run
from pipelines.extract import Extract
from pipelines.extract.feeds import FeedEntry, entries
from pipelines.extract.opinion import Opinions
from pipelines.recipe import Recipe, configured, software_versions

Page = TypeVar("Page")
_Result: TypeAlias = Document | tuple[FeedEntry, ...] | Fault

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """What a worker does with one capture of a site: a page becomes a document, a feed entries."""

    refine: Refine[LedgerRow]
    #: Which kinds of refusal count.
    permission: PermissionSettings

    def __call__(self, row: LedgerRow) -> Document | tuple[FeedEntry, ...]:
        """Read one capture; a feed that refuses our use says nothing."""
        if not isinstance(row, FeedRow):
            return self.refine(row)
        capture, _ = self.refine.read(row)
        if resolve(of_page(capture), self.permission).is_refused:
            return ()
        return entries(capture)


@dataclass(slots=True, kw_only=True)
class _Site:
    """A site while its documents are made; held are these and an entry of a feed for each."""

    state: SiteState
    #: Captures of pages and feeds that are not read yet.
    waiting: int
    #: What may be done with the pages, by URL.
    standings: Mapping[str, Standing]
    made: list[Document]
    opinions: Opinions

    def take(self, row: LedgerRow, result: _Result) -> Document | None:
        """Note what became of a capture; the document of a page, nothing of a feed."""
        self.waiting -= 1
        if isinstance(row, FeedRow) or isinstance(result, tuple):
            self.opinions.hear(result if isinstance(result, tuple) else (), row.ref)
            return None
        self.made.append(self.with_standing(document_of(row, result)))
        return self.made[-1]

    def with_standing(self, document: Document) -> Document:
        """The document with what is known of its use and of its site."""
        told = standing.of_url(self.standings, document.url)
        return with_standing(replace(document, platform=self.state.platform or None), told)


def refine(
    refiner: Refine[Page], pages: Iterable[Page], *, workers: int
) -> Iterator[tuple[Page, Document | Fault]]:
    """Make the documents of `pages` in killable processes, as they are done."""
    limits = Limits(seconds=refiner.extract.seconds, memory_mib=refiner.extract.memory_mib)
    return run(refiner, pages, workers=workers, limits=limits)


def with_standing(document: Document, told: Standing) -> Document:
    """The document with what is known of its use."""
    return replace(
        document,
        permission=told.tier,
        license=told.license or None,
        evidence=told.evidence,
    )


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
        sites = list(states(connection))
        stale = [site for site in sites if not _is_current(folder, site, recipe)]
        _refresh(config, recipe, stale, connection, watch)
    finally:
        connection.close()
    paths = [_path(folder, site.ledger.site) for site in sites]
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
    stale: list[SiteState],
    connection: sqlite3.Connection,
    watch: Watch,
) -> None:
    """Make the documents of the changed sites again, each site as soon as it is whole."""
    folder = config.corpus / "documents"
    reader = FromArchive(root=config.corpus / "archive")
    refiner = Refine(read=reader, extract=recipe.extract, stages=recipe.per_page)
    work = Read(refine=refiner, permission=config.permission)
    limits = Limits(seconds=recipe.extract.seconds, memory_mib=recipe.extract.memory_mib)
    sites: dict[str, _Site] = {}
    rejected = unread = 0
    total = sum(site.ledger.captures + site.ledger.feeds for site in stale)
    watch.begin("extracting", total)
    rows = _rows(config, recipe, connection, stale, sites)
    results = run(work, rows, workers=workers_of(config), limits=limits)
    for done, (row, result) in enumerate(results, 1):
        site = sites[site_of(row.url)]
        document = site.take(row, result)
        unread += document is None and isinstance(result, Fault)
        rejected += document is not None and document.rejection is not None
        told = f", {unread} feeds could not be read" if unread else ""
        watch.advance(done, total, f"{rejected} rejected{told}")
        if not site.waiting:
            _finish_site(folder, sites.pop(site_of(row.url)), recipe)
    watch.end()


def document_of(row: LedgerRow, result: Document | Fault) -> Document:
    """What a worker made of an archived page, or the document of its fault."""
    if isinstance(result, Fault):
        return broken_page(row.url, row.via, row.fetched_at, row.ref, result)
    return result


def _rows(
    config: Config,
    recipe: Recipe,
    connection: sqlite3.Connection,
    stale: list[SiteState],
    sites: dict[str, _Site],
) -> Iterator[LedgerRow]:
    """The feeds and pages of the changed sites that are read; `sites` learns of each site.

    Withdrawn pages are not even read: their documents hold no word of them, nor may a feed
    bring one back.
    """
    for state_of_site in stale:
        name = state_of_site.ledger.site
        rows = list(state.newest_pages(connection, name))
        standings = standing.of_site(connection, name)
        told = {row.url: standing.of_url(standings, row.url) for row in rows}
        made = [withdrawn_page(row, told[row.url]) for row in rows if told[row.url].reason]
        pages = [row for row in rows if not told[row.url].reason]
        feeds = list(state.newest_feeds(connection, name)) if pages else []
        out = {document.id for document in made}
        site = _Site(
            state=state_of_site,
            waiting=len(pages) + len(feeds),
            standings=standings,
            made=made,
            opinions=Opinions(wanted=frozenset(document_id(row.url) for row in pages) - out),
        )
        if not site.waiting:
            _finish_site(config.corpus / "documents", site, recipe)
            continue
        sites[name] = site
        yield from feeds
        yield from pages


def withdrawn_page(row: LedgerRow, told: Standing) -> Document:
    """The document of a page that its site refuses or no longer holds."""
    document = Document(
        id=document_id(row.url),
        url=row.url,
        site=site_of(row.url),
        via=row.via,
        fetched_at=row.fetched_at,
        source=row.ref,
        permission=told.tier,
    )
    return document.reject(told.reason or Reason.PERMISSION_ROBOTS, told.detail)


def _finish_site(folder: Path, site: _Site, recipe: Recipe) -> None:
    ordered = sorted(site.made, key=lambda document: (document.id, document.url))
    heard = (
        # What a feed gave has not been through the stages of the workers.
        next(flow(recipe.per_page, [document])) if is_new else document
        for document, is_new in site.opinions.joined(ordered)
    )
    refined = flow(recipe.whole_site, list(heard))
    path = _path(folder, site.state.ledger.site)
    documents.write(path, refined, inputs=_inputs(site.state, recipe))


def _is_current(folder: Path, site: SiteState, recipe: Recipe) -> bool:
    return documents.inputs_of(_path(folder, site.ledger.site)) == _inputs(site, recipe)


def _inputs(site: SiteState, recipe: Recipe) -> str:
    return f"{recipe.fingerprint}:{site.identity}"


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
