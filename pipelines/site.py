"""The documents of one site: from its captures to the stages that look at it as a whole."""

import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Generic, TypeAlias, TypeVar

from pipelines.core import standing, state
from pipelines.core.archive import Archive
from pipelines.core.config import Config, PermissionSettings
from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.past import Past
from pipelines.core.permission import of_page, resolve
from pipelines.core.reasons import Reason
from pipelines.core.stage import Alone, Stage, alone, flow
from pipelines.core.standing import Standing
from pipelines.core.state import FeedRow, FormerRow, LedgerRow
from pipelines.core.urls import document_id, site_of
from pipelines.core.versions import inherit, versions
from pipelines.engines.local import Fault, Limits, run
from pipelines.extract import Extract
from pipelines.extract.feeds import FeedEntry, entries
from pipelines.extract.opinion import Opinions
from pipelines.recipe import Recipe

Page = TypeVar("Page")
Result: TypeAlias = Document | tuple[FeedEntry, ...] | Fault

#: A page of ours, read before all others.
_SAMPLE = Capture(
    url="https://sample.example/blog/on-listening.html",
    kind=Kind.PAGE,
    via=Via.IMPORT,
    fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
    status=200,
    headers=(("Content-Type", "text/html"),),
    body=b"<!doctype html>\n<html><body><article><h1>On listening</h1><p>"
    + 8 * b"We sit with a client and listen, and after a while both of us hear more. "
    + b"</p></article></body></html>",
    digest="",
)
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
        return alone(self.stages, self.extract(capture, source))

    def warm_up(self) -> None:
        """Read a page of ours: what loads with the first one is not to count against a site's.

        On a machine that is busy with other things this takes longer than a page may.
        """
        source = CaptureRef(file="", offset=0, length=0, digest="")
        alone(self.stages, self.extract(_SAMPLE, source))


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
class Site:
    """A site while its documents are made; held are these and an entry of a feed for each.

    Withdrawn pages are not even read: their documents hold no word of them, nor may a feed
    bring one back.
    """

    name: str
    #: What it is made with; empty where that is not known.
    platform: str
    #: What may be done with its pages, by URL.
    standings: Mapping[str, Standing]
    #: Its feeds and pages that are read.
    rows: list[LedgerRow]
    opinions: Opinions
    made: list[Document] = field(default_factory=list)
    #: How many of `rows` are not read yet.
    waiting: int = 0
    past: Past = field(default_factory=Past)
    #: What became of its captures.
    former: dict[CaptureRef, Document] = field(default_factory=dict)

    @classmethod
    def of(cls, connection: sqlite3.Connection, name: str, *, history: bool = False) -> "Site":
        """The site as the ledger has it, with the documents of its withdrawn pages.

        Args:
            connection: The state.
            name: Which site.
            history: Whether former versions of its pages are read as well.
        """
        rows = list(state.newest_pages(connection, name))
        standings = standing.of_site(connection, name)
        told = {row.url: standing.of_url(standings, row.url) for row in rows}
        made = [withdrawn_page(row, told[row.url]) for row in rows if told[row.url].reason]
        pages = [row for row in rows if not told[row.url].reason]
        feeds = list(state.newest_feeds(connection, name)) if pages else []
        out = {document.id for document in made}
        past = Past.of(connection, name, rows, told) if history else Past()
        former = [row for found in past.former.values() for row in found]
        return cls(
            name=name,
            platform=standing.platform_of_site(connection, name),
            standings=standings,
            rows=[*feeds, *pages, *former],
            opinions=Opinions(wanted=frozenset(document_id(row.url) for row in pages) - out),
            made=made,
            waiting=len(feeds) + len(pages) + len(former),
            past=past,
        )

    def take(self, row: LedgerRow, result: Result) -> Document | None:
        """Note what became of a capture; the document of a page, nothing of a feed."""
        self.waiting -= 1
        if isinstance(row, FeedRow) or isinstance(result, tuple):
            self.opinions.hear(result if isinstance(result, tuple) else (), row.ref)
            return None
        page = self.page(row, result)
        if isinstance(row, FormerRow):
            self.former[row.ref] = page
        else:
            self.made.append(page)
        return page

    def page(self, row: LedgerRow, result: Document | Fault) -> Document:
        """The document of a page by itself, with what is known of its use and of its site."""
        told = standing.of_url(self.standings, row.url)
        return with_standing(document_of(row, result), told, platform=self.platform or None)

    def finished(self, recipe: Recipe, alone: Alone = alone) -> Iterator[Document]:
        """All documents and former versions, with feeds heard and the site looked at whole."""
        ordered = sorted(self.made, key=lambda document: (document.id, document.url))
        heard = (
            # What a feed gave has not been through the stages of the workers.
            alone(recipe.per_page, document) if is_new else document
            for document, is_new in self.opinions.joined(ordered)
        )
        refined = list(heard)
        looked = flow(recipe.together, refined)
        present = [alone(recipe.afterwards, document) for document in looked]
        return self._with_past(refined, present, recipe, alone)

    def _with_past(
        self, refined: list[Document], present: list[Document], recipe: Recipe, alone: Alone
    ) -> Iterator[Document]:
        """The documents as they are now, then the former versions of those that changed.

        A site is looked at as a whole once more for each generation of captures, with these in
        the places of the newest ones: what recurs on its pages is what recurs on them.
        """
        told = {document.source: document for document in present}
        now = {document.url: document for document in present}
        for generation in range(max(map(len, self.past.former.values()), default=0)):
            older = {
                url: inherit(self.former[rows[generation].ref], now[url])
                for url, rows in self.past.former.items()
                if generation < len(rows)
            }
            pages = {document.url: document for document in refined} | older
            whole = sorted(pages.values(), key=lambda document: (document.id, document.url))
            for document in flow(recipe.together, whole):
                if document.url in older:
                    told[document.source] = alone(recipe.afterwards, document)
        found = {
            url: list(versions([(span, told[ref]) for span, ref in course]))
            for url, course in self.past.courses.items()
        }
        for document in present:
            last = found.get(document.url, [])[-1:]
            is_present = bool(last) and last[0].valid_to is None
            yield last[0] if is_present else replace(document, valid_from=document.fetched_at)
        for _, some in sorted(found.items()):
            yield from (version for version in some if version.valid_to is not None)


def refiner_of(config: Config, recipe: Recipe) -> Refine[LedgerRow]:
    """What a worker does with an archived page of a corpus."""
    archive = FromArchive(root=config.corpus / "archive")
    return Refine(read=archive, extract=recipe.extract, stages=recipe.per_page)


def reader_of(config: Config, recipe: Recipe) -> Read:
    """What a worker does with a capture of a corpus."""
    return Read(refine=refiner_of(config, recipe), permission=config.permission)


def read(
    config: Config, recipe: Recipe, rows: Iterable[LedgerRow]
) -> Iterator[tuple[LedgerRow, Result]]:
    """Read captures of pages and feeds in killable processes, as they are done."""
    limits = Limits(seconds=recipe.extract.seconds, memory_mib=recipe.extract.memory_mib)
    return run(reader_of(config, recipe), rows, workers=workers_of(config), limits=limits)


def refine(
    refiner: Refine[Page], pages: Iterable[Page], *, workers: int
) -> Iterator[tuple[Page, Document | Fault]]:
    """Make the documents of `pages` in killable processes, as they are done."""
    limits = Limits(seconds=refiner.extract.seconds, memory_mib=refiner.extract.memory_mib)
    return run(refiner, pages, workers=workers, limits=limits)


def with_standing(document: Document, told: Standing, platform: str | None = None) -> Document:
    """The document with what is known of its use, and of what its site is made with."""
    return replace(
        document,
        platform=platform,
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


def document_of(row: LedgerRow, result: Document | Fault) -> Document:
    """What a worker made of an archived page, or the document of its fault."""
    if isinstance(result, Fault):
        return broken_page(row.url, row.via, row.fetched_at, row.ref, result)
    return result


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


def workers_of(config: Config) -> int:
    """How many worker processes a build takes."""
    return config.build.workers or os.cpu_count() or 1
