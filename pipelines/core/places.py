"""Where the captures of sites lie, for rows of snapshots that tell it."""

import sqlite3
from collections.abc import Iterable, Mapping

from pipelines.core.model import CaptureRef


def places_of(
    connection: sqlite3.Connection, sites: Iterable[str]
) -> Mapping[str, Mapping[str, CaptureRef]]:
    """Of each site its captures by the digest of the body, and by address and time."""
    found: dict[str, dict[str, CaptureRef]] = {}
    for site in sites:
        known = found.setdefault(site, {})
        for row in connection.execute(
            "SELECT * FROM capture WHERE site = ? ORDER BY fetched_at", (site,)
        ):
            ref = CaptureRef(
                file=row["file"], offset=row["offset"], length=row["length"], digest=row["digest"]
            )
            known[row["digest"]] = ref
            known[f"{row['url']} {row['fetched_at']}"] = ref
    return found
