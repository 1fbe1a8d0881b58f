"""What is different between two snapshots, row by row, with the reason."""

from pathlib import Path

import duckdb

from pipelines.core.errors import SnapshotError
from pipelines.dataset.database import open_duckdb
from pipelines.dataset.manifest import Manifest, manifest_of
from pipelines.dataset.query import Connection
from pipelines.dataset.schema import DATA, DUPLICATES, HISTORY, REJECTED
from pipelines.dataset.table import Table

#: Columns that say how and when a row was made, not what it holds.
_ASIDE = frozenset({"id", "site", "recipe", "source", "fetched_at", "valid_from", "edit_words"})
_TOLD = tuple(column.name for column in DATA.columns if column.name not in _ASIDE)

_DIFFERING = ", ".join(
    f"CASE WHEN new.{name} IS DISTINCT FROM old.{name} THEN '{name}' END" for name in _TOLD
)
#: A row whose file is in both snapshots is the same in both, so only the other files are read.
_CHANGES = f"""
CREATE TABLE changes AS
SELECT 'added' AS change, new.id, new.url, new.site, new.title,
    CASE WHEN old_rejected.reason IS NOT NULL THEN 'was rejected: ' || old_rejected.reason
        WHEN old_duplicates.rule IS NOT NULL THEN 'was a copy: ' || old_duplicates.rule
        WHEN old_history.id IS NOT NULL THEN 'is there again' ELSE 'new' END AS reason,
    NULL::INTEGER AS edit_words, NULL::VARCHAR[] AS columns
FROM new_data AS new ANTI JOIN old_data USING (id)
LEFT JOIN (SELECT id, min(reason) AS reason FROM old_rejected GROUP BY id) AS old_rejected
    USING (id)
LEFT JOIN (SELECT id, min(rule) AS rule FROM old_duplicates GROUP BY id) AS old_duplicates
    USING (id)
LEFT JOIN (SELECT DISTINCT id FROM old_history) AS old_history USING (id)
UNION ALL
SELECT 'removed', old.id, old.url, old.site, old.title,
    CASE WHEN rejected.reason IS NOT NULL THEN 'rejected: ' || rejected.reason
        WHEN duplicates.rule IS NOT NULL
            THEN 'a copy (' || duplicates.rule || ') of ' || duplicates.kept_url
        ELSE 'taken out: nothing of it is held any more' END,
    NULL, NULL
FROM old_data AS old ANTI JOIN new_data USING (id)
LEFT JOIN (SELECT id, min(reason) AS reason FROM new_rejected GROUP BY id) AS rejected USING (id)
LEFT JOIN (SELECT id, min(rule) AS rule, min(kept_url) AS kept_url FROM new_duplicates GROUP BY id)
    AS duplicates USING (id)
UNION ALL
SELECT 'changed', id, url, site, title,
    CASE WHEN list_contains(columns, 'text') THEN 'the text was edited'
        WHEN list_contains(columns, 'split') THEN 'from split ' || was || ' to ' || split
        ELSE 'only what is said of it' END,
    edit_words, columns
FROM (
    SELECT new.id, new.url, new.site, new.title, new.split, old.split AS was,
        CASE WHEN new.valid_from > old.valid_from THEN new.edit_words END AS edit_words,
        list_filter([{_DIFFERING}], lambda name: name IS NOT NULL) AS columns
    FROM new_data AS new JOIN old_data AS old USING (id)
) WHERE len(columns) > 0
"""  # noqa: S608 - ours

#: Counts of what `changes` holds, and all of it.
SUMMARY = "SELECT change, reason, count(*) AS rows FROM changes GROUP BY ALL ORDER BY 1, 3 DESC, 2"
ROWS = "SELECT * FROM changes ORDER BY change, site, url"


def connect(old: Path, new: Path) -> Connection:
    """Open a database in memory with the table `changes` between two snapshots.

    Raises:
        SnapshotError: The files of one cannot be read.
    """
    manifests = {"old": (old, manifest_of(old)), "new": (new, manifest_of(new))}
    both = _digests(manifests["old"][1]) & _digests(manifests["new"][1])
    connection = open_duckdb()
    try:
        connection.execute("SET TimeZone = 'UTC'")
        for name, (folder, manifest) in manifests.items():
            for table in (DATA, DUPLICATES, REJECTED, HISTORY):
                _make_view(connection, f"{name}_{table.name}", folder, manifest, table, both)
        connection.execute(_CHANGES)
        for name in manifests:
            for table in (DATA, DUPLICATES, REJECTED, HISTORY):
                connection.execute(f"DROP VIEW {name}_{table.name}")
        connection.execute("SET enable_external_access = false")
    except duckdb.Error as error:
        connection.close()
        message = f"{old.name} and {new.name} cannot be compared ({error}); see `verify`."
        raise SnapshotError(message) from error
    return connection


def _digests(manifest: Manifest) -> set[str]:
    return {file.sha256 for file in manifest.files}


def _make_view(  # noqa: PLR0913, PLR0917 - one for each part of its name and content
    connection: Connection,
    name: str,
    folder: Path,
    manifest: Manifest,
    table: Table,
    both: set[str],
) -> None:
    """A view of the rows of a table in files that only this snapshot has."""
    files = [file for file in manifest.files if file.table == table.name]
    # A file without rows shows the columns where all others are in both.
    own = [file for file in files if file.sha256 not in both]
    paths = [str(folder.absolute() / file.name) for file in own or files[:1]]
    listed = ", ".join("'" + path.replace("'", "''") + "'" for path in paths)
    where = "" if own else " WHERE false"
    connection.execute(
        f"CREATE VIEW {name} AS SELECT * FROM "  # noqa: S608 - ours
        f"read_parquet([{listed}], hive_partitioning = false){where}"
    )
