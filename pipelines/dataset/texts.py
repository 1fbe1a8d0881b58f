"""Where each text can be read: any post with the same words will do, so the first is taken."""

from collections.abc import Iterator
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipelines.dataset.documents import batches, path_of

#: The first place of each text of the index, for a WHERE that chooses some.
FIRST = """
SELECT text, min(site) AS site, min_by(place, (site, place)) AS place FROM post
WHERE text > 0 AND {} GROUP BY text
"""


def read(corpus: Path, places: Any, column: str) -> Iterator[Any]:
    """One column of the rows at some places, whatever their files hold beside it.

    Args:
        corpus: Whose documents they are.
        places: An Arrow table with `site` and `place`, in their order.
        column: Which.

    Yields:
        A value for each place, in the same order.

    Raises:
        SnapshotError: The documents of a site cannot be read.
    """
    rows = zip(places.column("site").to_pylist(), places.column("place").to_pylist(), strict=True)
    for site, found in groupby(rows, itemgetter(0)):
        for batch in batches(path_of(corpus, site), [column], {place for _, place in found}):
            yield from batch.column(0)
