"""Takes what was deleted from the index off the disk, where a database leaves it for long."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.core.dedup import Dedup
from pipelines.core.errors import SnapshotError
from pipelines.dataset.database import open_duckdb
from pipelines.dataset.index import index_file, opened


def compact(corpus: Path, dedup: Dedup, sites: Iterable[str]) -> None:
    """Delete some sites from the index and write its file anew.

    Pages of a DuckDB file that are free keep their bytes until they are used again, so the
    rows that stay are copied into another file, which takes its place.

    Raises:
        SnapshotError: The disk does not take it.
    """
    path = index_file(corpus)
    if not path.exists():
        return
    with opened(corpus, dedup) as index:
        index.forget(sites)
    unfinished = path.with_name("index.unfinished")
    unfinished.unlink(missing_ok=True)
    target = str(unfinished).replace("'", "''")
    try:
        with open_duckdb(str(path)) as database:
            database.execute(f"ATTACH '{target}' AS compacted")
            database.execute('COPY FROM DATABASE "index" TO compacted')
            database.execute("DETACH compacted")
    except duckdb.Error as error:
        message = f"{path} cannot be written anew ({error}); delete it, then run it again."
        raise SnapshotError(message) from error
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    unfinished.replace(path)
