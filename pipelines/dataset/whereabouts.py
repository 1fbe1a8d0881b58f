"""Finds the rows of a post, a site or an author in all snapshots and stored documents."""

from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.core.errors import SnapshotError
from pipelines.core.removals import authors_of
from pipelines.dataset.documents import FOLDER, batches, inputs_of, path_of
from pipelines.dataset.index import index_file
from pipelines.dataset.manifest import Manifest, manifest_of
from pipelines.dataset.schema import DATA, DUPLICATES, HISTORY, REJECTED
from pipelines.dataset.table import Table

_SIGNED = (DATA, DUPLICATES, HISTORY)
_ALL = (*_SIGNED, REJECTED)
_AMONG = "id IN (SELECT unnest($wanted))"
_MEMORY = "2GB"
#: Rows with their texts that are in memory at once.
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One version of a post that goes, as a table or a file of documents holds it."""

    id: str
    url: str
    title: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshots:
    """All snapshots of a corpus, the oldest first."""

    corpus: Path
    manifests: dict[Path, Manifest]

    @classmethod
    def of(cls, corpus: Path) -> "Snapshots":
        """Read all manifests.

        Raises:
            SnapshotError: One cannot be read, so nobody knows what its files hold.
        """
        folders = sorted((corpus / "snapshots").glob("v*"))
        return cls(corpus=corpus, manifests={folder: manifest_of(folder) for folder in folders})

    def files(self, table: Table, only: Path | None = None) -> dict[str, Path]:
        """The files of a table by digest, each once, of all snapshots or of one."""
        return {
            file.sha256: folder / file.name
            for folder, manifest in self.manifests.items()
            for file in manifest.files
            if file.table == table.name and file.rows and only in {None, folder}
        }


def connected() -> duckdb.DuckDBPyConnection:
    """A database in memory that reads nothing but files of Parquet."""
    return duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": _MEMORY,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Whereabouts:
    """Asks the tables and documents of a corpus for rows."""

    snapshots: Snapshots
    database: duckdb.DuckDBPyConnection

    @classmethod
    @contextmanager
    def of(cls, corpus: Path) -> Iterator["Whereabouts"]:
        """Of a corpus; the manifests are read now.

        Raises:
            SnapshotError: A snapshot cannot be read, so nobody knows what it holds.
        """
        with connected() as database:
            try:
                yield cls(snapshots=Snapshots.of(corpus), database=database)
            except duckdb.Error as error:
                raise unreadable(error) from error

    def of_site(self, site: str) -> Iterator[Found]:
        """Rows of a site."""
        yield from self._found("site IN (SELECT unnest($wanted))", [site])
        yield from self._stored([site], lambda _: True)

    def of_ids(self, ids: Collection[str], sites: Collection[str]) -> Iterator[Found]:
        """Rows with one of these ids, on these sites; on all where none is named."""
        among = f"{_AMONG} AND site IN (SELECT unnest($sites))" if sites else _AMONG
        wanted = set(ids)
        yield from self._found(among, sorted(wanted), sites=sites)
        yield from self._stored(sites, lambda row: row["id"] in wanted)

    def of_author(self, name: str) -> Iterator[Found]:
        """Rows that a person signed, alone or with others."""
        (wanted,) = authors_of(name)
        bylines: set[str] = set()
        for files in self._files(_SIGNED):
            rows = self.database.execute(
                f"SELECT DISTINCT author FROM {files} WHERE author IS NOT NULL"  # noqa: S608
            ).fetchall()
            bylines |= {row[0] for row in rows if wanted in authors_of(row[0])}
        yield from self._found("author IN (SELECT unnest($wanted))", sorted(bylines), _SIGNED)
        yield from self._stored((), lambda row: wanted in authors_of(row["author"]))

    def copies(self, ids: Collection[str], current: Path | None) -> dict[str, str]:
        """Posts that were turned down as copies of these, and are not kept for another one.

        Returns:
            The address of each by its id.
        """
        files = self.snapshots.files(DUPLICATES).values()
        urls = self._ids(files, "kept_id IN (SELECT unnest($wanted))", ids)
        copies = urls.keys() - set(ids)
        if current is None or not copies:
            return {copy: urls[copy] for copy in copies}
        kept = self._ids(self.snapshots.files(DATA, current).values(), _AMONG, copies)
        others = self._ids(
            self.snapshots.files(DUPLICATES, current).values(),
            f"{_AMONG} AND kept_id NOT IN (SELECT unnest($other))",
            copies,
            ids,
        )
        return {copy: urls[copy] for copy in copies - kept.keys() - others.keys()}

    def elsewhere(self, words: Collection[str], ids: Collection[str]) -> set[str]:
        """Those of some digests of texts that other posts have as well.

        Where there is no index to ask, all of them may be.
        """
        path = index_file(self.snapshots.corpus)
        if not path.exists() or not words:
            return set(words)
        with duckdb.connect(str(path), read_only=True) as index:
            rows = index.execute(
                "SELECT DISTINCT words FROM text JOIN post USING (text) "
                "WHERE words IN (SELECT unnest($words)) AND id NOT IN (SELECT unnest($ids))",
                {"words": sorted(words), "ids": sorted(ids)},
            ).fetchall()
        return {row[0] for row in rows}

    def rows_of(self, folder: Path, ids: Collection[str]) -> int:
        """How many rows a snapshot has of some posts."""
        count = 0
        for table in (DATA, DUPLICATES, REJECTED, HISTORY):
            for path in self.snapshots.files(table, folder).values():
                row = self.database.execute(
                    f"SELECT count(*) FROM {_list([path])} WHERE {_AMONG}",  # noqa: S608 - ours
                    {"wanted": sorted(ids)},
                ).fetchone()
                count += row[0] if row else 0
        return count

    def _ids(
        self,
        files: Collection[Path],
        where: str,
        wanted: Collection[str],
        other: Collection[str] = (),
    ) -> dict[str, str]:
        if not files:
            return {}
        values = {"wanted": sorted(wanted)} | ({"other": sorted(other)} if other else {})
        rows = self.database.execute(
            f"SELECT id, min(url) FROM {_list(files)} WHERE {where} GROUP BY id",  # noqa: S608
            values,
        ).fetchall()
        return dict(rows)

    def _found(
        self,
        where: str,
        wanted: list[str],
        tables: tuple[Table, ...] = _ALL,
        sites: Collection[str] = (),
    ) -> Iterator[Found]:
        values = {"wanted": wanted} | ({"sites": sorted(sites)} if "$sites" in where else {})
        for files in self._files(tables):
            text = "''" if f"/{REJECTED.name}/" in files else "text"
            reader: Any = self.database.sql(
                f"SELECT id, url, coalesce(title, '') AS title, {text} AS text "  # noqa: S608
                f"FROM {files} WHERE {where}",
                params=values,
            ).to_arrow_reader(_AT_ONCE)
            for batch in reader:
                for row in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                    yield Found(id=row[0], url=row[1], title=row[2], text=row[3])

    def _files(self, tables: tuple[Table, ...]) -> Iterator[str]:
        for table in tables:
            if files := self.snapshots.files(table):
                yield _list(files.values())

    def _stored(
        self, sites: Collection[str], is_wanted: Callable[[dict[str, Any]], bool]
    ) -> Iterator[Found]:
        """Rows of the documents of some sites, or of all."""
        corpus = self.snapshots.corpus
        folder = corpus / FOLDER
        paths = [path_of(corpus, site) for site in sites] or sorted(folder.glob("*.arrow"))
        for path in paths:
            # Those of another version of this program are made anew by the next build.
            if inputs_of(path) is None:
                continue
            for batch in batches(path, ("id", "url", "title", "author", "text")):
                for row in batch.to_pylist():
                    if is_wanted(row):
                        title = row["title"] or ""
                        yield Found(id=row["id"], url=row["url"], title=title, text=row["text"])


def _list(files: Collection[Path]) -> str:
    """A list of files as DuckDB reads it."""
    names = ", ".join("'" + str(path).replace("'", "''") + "'" for path in files)
    return f"read_parquet([{names}], union_by_name = true)"


def unreadable(error: Exception) -> SnapshotError:
    """What is told where a file of a snapshot is damaged."""
    message = (
        f"a file of a snapshot cannot be read ({error}); delete that snapshot or restore it, "
        "then run this again."
    )
    return SnapshotError(message)
