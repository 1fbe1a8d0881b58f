"""Finds the files of all snapshots that hold or name what is taken out."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.core.doomed import Doomed
from pipelines.core.urls import site_of
from pipelines.dataset.cleanse import Cleansing, Places
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.schema import DATA, DUPLICATES, HISTORY, REJECTED
from pipelines.dataset.table import Table
from pipelines.dataset.whereabouts import Snapshots, connected

#: Copies that go, that name what goes, or that may stand beside it.
_COPIES = """
SELECT filename, kept_id, kept_url, list_contains($ids, id) OR list_contains($gone, site)
FROM read_parquet($files, filename = true)
WHERE list_contains($ids, id) OR list_contains($ids, kept_id) OR list_contains($sites, site)
"""
_OF_SITES = """
SELECT DISTINCT filename FROM read_parquet($files, filename = true)
WHERE site IN (SELECT unnest($sites))
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stale:
    """Digests of the files that have to be written anew, and what copies go with each."""

    digests: frozenset[str]
    #: By digest of a file of copies: how many go, by the id of the post that is kept.
    fewer: dict[str, Counter[str]]

    @classmethod
    def of(cls, snapshots: Snapshots, doomed: Doomed, places: Places) -> "Stale":
        """Look for them, by site, and by the id of what copies stand for."""
        sites = doomed.touched | set(places)
        digests: set[str] = set()
        fewer: defaultdict[str, Counter[str]] = defaultdict(Counter)
        with connected() as database:
            for digest, kept_id, kept_url, is_gone in _copies(database, snapshots, doomed, sites):
                digests.add(digest)
                if is_gone and kept_id not in doomed.ids:
                    fewer[digest][kept_id] += 1
                    # The row of what is kept tells how many copies there are.
                    sites = sites | {site_of(kept_url)}
            for table in (DATA, REJECTED, HISTORY):
                digests |= _of_sites(database, snapshots, table, sites)
        return cls(digests=frozenset(digests), fewer=dict(fewer))

    def cleansing(self, manifest: Manifest, doomed: Doomed, places: Places) -> Cleansing:
        """What has to change in the rows of one snapshot."""
        fewer: Counter[str] = Counter()
        for file in manifest.files:
            fewer.update(self.fewer.get(file.sha256, {}))
        return Cleansing(doomed=doomed, places=places, fewer=fewer)


def _copies(
    database: duckdb.DuckDBPyConnection,
    snapshots: Snapshots,
    doomed: Doomed,
    sites: frozenset[str] | set[str],
) -> list[tuple[str, str, str, bool]]:
    named = _named(snapshots, DUPLICATES)
    if not named:
        return []
    values = {
        "files": [str(path) for path in named],
        "ids": sorted(doomed.ids),
        "gone": sorted(doomed.sites),
        "sites": sorted(sites),
    }
    rows = database.execute(_COPIES, values).fetchall()
    return [(named[Path(row[0])], row[1], row[2], row[3]) for row in rows]


def _of_sites(
    database: duckdb.DuckDBPyConnection,
    snapshots: Snapshots,
    table: Table,
    sites: frozenset[str] | set[str],
) -> set[str]:
    named = _named(snapshots, table)
    if not named:
        return set()
    values = {"files": [str(path) for path in named], "sites": sorted(sites)}
    return {named[Path(row[0])] for row in database.execute(_OF_SITES, values).fetchall()}


def _named(snapshots: Snapshots, table: Table) -> dict[Path, str]:
    return {path: digest for digest, path in snapshots.files(table).items()}
