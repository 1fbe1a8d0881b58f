"""What the whole corpus is compared by, beside the documents: keys, bands and verified pairs.

Where there are too many texts for one machine, their bands are left with the documents.

One DuckDB file, `documents/index.duckdb`, made again from the documents where it is missing.
It holds ids, times and hashes, names of sites, and no address, title or text of a post.
"""

import math
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.core.dedup import Dedup
from pipelines.core.errors import SnapshotError
from pipelines.dataset import bands, repeats
from pipelines.dataset.database import open_duckdb, transaction
from pipelines.dataset.documents import FOLDER, batches, path_of, schema_of

#: Raised whenever the tables change.
_VERSION = 3
#: Sites that are taken in with one transaction.
_AT_ONCE = 200
#: MiB that DuckDB takes before it goes to the disk: three quarters of what the index is large, but
#: no less and no more than these. To publish 100,000 posts takes a tenth longer with the least than
#: with the most, and half of the memory.
_LEAST, MOST = 32, 1024
#: Bytes that DuckDB needs for a post that is taken in, and MiB for each thread that works on it:
#: it cannot put all of them on the disk.
_A_POST = 2048
_A_THREAD = 24
#: The part of its file's size that suffices where nothing is new. To get more from the system and
#: to fill it takes longer than to read some blocks twice.
_OF_OLD = 4

_TABLES = """
CREATE TABLE about (made_by VARCHAR, has_bands BOOLEAN);
-- The sites that are in, what their documents were made from, the newest of their pages, and
-- whether `repeated` and `several` know of their posts.
CREATE TABLE site (site VARCHAR, inputs VARCHAR, newest TIMESTAMP, is_settled BOOLEAN);
-- The present versions of accepted posts. `place` is the row in the file of the site, `verified`
-- the publication where it is believed, `text` a key, 0 where there are no words.
CREATE TABLE post (
    site VARCHAR, place INTEGER, id VARCHAR, fetched TIMESTAMP, published TIMESTAMP,
    verified TIMESTAMP, characters INTEGER, word_count INTEGER, language VARCHAR,
    author UBIGINT, text INTEGER
);
-- All other rows of a site: by reason of rejection, or former versions by how they ended.
CREATE TABLE other (site VARCHAR, place INTEGER, reason VARCHAR);
CREATE TABLE text (text INTEGER, words VARCHAR, is_compared BOOLEAN);
CREATE TABLE band (hash UBIGINT, text INTEGER);
-- Ids and texts that several posts have, and texts that fewer posts have than before.
CREATE TABLE repeated (id VARCHAR);
CREATE TABLE several (text INTEGER);
CREATE TABLE loose (text INTEGER);
-- Pairs that share a band, not read yet, and those whose texts were read.
CREATE TABLE proposal (one INTEGER, other INTEGER);
CREATE TABLE pair (
    one INTEGER, other INTEGER, jaccard DOUBLE, containment DOUBLE, rule VARCHAR, score DOUBLE
);
-- Parts of snapshots by what their rows are made from.
CREATE TABLE part (
    key VARCHAR, name VARCHAR, table_ VARCHAR, rows BIGINT, bytes BIGINT, sha256 VARCHAR
);
"""

#: What is read of a file of documents.
_COLUMNS = (
    *("id", "fetched_at", "published_at", "published_from", "characters", "word_count"),
    *("language", "author", "reason", "ended_by", "words", "bands"),
)
#: A publication is believed where a program can read it and it is no later than the first
#: time that the page was seen; words on a page say "updated" as often as "published".
_TAKE_IN = """
CREATE OR REPLACE TEMP TABLE numbered AS
SELECT text, words, NULL::INTEGER AS line FROM text SEMI JOIN incoming USING (words);

INSERT INTO numbered
SELECT before_these + row_number() OVER (ORDER BY words), words, line
FROM (SELECT words, min(line) AS line FROM incoming WHERE words != '' GROUP BY words)
ANTI JOIN numbered USING (words);

INSERT INTO text SELECT text, words, false FROM numbered WHERE line IS NOT NULL;

INSERT INTO band
SELECT unnest(bands), text FROM numbered JOIN incoming USING (line)
WHERE (SELECT has_bands FROM about);

INSERT INTO post
SELECT site, place, id, fetched_at, published_at,
    CASE WHEN published_from IS DISTINCT FROM 'text' AND published_at <= fetched_at
        THEN published_at END,
    characters, word_count, coalesce(language, 'und'), hash(lower(trim(author))),
    coalesce(numbered.text, 0)
FROM incoming LEFT JOIN numbered USING (words) WHERE reason IS NULL AND ended_by IS NULL;

INSERT INTO other
SELECT site, place, coalesce(reason, ended_by) FROM incoming
WHERE reason IS NOT NULL OR ended_by IS NOT NULL;

DROP TABLE numbered;
"""
_NEW = "SELECT count(*) FROM text WHERE NOT is_compared"
#: Bytes that the file has at the least: three headers of 4 KiB, then the blocks.
_WHOLE = "SELECT 3 * 4096 + total_blocks * block_size FROM pragma_database_size()"


@dataclass(frozen=True, slots=True, kw_only=True)
class Index:
    """The open index of a corpus; what it holds is that of the sites that are in."""

    corpus: Path
    dedup: Dedup
    database: duckdb.DuckDBPyConnection

    def inputs(self) -> dict[str, str]:
        """What the documents of each site that is in were made from."""
        rows = self.database.execute("SELECT site, inputs FROM site").fetchall()
        return {str(site): str(inputs) for site, inputs in rows}

    def update(self, wanted: Mapping[str, str], most: float = math.inf, *, memory: int = 0) -> None:
        """Take in the sites that changed, and forget those that are no longer there.

        Args:
            wanted: What the documents of each site are made from now.
            most: From how many texts on their bands are not held.
            memory: MiB that DuckDB may take for this and for what follows, if that is more
                than it may on the whole. Until `grant` is called again it may take less where
                little is new: the bands are gone through once, and none of them has to stay.

        Raises:
            SnapshotError: The documents of a site cannot be read.
        """
        known = self.inputs()
        changed = [site for site in wanted if known.get(site) != wanted[site]]
        gone = [site for site in known if site not in wanted]
        # The attempt before may have left it with too little.
        self.grant(memory)
        for start in range(0, len(changed), _AT_ONCE):
            chunk = changed[start : start + _AT_ONCE]
            with transaction(self.database):
                self._forget(site for site in chunk if site in known)
                self._take_in({site: wanted[site] for site in chunk}, memory)
                bands.let_go(self.database, most)
        self.grant(memory)
        self.forget(gone)
        bands.settle(self.database, self.corpus, most)
        self._grant_to_compare(memory)

    def _grant_to_compare(self, least: int) -> None:
        row = self.database.execute(_NEW).fetchone() or (0,)
        size = index_file(self.corpus).stat().st_size // _OF_OLD + row[0] * _A_POST
        self.grant(least, size // 2**20)

    def grant(self, least: int, most: int = MOST) -> None:
        """Let DuckDB have memory as its file is large, within bounds.

        Args:
            least: MiB that it gets all the same.
            most: MiB beyond which it gets none for its file.
        """
        size = 3 * index_file(self.corpus).stat().st_size // 2**22
        size = min(max(min(size, most), least, _LEAST), MOST)
        threads = min(max(size // _A_THREAD, 1), os.cpu_count() or 1)
        self.database.execute(f"SET threads = {threads}; SET memory_limit = '{size}MiB'")

    def _take_in(self, sites: Mapping[str, str], memory: int) -> None:
        incoming = _keys(self.corpus, list(sites))
        lines = pa.array(np.arange(len(incoming), dtype=np.int32))
        self.grant(max(memory, len(incoming) * _A_POST // 2**20))
        self.database.register("incoming", incoming.append_column("line", lines))
        last = self.database.execute("SELECT coalesce(max(text), 0) FROM text").fetchone()
        self.database.execute(_TAKE_IN.replace("before_these", str((last or (0,))[0])))
        newest = pa.table({"site": list(sites), "inputs": list(sites.values())})
        self.database.register("made", newest)
        self.database.execute(
            "INSERT INTO site SELECT site, inputs, max(fetched_at), false FROM made "
            "LEFT JOIN incoming USING (site) GROUP BY ALL"
        )
        self.database.unregister("made")
        self.database.unregister("incoming")

    def _forget(self, sites: Iterable[str]) -> None:
        names = list(sites)
        if names:
            self.database.execute(repeats.LOOSEN, [names])
            for table in ("site", "post", "other"):
                self.database.execute(
                    f"DELETE FROM {table} WHERE site IN (SELECT unnest(?))",  # noqa: S608 - ours
                    [names],
                )

    def forget(self, sites: Iterable[str]) -> None:
        """Delete all that is known of some sites; `compact` takes it off the disk."""
        with transaction(self.database):
            self._forget(sites)
            repeats.settle(self.database)


def _keys(corpus: Path, sites: Sequence[str]) -> Any:
    """The keys of some sites' documents, one row each, in their order."""
    found: list[Any] = []
    names: list[str] = []
    places = [np.empty(0, dtype=np.int32)]
    for site in sites:
        count = 0
        for batch in batches(path_of(corpus, site), _COLUMNS):
            found.append(batch)
            count += len(batch)
        names += [site] * count
        places.append(np.arange(count, dtype=np.int32))
    table = pa.Table.from_batches(found, schema_of(_COLUMNS))
    for name in ("fetched_at", "published_at"):
        index = table.schema.get_field_index(name)
        table = table.set_column(index, name, table.column(name).cast(pa.timestamp("us")))
    table = table.append_column("site", pa.array(names, type=pa.string()))
    return table.append_column("place", pa.array(np.concatenate(places)))


def index_file(corpus: Path) -> Path:
    """Where the index of a corpus lies."""
    return corpus / FOLDER / "index.duckdb"


@contextmanager
def opened(corpus: Path, dedup: Dedup) -> Iterator[Index]:
    """Open the index of a corpus; one that is damaged or of other settings is begun anew.

    The caller holds the lock of the corpus.

    Raises:
        SnapshotError: The disk does not take it.
    """
    path = index_file(corpus)
    path.parent.mkdir(parents=True, exist_ok=True)
    made_by = f"{_VERSION} {duckdb.__version__} {dedup!r}"
    database = _open(path, made_by) or _begun(path, made_by)
    try:
        yield Index(corpus=corpus, dedup=dedup, database=database)
    except duckdb.Error as error:
        message = f"{path} cannot be used ({error}); delete it, then run `therapy-corpus build`."
        raise SnapshotError(message) from error
    finally:
        database.close()


def _open(path: Path, made_by: str) -> duckdb.DuckDBPyConnection | None:
    if not path.exists():
        return None
    try:
        database = _connected(path)
        asked = database.execute(_WHOLE).fetchone() or (0,)
        is_whole = path.stat().st_size >= asked[0]
        if is_whole and database.execute("SELECT made_by FROM about").fetchone() == (made_by,):
            return database
        database.close()
    except duckdb.Error:
        return None
    return None


def _begun(path: Path, made_by: str) -> duckdb.DuckDBPyConnection:
    for name in (path, path.with_name(f"{path.name}.wal")):
        name.unlink(missing_ok=True)
    try:
        database = _connected(path)
        with transaction(database):
            database.execute(_TABLES)
            database.execute("INSERT INTO about VALUES (?, true)", [made_by])
    except duckdb.Error as error:
        message = f"{path} cannot be written ({error}); free space or mend that, then run again."
        raise SnapshotError(message) from error
    return database


def _connected(path: Path) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool] = {
        "memory_limit": f"{MOST}MiB",
        "temp_directory": str(path.with_name("index.tmp")),
        "preserve_insertion_order": False,
    }
    return open_duckdb(str(path), settings)
