"""Finds the pairs of posts that are copies: bands propose them, their texts decide."""

from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from pipelines.dataset import bands, propose
from pipelines.dataset.database import asked, transaction
from pipelines.dataset.index import Index
from pipelines.dataset.judging import Batch, Judge
from pipelines.dataset.spread import Spread
from pipelines.dataset.texts import FIRST

#: Pairs that are brought at once, and characters of the texts that are read and judged at once:
#: of six of them come eight bytes of shingles.
_AT_ONCE = 20_000
_CHARACTERS = 10_000_000

_NEXT = f"""
CREATE OR REPLACE TEMP TABLE judging AS
SELECT one, other FROM proposal WHERE (one, other) > (?, ?) ORDER BY one, other LIMIT {_AT_ONCE}
"""  # noqa: S608 - ours
_CHOSEN = FIRST.format("text IN (SELECT one FROM judging UNION SELECT other FROM judging)")
_TEXTS = f"""
SELECT chosen.*, characters FROM ({_CHOSEN}) AS chosen JOIN post USING (site, place)
ORDER BY site, place
"""  # noqa: S608 - ours
_JUDGED = """
INSERT INTO pair FROM judged;
DELETE FROM proposal WHERE (one, other) IN (SELECT (one, other) FROM judged);
"""


def compare(index: Index, spread: Spread | None = None) -> None:
    """Bring the verified pairs up to date with the posts that are in.

    Only pairs with a new text are proposed and read. What was begun before a kill is ended.

    Args:
        index: Of the corpus.
        spread: The cluster that does it where the index holds no bands.

    Raises:
        SnapshotError: The documents of a site cannot be read.
        CorpusError: The cluster cannot be used.
    """
    if spread is None or bands.are_held(index.database) or not propose.is_due(index):
        propose.from_index(index)
        work = Judge(corpus=index.corpus, dedup=index.dedup, agree=bool)
        _take(index, (work(batch) for batch in _batches(index)))
        return
    work = Judge(corpus=index.corpus, dedup=index.dedup, agree=spread.agree)
    with spread.engine.joined(spread.address) as processors:
        propose.from_documents(index, spread, processors)
        done = spread.engine.run(work, _batches(index), at_once=2 * processors)
        _take(index, (judged for _, judged in done))


def _batches(index: Index) -> Iterator[Batch]:
    """The proposed pairs in their order, which puts those of one text together."""
    last = (0, 0)
    while True:
        index.database.execute(_NEXT, last)
        pairs = asked(index.database, "FROM judging ORDER BY one, other")
        if not len(pairs):
            return
        yield from _parted(pairs, asked(index.database, _TEXTS))
        last = tuple(pairs.column(name)[-1].as_py() for name in ("one", "other"))


def _parted(pairs: Any, texts: Any) -> Iterator[Batch]:
    """The pairs in their order, as many at once as may be read."""
    one, other = (pairs.column(name).to_numpy() for name in ("one", "other"))
    text, size = (texts.column(name).to_numpy() for name in ("text", "characters"))
    order = np.argsort(text)
    sizes = (size[order[np.searchsorted(text, side, sorter=order)]] for side in (one, other))
    part = np.cumsum(sum(sizes)) // _CHARACTERS
    for start, stop in pairwise([0, *(np.flatnonzero(np.diff(part)) + 1), len(part)]):
        wanted = np.concatenate([one[start:stop], other[start:stop]])
        yield Batch(
            pairs=pairs.take(np.arange(start, stop)),
            texts=texts.filter(pa.array(np.isin(text, wanted))),
        )


def _take(index: Index, results: Iterable[Any]) -> None:
    """Keep what came of each batch, which is proposed no more with the same commit."""
    for judged in results:
        index.database.register("judged", judged)
        with transaction(index.database):
            index.database.execute(_JUDGED)
        index.database.unregister("judged")
