"""Publishes immutable snapshots: written aside, then swapped in, so a kill harms no reader."""

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path

from pipelines.core.document import Document
from pipelines.core.errors import SnapshotError
from pipelines.dataset import card
from pipelines.dataset.durable import put_in_place, sync, write_text
from pipelines.dataset.manifest import NAME, Counts, File, Manifest, manifest_of, to_json
from pipelines.dataset.parts import Parts, Sizes
from pipelines.dataset.schema import SCHEMA_VERSION, TABLES, table_of

__all__ = ["Counts", "File", "Manifest", "Published", "current", "manifest_of", "publish"]

_VERSION = re.compile(r"v\d{6,}")
#: Takes the place of a missing date in a comparison; such rows come last anyway.
_NO_DATE = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The snapshot that is current after a build."""

    manifest: Manifest
    directory: Path
    #: False where nothing had changed, so that the former one is still current.
    is_new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """How the rows were made."""

    recipe: str
    software: Mapping[str, str]


def current(corpus: Path) -> Path:
    """The directory of the current snapshot.

    Resolve it once, then read from there: the directory never changes, while CURRENT may
    name another one a moment later.

    Raises:
        SnapshotError: Nothing has been published yet, or CURRENT is damaged.
    """
    pointer = corpus / "CURRENT"
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        message = (
            f"{corpus} has no snapshot yet; run `therapy-corpus run`, or `therapy-corpus build` "
            "where the archive is filled already."
        )
        raise SnapshotError(message) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f"{pointer} cannot be read ({error}); mend that, then try again."
        raise SnapshotError(message) from error
    directory = corpus / "snapshots" / name
    if not _VERSION.fullmatch(name) or not directory.is_dir():
        message = (
            f"{pointer} names {name[:40]!r}, which is no snapshot; run `therapy-corpus build`."
        )
        raise SnapshotError(message)
    return directory


def publish(
    corpus: Path,
    documents: Iterable[Document],
    *,
    recipe: str,
    software: Mapping[str, str],
    sizes: Sizes | None = None,
) -> Published:
    """Write a snapshot of `documents` and make it the current one.

    The caller holds the lock of the corpus. Nothing is published where the rows and the
    recipe are those of the current snapshot.

    Args:
        corpus: The folder of the corpus.
        documents: All of them, deduplicated, grouped by site, sites in alphabetical order.
        recipe: Fingerprint of the recipe.
        software: Versions of what shapes rows.
        sizes: Where row groups and parts end; for tests.

    Raises:
        SnapshotError: The disk does not take it, or `documents` are out of order; what
            was current before still is.
    """
    snapshots = corpus / "snapshots"
    origin = _Origin(recipe=recipe, software=software)
    try:
        return _published(corpus, documents, origin, sizes or Sizes())
    except OSError as error:
        message = (
            f"no snapshot could be written below {snapshots} ({error}); the current one is as "
            "it was: free space or mend that, then run `therapy-corpus build`."
        )
        raise SnapshotError(message) from error


def _published(
    corpus: Path, documents: Iterable[Document], origin: _Origin, sizes: Sizes
) -> Published:
    snapshots = corpus / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    _sweep(snapshots)
    former = _former(corpus)
    version = _next_version(snapshots)
    unfinished = snapshots / f".tmp-{os.getpid()}-{version}"
    try:
        manifest = _Draft(unfinished, former, origin, sizes).write(documents, version)
        if former is not None and manifest.holds_the_same(former.manifest):
            return former
        _finish(unfinished, manifest)
        _swap(corpus, unfinished, snapshots / version)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    return Published(manifest=manifest, directory=snapshots / version, is_new=True)


def _former(corpus: Path) -> Published | None:
    """What is current now; None also where it is damaged, since a new one is the remedy."""
    try:
        directory = current(corpus)
        return Published(manifest=manifest_of(directory), directory=directory, is_new=False)
    except SnapshotError:
        return None


def _sweep(snapshots: Path) -> None:
    """Remove what killed runs have left unfinished."""
    for path in snapshots.glob(".tmp-*"):
        shutil.rmtree(path)


def _next_version(snapshots: Path) -> str:
    taken = [int(path.name[1:]) for path in snapshots.iterdir() if _VERSION.fullmatch(path.name)]
    return f"v{max(taken, default=0) + 1:06d}"


@dataclass(slots=True)
class _Tally:
    """The counts so far."""

    pages: int = 0
    sites: int = 0
    words: int = 0
    newest: datetime | None = None
    by_reason: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)

    def add(self, document: Document) -> None:
        self.pages += 1
        self.newest = max(self.newest or document.fetched_at, document.fetched_at)
        if document.rejection is not None:
            self.by_reason[document.rejection.reason.value] += 1
        else:
            self.words += document.word_count
            self.by_language[document.language or "und"] += 1


class _Draft:
    """The tables of a snapshot that is being written."""

    def __init__(
        self, folder: Path, former: Published | None, origin: _Origin, sizes: Sizes
    ) -> None:
        folder.mkdir()
        self._former = former
        self._origin = origin
        known = {}
        if former is not None:
            known = {file.sha256: former.directory / file.name for file in former.manifest.files}
        self._tables = {
            table.name: Parts(
                folder / table.name, table, recipe=origin.recipe, sizes=sizes, known=known
            )
            for table in TABLES
        }

    def write(self, documents: Iterable[Document], version: str) -> Manifest:
        """Write all rows and describe them."""
        tally = _Tally()
        for site, group in _by_site(documents):
            self._add_site(site, group, tally)
        files = tuple(file for table in TABLES for file in self._tables[table.name].close())
        rows = Counter[str]()
        for file in files:
            rows[file.table] += file.rows
        return Manifest(
            version=version,
            parent=None if self._former is None else self._former.manifest.version,
            schema_version=SCHEMA_VERSION,
            recipe=self._origin.recipe,
            software=dict(self._origin.software),
            archived_until=tally.newest,
            counts=Counts(
                pages=tally.pages,
                documents=rows["data"],
                duplicates=rows["duplicates"],
                rejected=rows["rejected"],
                sites=tally.sites,
                words=tally.words,
                by_reason=dict(sorted(tally.by_reason.items())),
                by_language=dict(sorted(tally.by_language.items())),
            ),
            files=files,
        )

    def _add_site(self, site: str, group: Iterable[Document], tally: _Tally) -> None:
        rows: dict[str, list[Document]] = {}
        for document in sorted(group, key=_place):
            tally.add(document)
            rows.setdefault(table_of(document).name, []).append(document)
        tally.sites += "data" in rows
        for name, documents in rows.items():
            self._tables[name].add(site, documents)


def _by_site(documents: Iterable[Document]) -> Iterator[tuple[str, Iterator[Document]]]:
    former = ""
    for site, group in groupby(documents, key=lambda document: document.site):
        if site <= former:
            message = (
                f"the documents of {site!r} come after those of {former!r}; hand them over "
                "sorted by site."
            )
            raise SnapshotError(message)
        former = site
        yield site, group


def _place(document: Document) -> tuple[bool, datetime, str, str, datetime]:
    """Where a row stands within its site; the date is UTC, and none comes last."""
    published = document.published_at
    return (
        published is None,
        published or _NO_DATE,
        document.id,
        document.url,
        document.fetched_at,
    )


def _finish(unfinished: Path, manifest: Manifest) -> None:
    """Write what stands beside the tables; afterwards all of it is on the disk."""
    write_text(unfinished / "README.md", card.text(manifest))
    write_text(unfinished / NAME, to_json(manifest))
    for table in TABLES:
        sync(unfinished / table.name)
    sync(unfinished)


def _swap(corpus: Path, unfinished: Path, directory: Path) -> None:
    """Make the snapshot the current one; what takes space is done before the first rename."""
    pointer = corpus / "CURRENT.unfinished"
    try:
        write_text(pointer, f"{directory.name}\n")
        put_in_place(unfinished, directory)
        put_in_place(pointer, corpus / "CURRENT")
    finally:
        with suppress(OSError):
            pointer.unlink()
