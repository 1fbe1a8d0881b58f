"""Looks through every byte of a corpus for words that should not be there any more."""

import gzip
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import ipc

from crawler.middlewares.codings import zstd

#: How a frame of Zstandard begins (RFC 8878, section 3.1.1).
_FRAME = bytes.fromhex("28b52ffd")
#: Tables of the index that hold text; numbers hide no words.
_DUMP = "SELECT table_name FROM information_schema.tables"


def leftovers(root: Path, needles: Iterable[str]) -> list[str]:
    """Where below `root` one of the needles still stands, in any case of letters.

    Files are read as they are, and unpacked as well: WARC members, Parquet, Arrow, every frame
    of Zstandard, and the rows of databases.
    """
    wanted = [needle.casefold().encode() for needle in needles]
    assert all(len(needle) > 8 for needle in wanted)
    return [
        f"{path.relative_to(root)}: {needle.decode()}"
        for path in sorted(root.rglob("*"))
        if path.is_file()
        for content in [_lowered(path)]
        for needle in wanted
        if needle in content
    ]


def _lowered(path: Path) -> bytes:
    return b"\n".join(_contents(path)).decode("utf-8", "replace").casefold().encode()


def _contents(path: Path) -> Iterator[bytes]:
    raw = path.read_bytes()
    yield raw
    # A name may tell as much as a content.
    yield path.name.encode()
    if path.suffix == ".gz":
        yield _unpacked(raw)
    elif path.suffix == ".parquet":
        yield repr(pq.read_table(path).to_pylist()).encode("utf-8", "replace")
        yield str(pq.read_schema(path).metadata).encode()
    elif path.suffix == ".arrow":
        with pa.OSFile(str(path)) as file:
            reader = ipc.open_file(file)
            yield repr(reader.read_all().to_pylist()).encode("utf-8", "replace")
            yield str(reader.schema.metadata).encode()
    elif path.suffix == ".pages":
        yield from _frames(raw)
    elif path.suffix == ".sqlite":
        with sqlite3.connect(path) as connection:
            yield "\n".join(connection.iterdump()).encode("utf-8", "replace")
    elif path.suffix == ".duckdb":
        with duckdb.connect(str(path), read_only=True) as database:
            for (name,) in database.execute(_DUMP).fetchall():
                yield repr(database.execute(f'FROM "{name}"').fetchall()).encode()


def _frames(raw: bytes) -> Iterator[bytes]:
    """All that was compressed with Zstandard, whether or not a list in the file names it."""
    start = -1
    while (start := raw.find(_FRAME, start + 1)) >= 0:
        with suppress(zstd.ZstdError):
            yield zstd.ZstdDecompressor().decompress(raw[start:])


def _unpacked(raw: bytes) -> bytes:
    try:
        return gzip.decompress(raw)
    except (EOFError, gzip.BadGzipFile):
        # The bytes of a torn last member count as well.
        return zlib.decompressobj(wbits=31).decompress(raw)
