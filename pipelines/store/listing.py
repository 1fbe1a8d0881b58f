"""What the store holds of a corpus: a small manifest, and the list of files that it names.

`manifest.json` is all that a publication replaces, in one put with a condition; what it
names never changes: each object has the digest of its content in its name. So nobody can
damage what another one published, and a reader finds one generation or the other.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

NAME = "manifest.json"
#: Holds an empty object for each publication that has begun and not ended.
UNFINISHED = "unfinished/"
#: Letters of a digest that stand in a name.
_SHOWN = 16
#: Folders of the prefix that belong to the corpus; what else lies there is left alone.
_FOLDERS = ("archive/", "documents/", "faces/", "listings/", "snapshots/", "state/", UNFINISHED)
_BESIDE_TABLES = re.compile(r"snapshots/[^/]+/[^/]+")
_OURS = re.compile(r"removals\.[0-9a-f]{16}\.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One file of the corpus."""

    size: int
    sha256: str


Entries = Mapping[str, Entry]


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """One state of the corpus in the store."""

    #: Grows with each publication; 0 where nothing was published yet.
    generation: int = 0
    #: Number of the lease under which it was written, or which has taken over since.
    token: int = 0
    #: The object that lists the files; empty where there are none.
    listing: str = ""
    #: Bytes of all files.
    size: int = 0
    files: int = 0

    def written(self) -> bytes:
        """The object's bytes."""
        return json.dumps(asdict(self), indent=1).encode()


def manifest_of(body: bytes) -> Manifest:
    """Read `manifest.json`.

    Raises:
        ValueError: It is none.
    """
    try:
        return Manifest(**json.loads(body))
    except TypeError as error:
        raise ValueError(str(error)) from error


def listed(entries: Entries) -> tuple[str, bytes]:
    """Name and bytes of the object that lists some files."""
    lines = [f"{entries[path].sha256} {entries[path].size} {path}\n" for path in sorted(entries)]
    text = "".join(lines).encode()
    name = f"listings/{hashlib.sha256(text).hexdigest()[:_SHOWN]}.txt.gz"
    return name, gzip.compress(text, mtime=0)


def entries_of(body: bytes) -> dict[str, Entry]:
    """Read what `listed` wrote.

    Raises:
        ValueError: It is damaged.
    """
    found = {}
    try:
        text = gzip.decompress(body).decode()
    except (OSError, EOFError) as error:
        raise ValueError(str(error)) from error
    for line in text.splitlines():
        digest, size, path = line.split(" ", 2)
        found[path] = Entry(size=int(size), sha256=digest)
    return found


def is_face(path: str) -> bool:
    """Whether readers look for a file by its plain name, though its content may change.

    >>> [is_face(path) for path in ("CURRENT", "snapshots/v000001/README.md")]
    [True, True]
    >>> is_face("snapshots/v000001/data/train-0123456789abcdef.parquet")
    False
    """
    return path == "CURRENT" or _BESIDE_TABLES.fullmatch(path) is not None


def object_of(path: str, entry: Entry) -> str:
    """The object that holds a file: its content's digest is in the name.

    >>> entry = Entry(size=1, sha256="0123456789abcdef" * 4)
    >>> object_of("archive/ab/000001.warc.gz", entry)
    'archive/ab/000001.0123456789abcdef.warc.gz'
    >>> object_of("snapshots/v000001/data/train-0123456789abcdef.parquet", entry)
    'snapshots/v000001/data/train-0123456789abcdef.parquet'
    """
    shown = entry.sha256[:_SHOWN]
    folder, slash, name = path.rpartition("/")
    if shown in name:
        return path
    stem, dot, ending = name.partition(".")
    faces = "faces/" if is_face(path) else ""
    return f"{faces}{folder}{slash}{stem}.{shown}{dot}{ending}"


def objects_of(entries: Entries, listing: str) -> set[str]:
    """Every object that a state of the corpus names, but for those with fixed names."""
    names = {object_of(path, entry) for path, entry in entries.items()}
    return names | {path for path in entries if is_face(path)} | ({listing} if listing else set())


def is_ours(name: str) -> bool:
    """Whether an object below the prefix is one that a corpus may have put there."""
    return name.startswith(_FOLDERS) or _OURS.fullmatch(name) is not None or name == "CURRENT"
