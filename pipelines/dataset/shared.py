"""What of a snapshot is handed on, with the card, metadata and manifest that are true of it."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from pipelines.core.errors import ConfigError, SnapshotError
from pipelines.dataset import card, croissant
from pipelines.dataset.manifest import NAME, File, manifest_of, to_json
from pipelines.dataset.query import run
from pipelines.dataset.schema import DATA, SCHEMA_VERSION, TABLES
from pipelines.dataset.snapshot import current

_CARD = "README.md"
_FOLDERS = frozenset(table.name for table in TABLES)
_RIGHTS = """
SELECT count(*), count(license), count(*) FILTER (permission = 'open') FROM documents
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """A snapshot, or its posts alone, as others get it."""

    #: The snapshot's.
    directory: Path
    #: The Parquet files.
    files: tuple[File, ...]
    #: What stands beside them, by name.
    texts: Mapping[str, bytes]

    def changes(self, there: Mapping[str, str]) -> tuple[list[str], list[str]]:
        """What has to be put to, and removed from, a place so that it holds just this.

        Args:
            there: Its files, each with its digest: SHA-256, or SHA-1 as Git makes it.

        Returns:
            Names of files to put, and of files to remove; what is not ours stays.
        """
        digests = {file.name: {file.sha256} for file in self.files}
        digests |= {name: _digests(content) for name, content in self.texts.items()}
        put = [name for name, known in digests.items() if there.get(name) not in known]
        return put, sorted(name for name in there if _is_ours(name) and name not in digests)

    def size(self, names: Iterable[str]) -> int:
        """Bytes of some of the files."""
        sizes = {file.name: file.bytes for file in self.files}
        sizes |= {name: len(content) for name, content in self.texts.items()}
        return sum(sizes[name] for name in names)

    def check(self, names: Iterable[str]) -> None:
        """Hold the bytes of some of the files against the manifest.

        Raises:
            SnapshotError: They are others.
        """
        digests = {file.name: file.sha256 for file in self.files}
        for name in digests.keys() & set(names):
            path = self.directory / name
            try:
                with path.open("rb") as stream:
                    is_whole = hashlib.file_digest(stream, "sha256").hexdigest() == digests[name]
            except OSError as error:
                message = f"{path} cannot be read ({error}); run `therapy-corpus verify`."
                raise SnapshotError(message) from error
            if not is_whole:
                message = f"{path} is not what its manifest says; run `therapy-corpus verify`."
                raise SnapshotError(message)


def chosen(corpus: Path, name: str | None) -> Path:
    """The directory of a snapshot; without a name that of the current one.

    Raises:
        ConfigError: There is none of that name.
        SnapshotError: Nothing has been published yet.
    """
    if name is None:
        return current(corpus)
    there = sorted(path.parent.name for path in (corpus / "snapshots").glob(f"v*/{NAME}"))
    if name not in there:
        message = f"There is no snapshot {name}; there are: {', '.join(there) or 'none'}."
        raise ConfigError(message)
    return corpus / "snapshots" / name


def shared(directory: Path, *, whole: bool) -> Shared:
    """A snapshot as it is handed on.

    Args:
        directory: The snapshot's.
        whole: All tables, with the card as it is; else `data`, with a card that names no other.

    Raises:
        SnapshotError: It cannot be read.
    """
    manifest = manifest_of(directory)
    if whole:
        names = (_CARD, croissant.NAME, NAME)
        texts = {name: (directory / name).read_bytes() for name in names}
        return Shared(directory=directory, files=manifest.files, texts=texts)
    if manifest.schema_version != SCHEMA_VERSION:
        message = (
            f"{directory} has the columns of another version of this program; run "
            "`therapy-corpus build`, then share the new snapshot."
        )
        raise SnapshotError(message)
    files = tuple(file for file in manifest.files if file.table == DATA.name)
    manifest = replace(manifest, files=files)
    told = {
        _CARD: card.text(manifest, (DATA,)),
        croissant.NAME: croissant.text(manifest, (DATA,)),
        NAME: to_json(manifest),
    }
    texts = {name: text.encode() for name, text in told.items()}
    return Shared(directory=directory, files=files, texts=texts)


def rights(directory: Path) -> str:
    """How many posts there are, and what is known of what may be done with them.

    Raises:
        SnapshotError: It cannot be read.
    """
    ((posts, licensed, is_open),) = run(directory, _RIGHTS).rows
    return (
        f"of {posts} posts {licensed} name a licence and {is_open} say yes to training, "
        "which nobody has checked"
    )


def is_strange(there: Mapping[str, str]) -> bool:
    """Whether a place holds data that did not come from here."""
    return NAME not in there and any(name.partition("/")[0] in _FOLDERS for name in there)


def _is_ours(name: str) -> bool:
    folder, slash, _ = name.partition("/")
    return bool(slash and folder in _FOLDERS)


def _digests(content: bytes) -> set[str]:
    blob = b"blob %d\0" % len(content) + content
    return {
        hashlib.sha256(content).hexdigest(),
        hashlib.sha1(blob, usedforsecurity=False).hexdigest(),
    }
