"""Checks the files of a snapshot against its manifest."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.dataset.manifest import File, Manifest, manifest_of
from pipelines.dataset.schema import TABLES


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """A file of a snapshot that is not what its manifest says."""

    #: Path below the snapshot.
    name: str
    what: str


def check(snapshot: Path) -> Iterator[tuple[File | None, Wrong | None]]:
    """Go through the files of a snapshot.

    Yields:
        Each file of the manifest with what is wrong with it, if anything is; then each file
        that the manifest does not name.

    Raises:
        SnapshotError: There is no manifest that can be read.
    """
    manifest = manifest_of(snapshot)
    for file in manifest.files:
        what = _wrong(snapshot / file.name, file)
        yield file, Wrong(name=file.name, what=what) if what else None
    for name in _strangers(snapshot, manifest):
        yield None, Wrong(name=name, what="the manifest does not name it")


def _wrong(path: Path, file: File) -> str:
    try:
        size = path.stat().st_size
        if size != file.bytes:
            return f"it has {size} bytes, the manifest says {file.bytes}"
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != file.sha256:
                return "its bytes are not those of its digest"
        rows = pq.read_metadata(path).num_rows
    except FileNotFoundError:
        return "it is missing"
    except (OSError, pa.ArrowInvalid) as error:
        return f"it cannot be read ({error})"
    return "" if rows == file.rows else f"it has {rows} rows, the manifest says {file.rows}"


def _strangers(snapshot: Path, manifest: Manifest) -> list[str]:
    named = {file.name for file in manifest.files}
    found = (path for table in TABLES for path in (snapshot / table.name).rglob("*"))
    names = (path.relative_to(snapshot).as_posix() for path in found if path.is_file())
    return sorted(name for name in names if name not in named)
