"""Which bands the index holds: those of all texts, or of none where a cluster compares them."""

from pathlib import Path

import duckdb
import pyarrow as pa

from pipelines.dataset.database import asked, transaction
from pipelines.dataset.texts import FIRST, read

#: Sites whose bands are taken in again with one transaction.
_AT_ONCE = 200

_FIRST_PLACES = f"CREATE OR REPLACE TEMP TABLE first_place AS {FIRST.format('true')}"

_PLACES = "SELECT text, site, place FROM first_place WHERE site = ? ORDER BY place"


def are_held(database: duckdb.DuckDBPyConnection) -> bool:
    """Whether the index has the bands of its texts."""
    return database.execute("SELECT has_bands FROM about").fetchone() == (True,)


def let_go(database: duckdb.DuckDBPyConnection, most: float) -> None:
    """Forget all bands, and take in no more of them, where there are too many texts.

    Args:
        database: The index.
        most: From how many texts on.
    """
    if _texts(database) >= most:
        # In this order: bands of some texts alone count as none.
        database.execute("UPDATE about SET has_bands = false WHERE has_bands")
        database.execute("DELETE FROM band")


def settle(database: duckdb.DuckDBPyConnection, corpus: Path, most: float) -> None:
    """See to it that the bands of all texts are held, or none, as their number asks.

    Args:
        database: The index; the documents of its sites are there.
        corpus: Whose index it is.
        most: From how many texts on none are held.

    Raises:
        SnapshotError: The documents of a site cannot be read.
    """
    let_go(database, most)
    if are_held(database) or _texts(database) >= most:
        return
    # What a kill left of an earlier attempt.
    database.execute("DELETE FROM band")
    database.execute(_FIRST_PLACES)
    rows = database.execute("SELECT DISTINCT site FROM first_place ORDER BY site").fetchall()
    for start in range(0, len(rows), _AT_ONCE):
        with transaction(database):
            for (site,) in rows[start : start + _AT_ONCE]:
                _take_in(database, corpus, site)
    database.execute("DROP TABLE first_place")
    database.execute("UPDATE about SET has_bands = true")


def _take_in(database: duckdb.DuckDBPyConnection, corpus: Path, site: str) -> None:
    places = asked(database, _PLACES, [site])
    found = pa.array(read(corpus, places, "bands"), pa.list_(pa.uint64()))
    database.register("incoming", places.append_column("bands", found))
    database.execute("INSERT INTO band SELECT unnest(bands), text FROM incoming")
    database.unregister("incoming")


def _texts(database: duckdb.DuckDBPyConnection) -> int:
    return int((database.execute("SELECT count(*) FROM text").fetchone() or (0,))[0])
