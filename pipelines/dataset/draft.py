"""The tables of a snapshot while it is written: parts that are known are linked, others made."""

import shutil
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.core.splits import SPLITS, TRAIN
from pipelines.dataset import parts, tally
from pipelines.dataset.database import transaction
from pipelines.dataset.decide import Decided
from pipelines.dataset.index import Index
from pipelines.dataset.manifest import File, Manifest
from pipelines.dataset.plan import Part, Sizes
from pipelines.dataset.plan import parts as planned
from pipelines.dataset.rows import Rows, of_groups
from pipelines.dataset.schema import DATA, GROUPS, OF_DOCUMENTS, SCHEMA_VERSION
from pipelines.dataset.table import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """How the rows were made."""

    recipe: str
    software: Mapping[str, str]


@dataclass(slots=True, kw_only=True)
class Draft:
    """The tables of a snapshot that is being written."""

    folder: Path
    index: Index
    origin: Origin
    sizes: Sizes
    #: Files of the current snapshot by digest.
    known: Mapping[str, Path]
    #: Files by the key of what their rows are made from: written before, and of this draft.
    before: Mapping[str, File]
    made: dict[str, File] = field(default_factory=dict)

    @classmethod
    def begun(
        cls, folder: Path, index: Index, known: Mapping[str, Path], origin: Origin, sizes: Sizes
    ) -> "Draft":
        """A draft without rows."""
        folder.mkdir()
        rows = index.database.execute("SELECT key, name, table_, rows, bytes, sha256 FROM part")
        before = {
            key: File(name=name, table=table, rows=count, bytes=size, sha256=digest)
            for key, name, table, count, size, digest in rows.fetchall()
        }
        return cls(
            folder=folder, index=index, origin=origin, sizes=sizes, known=known, before=before
        )

    def write(self, decided: Decided, version: str, parent: str | None) -> Manifest:
        """Write all rows and describe them."""
        files = [file for table in OF_DOCUMENTS for file in self._table(table)]
        groups = of_groups(list(decided.members.values()))
        (self.folder / GROUPS.name).mkdir()
        files.append(self._written(GROUPS, "part", [groups]))
        return Manifest(
            version=version,
            parent=parent,
            schema_version=SCHEMA_VERSION,
            recipe=self.origin.recipe,
            software=dict(self.origin.software),
            archived_until=tally.newest(self.index),
            counts=tally.counts(self.index),
            leakage=decided.leakage,
            accepted=(),
            files=tuple(files),
        )

    def _table(self, table: Table) -> Iterator[File]:
        (self.folder / table.name).mkdir()
        rows = Rows(index=self.index, recipe=self.origin.recipe)
        shares = rows.shares(table)
        if not shares:
            yield self._written(table, TRAIN if table is DATA else "part", [])
        for prefix in sorted(shares, key=(*SPLITS, "part").index):
            made_by = f"{SCHEMA_VERSION} {self.origin.recipe} {table.name} {prefix}"
            for part in planned(shares[prefix], self.sizes, made_by):
                yield self._part(table, prefix, part, rows)

    def _part(self, table: Table, prefix: str, part: Part, rows: Rows) -> File:
        file = self.before.get(part.key)
        if file is None or not self._linked(file):
            file = self._written(table, prefix, rows.of_sites(table, prefix, part.sites))
        self.made[part.key] = file
        return file

    def _linked(self, file: File) -> bool:
        return parts.linked(self.known.get(file.sha256), self.folder / file.name, file.bytes)

    def _written(self, table: Table, prefix: str, sites: Iterable[Any]) -> File:
        file, path = parts.write(self.folder / table.name, prefix, table, sites, self.sizes)
        known = self.known.get(file.sha256)
        if known is not None:
            path.unlink()
            if not self._linked(file):
                shutil.copy2(known, path)
        return file

    def remember(self) -> None:
        """Keep the keys of the parts, so that the next snapshot need not read their rows."""
        columns = {"key": list(self.made)}
        for name in ("name", "table", "rows", "bytes", "sha256"):
            columns[name] = [getattr(file, name) for file in self.made.values()]
        self.index.database.register("made", pa.table(columns))
        with transaction(self.index.database):
            self.index.database.execute("DELETE FROM part")
            self.index.database.execute("INSERT INTO part FROM made")
        self.index.database.unregister("made")
