"""What a hub keeps: repositories, their commits, and the large files beside them."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Refused(Exception):
    """A request that the hub does not carry out."""

    def __init__(self, status: int, why: str, code: str = "", url: str = "") -> None:
        super().__init__(why)
        self.status = status
        self.code = code
        #: Where what stands in the way lies.
        self.url = url


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A file of a commit."""

    #: As Git tells blobs apart.
    oid: str
    size: int
    #: SHA-256 of a large file; None where it is in the commit itself.
    sha256: str | None

    def told(self, path: str) -> dict[str, Any]:
        """As it stands in a listing."""
        known = {"type": "file", "path": path, "oid": self.oid, "size": self.size}
        large = {"oid": self.sha256, "size": self.size, "pointerSize": 134}
        return known if self.sha256 is None else known | {"lfs": large}


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """A state of a repository."""

    oid: str
    message: str
    files: Mapping[str, Entry]


@dataclass(slots=True, kw_only=True)
class Repository:
    """A dataset; its newest commit comes last."""

    name: str
    private: bool
    #: Where bytes are, each under its digest.
    folder: Path
    commits: list[Commit] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)
    #: Whoever asks may not see it.
    hidden: bool = False

    def at(self, revision: str) -> Commit:
        """The commit of a branch or an id.

        Raises:
            Refused: There is none.
        """
        for commit in reversed(self.commits):
            if revision in {"main", commit.oid}:
                return commit
        raise Refused(404, "no such revision", "RevisionNotFound")

    def keep(self, content: bytes) -> Entry:
        """Take in a small file."""
        oid = _git(b"blob", content)
        (self.folder / oid).write_bytes(content)
        return Entry(oid=oid, size=len(content), sha256=None)

    def upload(self, sha256: str, content: bytes) -> None:
        """Take in a large file.

        Raises:
            Refused: It is not what was announced.
        """
        if hashlib.sha256(content).hexdigest() != sha256:
            raise Refused(400, "the bytes are not those of the digest")
        (self.folder / sha256).write_bytes(content)

    def content(self, entry: Entry) -> bytes:
        """The bytes of a file.

        Raises:
            Refused: They were deleted.
        """
        path = self.folder / (entry.sha256 or entry.oid)
        if not path.exists():
            raise Refused(404, "its bytes are gone", "EntryNotFound")
        return path.read_bytes()

    def commit(self, lines: Iterable[bytes]) -> Commit:
        """Carry out a commit as a whole.

        Raises:
            Refused: A large file is not there, or another commit came between.
        """
        header, *changes = [json.loads(line) for line in lines]
        head = self.commits[-1]
        if header["value"].get("parentCommit", head.oid) != head.oid:
            raise Refused(412, "another commit came between")
        files = dict(head.files)
        for change in changes:
            value = change["value"]
            if change["key"] == "deletedFile":
                del files[value["path"]]
            elif change["key"] == "lfsFile":
                files[value["path"]] = self._large(value["oid"], value["size"])
            else:
                files[value["path"]] = self.keep(base64.b64decode(value["content"]))
        return self.add(header["value"]["summary"], files)

    def add(self, message: str, files: Mapping[str, Entry]) -> Commit:
        """Put a commit on top."""
        told = [message, *sorted(f"{path} {one.oid}" for path, one in files.items())]
        before = self.commits[-1].oid if self.commits else ""
        oid = _git(b"commit", "\n".join([before, *told]).encode())
        self.commits.append(Commit(oid=oid, message=message, files=files))
        return self.commits[-1]

    def squash(self, message: str) -> None:
        """Make the newest commit the only one."""
        files = self.commits[-1].files
        self.commits.clear()
        self.add(message, files)

    def large_files(self) -> list[str]:
        """Digests of the large files, also of those that no commit names any more."""
        return sorted(path.name for path in self.folder.iterdir() if len(path.name) == 64)

    def _large(self, sha256: str, size: int) -> Entry:
        path = self.folder / sha256
        if not path.exists() or path.stat().st_size != size:
            raise Refused(400, f"the large file {sha256} was not uploaded")
        return Entry(oid=_git(b"pointer", sha256.encode()), size=size, sha256=sha256)


def _git(kind: bytes, content: bytes) -> str:
    return hashlib.sha1(
        b"%s %d\0" % (kind, len(content)) + content, usedforsecurity=False
    ).hexdigest()
