"""Takes posts out of every snapshot: the parts that hold or name them are written anew."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.core.doomed import Doomed
from pipelines.core.errors import SnapshotError
from pipelines.core.splits import TRAIN
from pipelines.dataset import parts
from pipelines.dataset.cleanse import Cleansing, Places, cleansed
from pipelines.dataset.durable import put_in_place
from pipelines.dataset.finish import finish
from pipelines.dataset.manifest import File, Manifest
from pipelines.dataset.plan import Sizes
from pipelines.dataset.recount import counted
from pipelines.dataset.regroup import regrouped
from pipelines.dataset.schema import DATA, GROUPS, OF_DOCUMENTS, TABLES
from pipelines.dataset.stale import Stale
from pipelines.dataset.table import Table
from pipelines.dataset.whereabouts import Snapshots, unreadable

#: A snapshot that is written anew and whole, one that it takes the place of.
_WRITTEN = ".rewritten-"
_REPLACED = ".replaced-"


def withdraw(corpus: Path, doomed: Doomed, places: Places) -> int:
    """Write all snapshots anew that hold a post which goes, or name it.

    A kill leaves each snapshot as it was or as it will be; done again, the rest follows.

    Args:
        corpus: Whose snapshots.
        doomed: What goes.
        places: Of the sites whose captures were moved: site, then digest, to the new place.

    Returns:
        How many snapshots were written anew.

    Raises:
        SnapshotError: One cannot be read, or the disk does not take it.
    """
    try:
        _finish_swaps(corpus / "snapshots")
        snapshots = Snapshots.of(corpus)
        stale = Stale.of(snapshots, doomed, places)
        work = _Work(stale=stale.digests)
        for folder, manifest in snapshots.manifests.items():
            work.snapshot(folder, manifest, stale.cleansing(manifest, doomed, places))
    except OSError as error:
        message = (
            f"the snapshots of {corpus} cannot be written anew ({error}); free space or mend "
            "that, then run `therapy-corpus build`, which ends the removal first."
        )
        raise SnapshotError(message) from error
    except (duckdb.Error, pa.ArrowInvalid) as error:
        raise unreadable(error) from error
    return work.rewritten


@dataclass(slots=True, kw_only=True)
class _Work:
    """What was written so far; parts that snapshots share are written once."""

    #: Digests of the files that hold or name what goes.
    stale: frozenset[str]
    #: By digest of the former file and the copies that go, the new one and where it lies.
    made: dict[tuple[str, str], tuple[File, Path]] = field(default_factory=dict)
    rewritten: int = 0

    def snapshot(self, folder: Path, manifest: Manifest, cleansing: Cleansing) -> None:
        """Write one snapshot anew, if it has to be."""
        if not any(file.sha256 in self.stale for file in manifest.files):
            return
        written = folder.with_name(f"{_WRITTEN}{folder.name}")
        shutil.rmtree(written, ignore_errors=True)
        for table in TABLES:
            (written / table.name).mkdir(parents=True)
        files = [
            file
            for table in OF_DOCUMENTS
            for file in self._files(table, folder, manifest, cleansing, written)
        ]
        for file in manifest.files:
            if file.table == GROUPS.name:
                former = pq.read_table(folder / file.name)
                rows = regrouped(former, cleansing.doomed, [written / one.name for one in files])
                files.append(parts.write(written / GROUPS.name, "part", GROUPS, [rows], Sizes())[0])
        _complete(written, replace(manifest, files=tuple(files)), cleansing.doomed)
        self._swap(folder, written)
        self.rewritten += 1

    def _files(
        self, table: Table, folder: Path, manifest: Manifest, cleansing: Cleansing, written: Path
    ) -> Iterator[File]:
        is_empty = True
        for file in manifest.files:
            if file.table != table.name:
                continue
            new, path = file, folder / file.name
            if file.sha256 in self.stale:
                new, path = self._made(table, file, path, cleansing, written)
            if new.rows:
                is_empty = False
                _place(path, written / new.name)
                yield new
            elif path.is_relative_to(written):
                path.unlink(missing_ok=True)
        if is_empty:
            prefix = TRAIN if table is DATA else "part"
            yield parts.write(written / table.name, prefix, table, [], Sizes())[0]

    def _made(
        self, table: Table, file: File, path: Path, cleansing: Cleansing, written: Path
    ) -> tuple[File, Path]:
        key = (file.sha256, repr(sorted(cleansing.fewer.items())) if table is DATA else "")
        if key not in self.made:
            pieces = cleansed(table, path, cleansing)
            prefix = path.name.partition("-")[0]
            self.made[key] = parts.write(written / table.name, prefix, table, pieces, Sizes())
        return self.made[key]

    def _swap(self, folder: Path, written: Path) -> None:
        """Put the new snapshot in the place of the former one."""
        replaced = folder.with_name(f"{_REPLACED}{folder.name}")
        put_in_place(folder, replaced)
        put_in_place(written, folder)
        shutil.rmtree(replaced)
        for key, (file, path) in self.made.items():
            if path.is_relative_to(written):
                self.made[key] = (file, folder / file.name)


def _place(known: Path, path: Path) -> None:
    """Have a file at `path` that is that of `known`, as a hard link where that is possible."""
    if known == path:
        return
    try:
        path.hardlink_to(known)
    except FileExistsError:
        return
    except OSError:  # The file system has no (more) links.
        shutil.copy2(known, path)


def _complete(written: Path, manifest: Manifest, doomed: Doomed) -> None:
    """Count the rows and write what stands beside the tables."""
    leak = manifest.leakage
    if leak is not None and {leak.one, leak.other} & doomed.ids:
        leak = None
    finish(written, replace(manifest, counts=counted(written, manifest), leakage=leak))


def _finish_swaps(snapshots: Path) -> None:
    """End the swap that a kill has left half done."""
    for replaced in snapshots.glob(f"{_REPLACED}*"):
        folder = replaced.with_name(replaced.name.removeprefix(_REPLACED))
        written = replaced.with_name(f"{_WRITTEN}{folder.name}")
        if not folder.exists() and written.exists():
            put_in_place(written, folder)
        elif not folder.exists():
            put_in_place(replaced, folder)
            continue
        shutil.rmtree(replaced)
    for written in snapshots.glob(f"{_WRITTEN}*"):
        shutil.rmtree(written)
