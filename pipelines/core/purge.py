"""Takes pages out of the archive: their captures, and what other captures say of them."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipelines.core import mentions, state
from pipelines.core.archive import Archive
from pipelines.core.doomed import Doomed, is_shown
from pipelines.core.model import Capture, CaptureRef, Kind
from pipelines.core.urls import document_id

#: Pieces of a removed text that make an imported page, of a kind that nobody knows, a listing.
_LEAST_PIECES = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Purged:
    """What became of the archive."""

    #: Captures that are out, and those that stay without some links.
    captures: int
    edited: int


def purge(connection: sqlite3.Connection, root: Path, doomed: Doomed) -> Purged:
    """Write the WARC files anew that hold a page which goes, or that name it.

    Done again after a kill it ends what was begun.

    Args:
        connection: The state, outside of a transaction.
        root: The folder `archive/`.
        doomed: What goes.

    Raises:
        ArchiveError: A record of the sites is damaged.
    """
    archive = Archive(root)
    archive.recover(connection)
    gone = edited = 0
    for file, rows in _by_file(connection, doomed):
        changes = dict(_changes(archive, rows, doomed))
        if changes:
            _forget_answers(connection, rows, changes)
            archive.rewrite(connection, file, changes)
        edited += sum(change is not None for change in changes.values())
        gone += sum(change is None for change in changes.values())
    for site in doomed.touched | doomed.neighbours:
        archive.sweep(connection, site)
    return Purged(captures=gone, edited=edited)


def _by_file(
    connection: sqlite3.Connection, doomed: Doomed
) -> Iterator[tuple[str, list[sqlite3.Row]]]:
    """The captures of the sites, and of feeds that lie elsewhere, one file after the other."""
    found: defaultdict[str, dict[int, sqlite3.Row]] = defaultdict(dict)
    for site in doomed.touched:
        for row in connection.execute("SELECT * FROM capture WHERE site = ?", (site,)):
            found[row["file"]][row["id"]] = row
    for row in elsewhere(connection, doomed):
        found[row["file"]][row["id"]] = row
    for file in sorted(found):
        yield file, list(found[file].values())


def elsewhere(connection: sqlite3.Connection, doomed: Doomed) -> Iterator[sqlite3.Row]:
    """The feeds and sitemaps of the same blogs, wherever they lie."""
    for blog in blogs_of(connection, doomed):
        yield from connection.execute(
            "SELECT capture.* FROM url JOIN capture USING (url) "
            "WHERE url.blog = ? AND url.kind IN ('feed', 'sitemap', 'listing', 'home')",
            (blog,),
        )


def blogs_of(connection: sqlite3.Connection, doomed: Doomed) -> set[str]:
    """The blogs that the pages which go belong to."""
    found: set[str] = set()
    for site in doomed.sites:
        rows = connection.execute("SELECT url FROM blog WHERE site = ?", (site,))
        found |= {row["url"] for row in rows}
    for url in doomed.spellings:
        rows = connection.execute("SELECT blog FROM url WHERE url = ?", (url,))
        found |= {row["blog"] for row in rows}
    return found


def _changes(
    archive: Archive, rows: list[sqlite3.Row], doomed: Doomed
) -> Iterator[tuple[int, Capture | None]]:
    needles = doomed.needles()
    for row in rows:
        if doomed.has(row["url"]) or f"{row['url']} {row['digest']}" in doomed.captures:
            yield row["id"], None
            continue
        ref = CaptureRef(
            file=row["file"], offset=row["offset"], length=row["length"], digest=row["digest"]
        )
        before = archive.read(ref)
        if needles and not any(needle in before.body for needle in needles):
            continue
        after = _edited(before, doomed)
        if after is not before:
            yield row["id"], after


def _edited(capture: Capture, doomed: Doomed) -> Capture | None:
    """The capture without a word of what goes; None where it may not stay at all."""

    def covers(url: str) -> bool:
        return document_id(url) in doomed.ids

    body = capture.body
    if capture.kind in mentions.LEADS:
        is_named = (
            mentions.names(body, capture.url, covers)
            or is_shown(body, doomed.titles)
            or is_shown(body, doomed.pieces)
        )
        return None if is_named else capture
    if not capture.kind.is_page:
        return capture
    if capture.kind is Kind.PAGE and is_shown(body, doomed.pieces, _LEAST_PIECES):
        return None
    return mentions.cut(capture, covers)


def _forget_answers(
    connection: sqlite3.Connection, rows: list[sqlite3.Row], changes: dict[int, Capture | None]
) -> None:
    """Let what leads to posts be asked for in full, and know an edited page by its new body."""
    with state.transaction(connection):
        for row in rows:
            edited = changes.get(row["id"])
            if edited is not None:
                connection.execute(
                    "UPDATE url SET digest = ? WHERE url = ? AND digest = ?",
                    (edited.digest, row["url"], row["digest"]),
                )
            elif row["id"] in changes:
                connection.execute(
                    "UPDATE url SET etag = '', last_modified = '', digest = '' WHERE url = ?",
                    (row["url"],),
                )
