"""What becomes of the table of groups when posts are taken out of a snapshot."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipelines.core.doomed import Doomed
from pipelines.dataset.parts import shaped
from pipelines.dataset.schema import DATA, DUPLICATES, GROUPS
from pipelines.dataset.whereabouts import connected

_UNNAMED = "a site that was removed"


def regrouped(rows: Any, doomed: Doomed, files: Sequence[Path]) -> Any:
    """The rows of sites that still have posts, without a word of those that have none.

    Args:
        rows: The table as it was.
        doomed: What goes.
        files: The parts of all tables as they are now.
    """
    posts = _posts(files)
    stay = [row for row in rows.to_pylist() if row["site"] in posts]
    leaders: dict[str, str] = {}
    for row in stay:
        leaders.setdefault(row["group"], row["site"])
    for row in stay:
        row["group"] = leaders[row["group"]]
        row["posts"] = posts[row["site"]]
        how, _, other = row["joined_by"].partition(" of ")
        if other in doomed.touched and other not in posts:
            row["joined_by"] = f"{how} of {_UNNAMED}"
    columns = {
        column.name: pa.array([row[column.name] for row in stay], column.type)
        for column in GROUPS.columns
    }
    return shaped(GROUPS, columns)


def _posts(files: Sequence[Path]) -> dict[str, int]:
    """How many posts and copies each site has."""
    wanted = [str(path) for path in files if path.parent.name in {DATA.name, DUPLICATES.name}]
    with connected() as database:
        rows = database.execute(
            "SELECT site, count(*) FROM read_parquet($files, union_by_name = true) GROUP BY site",
            {"files": wanted},
        ).fetchall()
    return {str(site): int(count) for site, count in rows}
