"""Where each text can be read: any post with the same words will do, so the first is taken."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import chain, groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

from pipelines.dataset.documents import batches, path_of

#: Files that are read at once, and those that are read ahead of what is asked for: to unpack a
#: file takes as long as to judge what was wanted of it.
_AT_ONCE, _AHEAD = 2, 4

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
    ahead: deque[Future[list[Any]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for site, found in groupby(rows, itemgetter(0)):
            wanted = {place for _, place in found}
            ahead.append(pool.submit(_of_site, path_of(corpus, site), column, wanted))
            if len(ahead) > _AHEAD:
                yield from chain.from_iterable(ahead.popleft().result())
        while ahead:
            yield from chain.from_iterable(ahead.popleft().result())


def _of_site(path: Path, column: str, places: set[int]) -> list[Any]:
    return [batch.column(0) for batch in batches(path, [column], places)]
