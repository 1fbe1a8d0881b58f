"""Publishes immutable snapshots: written aside, then swapped in, so a kill harms no reader."""

import os
import re
import shutil
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.core.errors import GateFailed, SnapshotError
from pipelines.dataset.decide import Decided
from pipelines.dataset.draft import Draft, Origin
from pipelines.dataset.durable import put_in_place, write_text
from pipelines.dataset.finish import finish
from pipelines.dataset.gates import Gates, check, let_through
from pipelines.dataset.index import Index
from pipelines.dataset.manifest import Counts, File, Manifest, manifest_of
from pipelines.dataset.measured import measure
from pipelines.dataset.plan import Sizes

__all__ = [
    "Counts",
    "File",
    "Manifest",
    "Origin",
    "Published",
    "current",
    "manifest_of",
    "publish",
]

_VERSION = re.compile(r"v\d{6,}")
#: How the folder of a snapshot begins that did not pass its gates; the next one replaces it.
_HELD = "held-"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """The snapshot that is current after a build."""

    manifest: Manifest
    directory: Path
    #: False where nothing had changed, so that the former one is still current.
    is_new: bool


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
    index: Index,
    decided: Decided,
    origin: Origin,
    sizes: Sizes | None = None,
    gates: Gates | None = None,
) -> Published:
    """Write a snapshot of what was decided and make it the current one.

    The caller holds the lock of the corpus. Parts whose rows are those of the current
    snapshot are not even read. Nothing is published where all rows and the recipe are.

    Args:
        index: Of the corpus; all its posts are compared and decided.
        decided: What came of that.
        origin: The recipe.
        sizes: Where row groups and parts end; for tests.
        gates: What it has to pass; None: it is published as it is.

    Raises:
        SnapshotError: The disk does not take it, or documents cannot be read; what was
            current before still is.
        GateFailed: It is kept aside, and what was current before still is.
    """
    snapshots = index.corpus / "snapshots"
    try:
        return _published(index, decided, origin, sizes or Sizes(), gates)
    except OSError as error:
        message = (
            f"no snapshot could be written below {snapshots} ({error}); the current one is as "
            "it was: free space or mend that, then run `therapy-corpus build`."
        )
        raise SnapshotError(message) from error


def _published(
    index: Index, decided: Decided, origin: Origin, sizes: Sizes, gates: Gates | None
) -> Published:
    snapshots = index.corpus / "snapshots"
    snapshots.mkdir(parents=True, exist_ok=True)
    _sweep(snapshots)
    former = _former(index.corpus)
    version = _next_version(snapshots)
    unfinished = snapshots / f".tmp-{os.getpid()}-{version}"
    try:
        known, parent = {}, None
        if former is not None:
            parent = former.manifest.version
            known = {one.sha256: former.directory / one.name for one in former.manifest.files}
        draft = Draft.begun(unfinished, index, known, origin, sizes)
        manifest = draft.write(decided, version, parent)
        if former is not None and manifest.holds_the_same(former.manifest):
            draft.remember()
            return former
        if gates is not None:
            manifest = _through(gates, unfinished, manifest, former)
        finish(unfinished, manifest)
        _swap(index.corpus, unfinished, snapshots / version)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    draft.remember()
    for path in snapshots.glob(f"{_HELD}*"):
        shutil.rmtree(path)
    return Published(manifest=manifest, directory=snapshots / version, is_new=True)


def _through(
    gates: Gates, unfinished: Path, manifest: Manifest, former: Published | None
) -> Manifest:
    """The manifest with what was overridden; a snapshot that fails is put aside, whole."""
    last = None if former is None else measure(former.directory, former.manifest)
    failures = check(measure(unfinished, manifest, last), last, gates.settings)
    held = unfinished.with_name(f"{_HELD}{manifest.version}")
    try:
        accepted = let_through(failures, gates.accepted, held)
    except GateFailed:
        finish(unfinished, manifest)
        shutil.rmtree(held, ignore_errors=True)
        put_in_place(unfinished, held)
        raise
    return replace(manifest, accepted=accepted)


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
