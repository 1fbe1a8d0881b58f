"""What the pages of one site were made into, in a file beside its documents.

A build reads it so that it makes only new pages again. Nothing depends on it: where it is
absent, damaged or of another version, it holds nothing.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from struct import Struct
from typing import BinaryIO

import pyarrow as pa

from pipelines.core.urls import site_hash
from pipelines.dataset.documents import FOLDER
from pipelines.dataset.durable import replaced

ENDING = ".pages"

_BEGINNING = b"therapy-corpus pages 1\n"
#: A key, where its content begins, its bytes in the file and unpacked.
_PLACE = Struct("<16sQQQ")
#: How many places there are, and where the first one is.
_END = Struct("<QQ")
_DIGEST = 32
#: Bytes that are read at once.
_CHUNK = 1024 * 1024
_ZSTD = pa.Codec("zstd", compression_level=3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """Some content as it stands in the file."""

    content: bytes
    #: Bytes of it when it is unpacked.
    size: int

    @classmethod
    def of(cls, content: bytes) -> "Packed":
        """Pack some content."""
        return cls(content=_ZSTD.compress(content, asbytes=True), size=len(content))

    def unpacked(self) -> bytes:
        """The content."""
        return bytes(_ZSTD.decompress(self.content, self.size, asbytes=True))


def path_of(corpus: Path, site: str) -> Path:
    """Where the file of a site lies."""
    return corpus / FOLDER / f"{site_hash(site)}{ENDING}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFile:
    """An open file: contents by key, which stay on the disk until they are asked for."""

    stream: BinaryIO | None = None
    places: dict[bytes, tuple[int, int, int]] = field(default_factory=dict)

    def __contains__(self, key: bytes) -> bool:
        return key in self.places

    def get(self, key: bytes) -> Packed | None:
        """The content under a key; None where there is none, or it can no longer be read."""
        if self.stream is None or key not in self.places:
            return None
        start, length, size = self.places[key]
        with suppress(OSError):
            self.stream.seek(start)
            content = self.stream.read(length)
            if len(content) == length:
                return Packed(content=content, size=size)
        return None


@contextmanager
def opened(path: Path) -> Iterator[PageFile]:
    """Open a file, and verify it; one that cannot be trusted is empty."""
    try:
        stream = path.open("rb")
    except OSError:
        yield PageFile()
        return
    with stream:
        try:
            found = PageFile(stream=stream, places=_places(stream))
        except OSError:
            found = PageFile()
        yield found


def _places(stream: BinaryIO) -> dict[bytes, tuple[int, int, int]]:
    """Where each content is; nothing where the file is not as it was written."""
    end = os.fstat(stream.fileno()).st_size - _DIGEST
    if end < len(_BEGINNING) + _END.size or stream.read(len(_BEGINNING)) != _BEGINNING:
        return {}
    stream.seek(0)
    digest = hashlib.sha256()
    left = end
    while left > 0 and (chunk := stream.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    if stream.read(_DIGEST) != digest.digest():
        return {}
    stream.seek(end - _END.size)
    count, start = _END.unpack(stream.read(_END.size))
    stream.seek(start)
    told = _PLACE.iter_unpack(stream.read(count * _PLACE.size))
    return {key: (begin, length, size) for key, begin, length, size in told}


def write(
    path: Path, contents: Iterable[tuple[bytes, Packed]], fence: Callable[[], object] = bool
) -> None:
    """Write a file in place of the former one; a kill leaves one of both.

    It is not synced: what a loss of power leaves of it fails its digest.

    Args:
        path: Where.
        contents: Each with its key.
        fence: Raises where the caller may no longer write; called last of all.

    Raises:
        SnapshotError: The disk does not take it.
    """
    with replaced(path, fence, is_synced=False) as unfinished, unfinished.open("wb") as stream:
        digest = hashlib.sha256()
        for piece in _pieces(contents):
            digest.update(piece)
            stream.write(piece)
        stream.write(digest.digest())


def _pieces(contents: Iterable[tuple[bytes, Packed]]) -> Iterator[bytes]:
    places: list[bytes] = []
    at = len(_BEGINNING)
    yield _BEGINNING
    for key, packed in contents:
        places.append(_PLACE.pack(key, at, len(packed.content), packed.size))
        at += len(packed.content)
        yield packed.content
    yield b"".join(places)
    yield _END.pack(len(places), at)
