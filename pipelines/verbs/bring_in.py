"""`import`: takes the pages of any WARC into the archive, so that `build` serves them too."""

import sqlite3
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from pipelines.core import mentions, standing, state, warc
from pipelines.core.archive import Archive
from pipelines.core.config import Config, PermissionSettings
from pipelines.core.model import Capture, Kind, Permission
from pipelines.core.permission import grounded, of_page, resolve
from pipelines.core.removals import Removals
from pipelines.core.urls import canonical
from pipelines.core.watch import Watch

#: What is told of records that may not come back.
_REMOVED = "somebody asked for its removal"

#: Captures that share one commit: a kill costs at most the import of these.
_BATCH = 200

_HTML = ("text/html", "application/xhtml")
_FEEDS = ("application/rss", "application/atom", "application/rdf")
_XML = ("text/xml", "application/xml")


@dataclass(slots=True)
class Imported:
    """What became of the records of the imported files."""

    pages: int = 0
    #: Robots.txt, feeds and sitemaps.
    others: int = 0
    #: Captures that the archive held already.
    known: int = 0
    #: Why records were passed over, and how many for each.
    skipped: Counter[str] = field(default_factory=Counter)


def bring_in(config: Config, files: list[Path], watch: Watch) -> Imported:
    """Import WARC files; the caller holds the corpus' lock.

    Importing a file again adds nothing.

    Raises:
        ArchiveError: A file is damaged; what came before the damage is imported.
    """
    imported = Imported()
    connection = state.connect(config.corpus)
    archive = Archive(config.corpus / "archive")
    removals = Removals.load(config.corpus)
    try:
        archive.recover(connection)
        for file in files:
            watch.begin(f"importing {file.name}", None)
            batch: list[Capture] = []
            try:
                for record in warc.foreign(file):
                    _sort(record, batch, imported, removals)
                    if len(batch) >= _BATCH:
                        _commit(connection, archive, batch, imported, config.permission)
                        watch.advance(imported.pages, None, f"{imported.known} known already")
            finally:
                _commit(connection, archive, batch, imported, config.permission)
            watch.advance(imported.pages, None, f"{imported.known} known already")
            watch.end()
    finally:
        connection.close()
    return imported


def _sort(
    record: Capture | warc.Unreadable, batch: list[Capture], imported: Imported, removals: Removals
) -> None:
    """Put a record into the batch with its kind, or count why it is passed over."""
    if isinstance(record, warc.Unreadable):
        imported.skipped[f"not readable: {record.why}"] += 1
        return
    try:
        canonical(record.url)
    except ValueError:
        imported.skipped["not an http(s) URL"] += 1
        return
    kind = kind_of(record)
    if kind is None:
        media = record.header("Content-Type").partition(";")[0] or "no content type"
        imported.skipped[f"not a page: {media}"] += 1
        return
    known = mentions.spared(replace(record, kind=kind), removals)
    if known is None:
        imported.skipped[_REMOVED] += 1
        return
    batch.append(known)


def kind_of(capture: Capture) -> Kind | None:
    """What a foreign capture is, by its media type and its first bytes; None: nothing for us."""
    if capture.kind is not Kind.PAGE:
        return capture.kind
    media = capture.header("Content-Type").partition(";")[0].strip().lower()
    start = capture.body[:2048].lower()
    if media.startswith(_HTML):
        return Kind.PAGE
    if urlsplit(capture.url).path == "/robots.txt":
        return Kind.ROBOTS
    if media.startswith(_FEEDS) or (media in _XML and (b"<rss" in start or b"<feed" in start)):
        return Kind.FEED
    if b"<urlset" in start or b"<sitemapindex" in start:
        return Kind.SITEMAP
    return Kind.PAGE if b"<html" in start or b"<!doctype html" in start else None


def _commit(
    connection: sqlite3.Connection,
    archive: Archive,
    batch: list[Capture],
    imported: Imported,
    settings: PermissionSettings,
) -> None:
    """Archive a batch in one transaction, without what its pages refuse."""
    members = [(capture, warc.encode(capture)) for capture in batch]
    batch.clear()
    with state.transaction(connection):
        for capture, member in members:
            judged = resolve(of_page(capture), settings)
            if capture.kind.is_page and standing.is_refused(connection, capture.url):
                imported.skipped["refused when the crawler asked for it"] += 1
            elif capture.kind.is_page and not _may_keep(connection, capture, judged):
                imported.skipped[f"refused by the page: {judged.reason}"] += 1
            elif state.has_capture(connection, capture):
                imported.known += 1
            else:
                archive.append(connection, capture, member)
                imported.pages += capture.kind.is_page
                imported.others += not capture.kind.is_page


def _may_keep(connection: sqlite3.Connection, capture: Capture, judged: Permission) -> bool:
    """Whether a page may be archived; the newest capture of it decides on its standing."""
    url = canonical(capture.url)
    told = standing.get(connection, url)
    may_speak = _is_newest(connection, capture, url)
    if told is not None:
        may_speak = may_speak and standing.may_lift(told, url, capture.fetched_at)
        # What has happened since a capture was imported is not undone by importing it again.
        may_speak = may_speak and (judged.is_refused or not state.has_capture(connection, capture))
    if may_speak:
        known = standing.of_permission(grounded(judged, capture))
        standing.put(connection, url, known)
    return not judged.is_refused


def _is_newest(connection: sqlite3.Connection, capture: Capture, url: str) -> bool:
    """Whether the archive holds no newer capture of a page, in either spelling of its URL."""
    return all(
        row.fetched_at <= capture.fetched_at
        for spelling in {capture.url, url}
        for row in state.captures_of(connection, spelling)
    )
