"""What the gates of a release measure on a snapshot, in one reading of its light columns."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq

from pipelines.core.model import Tier
from pipelines.core.splits import TEST, TRAIN, VALIDATION
from pipelines.dataset.database import open_duckdb
from pipelines.dataset.manifest import Manifest
from pipelines.dataset.schema import DATA, TABLES, arrow_schema

#: What a row may carry; what is refused has no row.
_PERMISSIONS = (Tier.OPEN.value, Tier.UNRESERVED.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Figures of the table `data` of one snapshot."""

    rows: int
    #: Rows of the table of copies.
    copies: int
    #: Rows of each site, and of each language.
    sites: Mapping[str, int]
    languages: Mapping[str, int]
    median_words: float
    #: Missing values of each column that may have some, and of those that may not.
    nulls: Mapping[str, int]
    missing: Mapping[str, int]
    #: Files whose columns are not those of their table.
    wrong_schemas: tuple[str, ...]
    #: Rows whose permission is none; `open` ones without evidence; all without evidence.
    odd_permissions: int
    unproven_open: int
    unproven: int
    #: Rows that the last snapshot held out and this one has for training.
    moved_to_train: int = 0
    #: The snapshot, for the next one's `moved_to_train`.
    files: tuple[Path, ...] = field(default=(), repr=False)


def measure(folder: Path, manifest: Manifest, former: Measured | None = None) -> Measured:
    """Measure a snapshot, published or not.

    Args:
        folder: Its directory.
        manifest: What it holds.
        former: What was measured on the last one, whose files are still there.
    """
    files = tuple(folder / file.name for file in manifest.files if file.table == DATA.name)
    nulls, missing = _missing(files)
    with open_duckdb() as database:
        paths = [str(path) for path in files]
        database.execute(
            "CREATE TEMP TABLE light AS SELECT id, site, language, word_count, permission, split, "
            "len(permission_evidence) AS evidence FROM read_parquet(?, hive_partitioning = false)",
            [paths],
        )
        row = database.execute(_FIGURES, {"known": list(_PERMISSIONS)}).fetchone() or (0,) * 5
        return Measured(
            rows=row[0],
            copies=manifest.counts.duplicates,
            sites=_counted(database, "site"),
            languages=_counted(database, "coalesce(language, 'und')"),
            median_words=float(row[1] or 0),
            nulls=nulls,
            missing=missing,
            wrong_schemas=_wrong_schemas(folder, manifest),
            odd_permissions=row[2],
            unproven_open=row[3],
            unproven=row[4],
            moved_to_train=0 if former is None else _moved(database, former),
            files=files,
        )


_FIGURES = """
SELECT count(*), median(word_count),
    count(*) FILTER (WHERE permission IS NULL OR permission NOT IN (SELECT unnest($known))),
    count(*) FILTER (WHERE permission = 'open' AND evidence = 0),
    count(*) FILTER (WHERE evidence = 0)
FROM light
"""
_MOVED = f"""
SELECT count(*) FROM read_parquet(?, hive_partitioning = false) AS former JOIN light USING (id)
WHERE former.split IN ('{TEST}', '{VALIDATION}') AND light.split = '{TRAIN}'
"""  # noqa: S608 - ours


def _moved(database: duckdb.DuckDBPyConnection, former: Measured) -> int:
    paths = [str(path) for path in former.files]
    row = database.execute(_MOVED, [paths]).fetchone() if paths else None
    return int(row[0]) if row else 0


def _counted(database: duckdb.DuckDBPyConnection, what: str) -> dict[str, int]:
    rows = database.execute(f"SELECT {what}, count(*) FROM light GROUP BY ALL")  # noqa: S608 - ours
    return dict(sorted(rows.fetchall()))


def _missing(files: tuple[Path, ...]) -> tuple[dict[str, int], dict[str, int]]:
    """Missing values by the files' own statistics: where some may be, and where none may."""
    nullable = {column.name: column.nullable for column in DATA.columns}
    counts = dict.fromkeys(nullable, 0)
    for path in files:
        metadata: Any = pq.read_metadata(path)
        for group in range(metadata.num_row_groups):
            for place in range(metadata.num_columns):
                column = metadata.row_group(group).column(place)
                if column.path_in_schema in counts and column.statistics is not None:
                    counts[column.path_in_schema] += column.statistics.null_count or 0
    allowed = {name: count for name, count in counts.items() if nullable[name]}
    wrong = {name: count for name, count in counts.items() if count and not nullable[name]}
    return allowed, wrong


def _wrong_schemas(folder: Path, manifest: Manifest) -> tuple[str, ...]:
    declared = {table.name: arrow_schema(table) for table in TABLES}
    return tuple(
        file.name
        for file in manifest.files
        if not pq.read_schema(folder / file.name).equals(declared[file.table])
    )
