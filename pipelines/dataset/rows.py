"""The rows of a site in a table: what its documents' file holds, and what was decided."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

import pyarrow as pa

from pipelines.core.splits import Member
from pipelines.dataset.documents import NAMES, batches, path_of
from pipelines.dataset.index import Index
from pipelines.dataset.parts import ORDER, order, shaped
from pipelines.dataset.plan import Share
from pipelines.dataset.schema import DATA, DUPLICATES, GROUPS, HISTORY, REJECTED
from pipelines.dataset.table import Table

#: Rows that are brought into shape at once, with all of their last site.
_AT_ONCE = 2000

#: How many rows each site has in a table, by split, and a hash of what was decided of them.
#: A copy's row names the address of what is kept, so the site of that counts as well.
_SHARES = {
    DATA.name: """
SELECT verdict.split, verdict.site, count(*),
    any_value(site.inputs) || bit_xor(md5_number_lower(concat_ws('|', place, copies)))
FROM verdict JOIN site USING (site) WHERE rule IS NULL GROUP BY ALL ORDER BY verdict.site
""",
    DUPLICATES.name: """
SELECT 'part', verdict.site, count(*), any_value(site.inputs) || bit_xor(md5_number_lower(
    concat_ws('|', place, split, rule, score, kept_id, why, kept.inputs)))
FROM verdict JOIN site USING (site) JOIN site AS kept ON kept.site = verdict.kept_site
WHERE rule IS NOT NULL GROUP BY ALL ORDER BY verdict.site
""",
    REJECTED.name: """
SELECT 'part', site, count(*), any_value(inputs) FROM other JOIN site USING (site)
WHERE contains(reason, '.') GROUP BY ALL ORDER BY site
""",
    HISTORY.name: """
SELECT 'part', site, count(*), any_value(inputs) FROM other JOIN site USING (site)
WHERE NOT contains(reason, '.') GROUP BY ALL ORDER BY site
""",
}
#: The sites of a part follow one another, so their bounds spare what is outside of them.
_CHOSEN = {
    DATA.name: """
SELECT site, place, copies AS duplicate_count, split FROM verdict
WHERE rule IS NULL AND split = $prefix AND site IN (SELECT unnest($sites))
AND site BETWEEN list_min($sites) AND list_max($sites) ORDER BY site, place
""",
    DUPLICATES.name: """
SELECT site, place, copies AS duplicate_count, split, rule, score, kept_id, why,
    kept_site, kept_place
FROM verdict WHERE rule IS NOT NULL AND site IN (SELECT unnest($sites))
AND site BETWEEN list_min($sites) AND list_max($sites) AND $prefix = 'part' ORDER BY site, place
""",
    REJECTED.name: """
SELECT site, place FROM other WHERE contains(reason, '.') AND site IN (SELECT unnest($sites))
AND $prefix = 'part' ORDER BY site, place
""",
    HISTORY.name: """
SELECT site, place FROM other WHERE NOT contains(reason, '.') AND site IN (SELECT unnest($sites))
AND $prefix = 'part' ORDER BY site, place
""",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """Rows of the tables, read as they are asked for."""

    index: Index
    recipe: str

    def shares(self, table: Table) -> dict[str, list[Share]]:
        """The rows of each site in a table, by the prefix of its parts' names."""
        found: defaultdict[str, list[Share]] = defaultdict(list)
        for prefix, site, rows, identity in self.index.database.execute(
            _SHARES[table.name]
        ).fetchall():
            found[prefix].append(Share(site=site, rows=rows, identity=identity))
        return dict(found)

    def of_sites(self, table: Table, prefix: str, sites: Sequence[str]) -> Iterator[Any]:
        """The rows of some sites, a few sites in one Arrow table, in order.

        Raises:
            SnapshotError: The documents of a site cannot be read.
        """
        chosen = self.index.database.sql(
            _CHOSEN[table.name], params={"prefix": prefix, "sites": list(sites)}
        ).to_arrow_table()
        if "kept_site" in chosen.schema.names:
            chosen = chosen.append_column("kept_url", self._kept_urls(chosen))
        names = chosen.column("site").to_pylist()
        places = chosen.column("place").to_pylist()
        stored: list[Any] = []
        start = row = 0
        for site, run in groupby(zip(names, places, strict=True), key=itemgetter(0)):
            wanted = [place for _, place in run]
            stored += batches(path_of(self.index.corpus, site), _read_for(table), wanted)
            row += len(wanted)
            if row - start >= _AT_ONCE:
                yield self._shaped(table, stored, chosen.slice(start, row - start))
                stored, start = [], row
        if stored:
            yield self._shaped(table, stored, chosen.slice(start))

    def _shaped(self, table: Table, stored: Sequence[Any], chosen: Any) -> Any:
        """Rows as they lie in files, with what was decided of each, in their lasting order."""
        found = pa.Table.from_batches(stored)
        columns = {name: found.column(name) for name in found.schema.names}
        kinds = {column.name: column.type for column in table.columns}
        for name in chosen.schema.names:
            if name in kinds and name not in columns:
                columns[name] = chosen.column(name).cast(kinds[name])
        columns["recipe"] = pa.array([self.recipe] * len(found), pa.string())
        in_order = order(columns)
        return shaped(table, {name: columns[name].take(in_order) for name in kinds})

    def _kept_urls(self, chosen: Any) -> Any:
        """The address of what is kept, for each row."""
        kept = list(
            zip(
                chosen.column("kept_site").to_pylist(),
                chosen.column("kept_place").to_pylist(),
                strict=True,
            )
        )
        wanted: defaultdict[str, set[int]] = defaultdict(set)
        for site, place in kept:
            wanted[site].add(place)
        urls: dict[tuple[str, int], str] = {}
        for site, places in wanted.items():
            found = batches(path_of(self.index.corpus, site), ["url"], places)
            told = [url for batch in found for url in batch.column("url").to_pylist()]
            urls |= {(site, place): url for place, url in zip(sorted(places), told, strict=True)}
        return pa.array([urls[pair] for pair in kept], pa.string())


def _read_for(table: Table) -> list[str]:
    """What is read of the stored documents for a table."""
    wanted = {*ORDER, *(column.name for column in table.columns)}
    return [name for name in NAMES if name in wanted]


def of_groups(members: Sequence[Member]) -> Any:
    """The rows of the table of groups."""
    columns = {
        column.name: pa.array([getattr(member, column.name) for member in members], column.type)
        for column in GROUPS.columns
    }
    return shaped(GROUPS, columns)
