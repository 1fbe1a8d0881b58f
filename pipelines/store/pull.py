"""Brings a working copy to a state of the corpus in the store; only what differs is moved."""

import os
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.store import working
from pipelines.store.bucket import Absent, Bucket, Overtaken, side_by_side
from pipelines.store.listing import Entry, object_of
from pipelines.store.working import Memory, stamp_of

_READ_ONLY = 0o444
#: What a working copy has for itself. It may tell of pages that were taken out elsewhere, and
#: is made again, or is missed by nobody.
_OWN = (
    "documents/index*",
    "documents/*.unfinished",
    "snapshots/held-*",
    "snapshots/.*",
    "state/*.log*",
)


def pull(
    corpus: Path,
    bucket: Bucket,
    memory: Memory,
    entries: Mapping[str, Entry],
    only: tuple[str, ...] = (),
) -> None:
    """Replace what differs, then delete what the store does not have.

    Done again after a kill it goes on, since whatever is whole is not moved again.

    Args:
        corpus: The working copy, whose lock the caller holds.
        bucket: Where the files come from.
        memory: What is known of the working copy's files; kept up to date.
        entries: The files of the state that is wanted.
        only: Paths, and folders with their slash, that are wanted; all where it is empty.

    Raises:
        Overtaken: The store replaced an object meanwhile; ask for its newest state.
    """
    wanted = {path: entry for path, entry in entries.items() if _is_in(path, only)}
    there = [path for path in working.paths(corpus) if _is_in(path, only)]
    stale = [path for path in wanted if not _agrees(corpus, memory, path, wanted[path])]
    # A reader who looks at CURRENT finds the snapshot that it names.
    stale.sort(key=lambda path: path == "CURRENT")
    by_digest = {wanted[path].sha256: path for path in set(there) & set(wanted) - set(stale)}
    work = _Pull(corpus, bucket, memory, wanted, by_digest)
    pointer = [path for path in stale if path == "CURRENT"]
    work.fetch([path for path in stale if path != "CURRENT"])
    work.fetch(pointer)
    for path in there:
        if path not in wanted:
            (corpus / path).unlink(missing_ok=True)
            memory.files.pop(path, None)
    if not only:
        _drop_own(corpus)
    _tidy(corpus, {Path(path).parent for path in there if path not in wanted})


class _Pull:
    """One pull under way."""

    def __init__(
        self,
        corpus: Path,
        bucket: Bucket,
        memory: Memory,
        wanted: Mapping[str, Entry],
        by_digest: Mapping[str, str],
    ) -> None:
        self._corpus = corpus
        self._bucket = bucket
        self._memory = memory
        self._wanted = wanted
        self._by_digest = dict(by_digest)

    def fetch(self, paths: list[str]) -> None:
        """Get some files, several at once."""
        first: dict[str, str] = {}
        for path in paths:
            first.setdefault(self._wanted[path].sha256, path)
        now = set(first.values())
        side_by_side(self._one, [path for path in paths if path in now])
        side_by_side(self._one, [path for path in paths if path not in now])

    def _is_linked(self, path: str) -> bool:
        """Whether an unchanged part of another snapshot serves, as it does where they are made."""
        known = self._by_digest.get(self._wanted[path].sha256)
        if known is None or not (_is_part(known) and _is_part(path)):
            return False
        target = self._corpus / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(self._corpus / known, target)
        except OSError:  # The file system has no (more) links.
            return False
        self._remember(path)
        return True

    def _one(self, path: str) -> None:
        if self._is_linked(path):
            return
        entry = self._wanted[path]
        target = self._corpus / path
        target.parent.mkdir(parents=True, exist_ok=True)
        written = target.with_name(f".{target.name}.unfinished")
        try:
            try:
                digest = self._bucket.download(object_of(path, entry), written)
            except Absent:
                raise Overtaken(path) from None
            if digest != entry.sha256:
                raise Overtaken(path)
            if path == working.DATABASE:
                working.put_database(self._corpus, written)
            else:
                if _is_part(path):
                    written.chmod(_READ_ONLY)
                written.replace(target)
        finally:
            written.unlink(missing_ok=True)
        self._remember(path)

    def _remember(self, path: str) -> None:
        stamp = stamp_of(self._corpus / path)
        if stamp is not None:
            self._memory.files[path] = (stamp, self._wanted[path].sha256)
            self._by_digest.setdefault(self._wanted[path].sha256, path)


def _agrees(corpus: Path, memory: Memory, path: str, entry: Entry) -> bool:
    """Whether a file is as it is wanted; one that a killed pull left is read once."""
    known, stamp = memory.digest_of(corpus, path), stamp_of(corpus / path)
    if known is None and stamp is not None and stamp[0] == entry.size and path != working.DATABASE:
        known = working.size_and_digest(corpus / path)[1]
        memory.files[path] = (stamp, known)
    return known == entry.sha256


def _is_in(path: str, only: tuple[str, ...]) -> bool:
    return not only or path.startswith(only)


def _is_part(path: str) -> bool:
    return path.startswith("snapshots/") and path.endswith(".parquet")


def _drop_own(corpus: Path) -> None:
    for path in [path for pattern in _OWN for path in corpus.glob(pattern)]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _tidy(corpus: Path, folders: Iterable[Path]) -> None:
    """Remove the folders of snapshots and sites that have no files any more."""
    for folder in sorted(folders, key=lambda path: -len(path.parts)):
        for one in (folder, *folder.parents):
            is_top = one.parent == Path()
            if is_top or not (corpus / one).is_dir() or any((corpus / one).iterdir()):
                break
            (corpus / one).rmdir()
