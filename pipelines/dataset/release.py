"""From the stored documents of all sites to the snapshot: compare, decide, publish."""

import math
from collections.abc import Mapping

import duckdb

from pipelines.core.splits import SplitSettings
from pipelines.dataset.arrow_memory import give_back_memory
from pipelines.dataset.compare import compare
from pipelines.dataset.decide import Decided, decide
from pipelines.dataset.gates import Gates
from pipelines.dataset.index import MOST, Index
from pipelines.dataset.plan import Sizes
from pipelines.dataset.snapshot import Origin, Published, publish
from pipelines.dataset.spread import Spread


def release(  # noqa: PLR0913 - each is decided elsewhere
    index: Index,
    wanted: Mapping[str, str],
    *,
    splits: SplitSettings,
    origin: Origin,
    sizes: Sizes | None = None,
    gates: Gates | None = None,
    spread: Spread | None = None,
) -> Published:
    """Compare the documents with one another and publish them.

    What it costs depends on the sites that changed since the last time: only their documents
    are read, only pairs with a new text are judged, only parts with a changed row are written.
    Where the memory that suffices as a rule does not do, all is done again with more.

    Args:
        index: Of the corpus; brought up to date.
        wanted: What the documents of each site were made from; their files are there.
        splits: How the posts are parted.
        origin: How the documents were made.
        sizes: Where row groups and parts end; for tests.
        gates: What the snapshot has to pass; None: it is published as it is.
        spread: The cluster that finds the copies among very many texts; None: this machine does.

    Raises:
        SnapshotError: The disk does not take it, or documents cannot be read.
        CorpusError: The cluster cannot be used.
        GateFailed: The snapshot is kept aside, the former one is still current.
    """

    def attempt(memory: int) -> Published:
        made = decided(index, wanted, splits, spread, memory=memory)
        return publish(index, made, origin, sizes, gates)

    give_back_memory()
    try:
        return attempt(0)
    except duckdb.OutOfMemoryException:
        return attempt(MOST)


def decided(
    index: Index,
    wanted: Mapping[str, str],
    splits: SplitSettings,
    spread: Spread | None = None,
    *,
    memory: int = 0,
) -> Decided:
    """Compare the documents with one another, and decide what becomes of each.

    Args:
        index: Of the corpus; brought up to date.
        wanted: What the documents of each site were made from; their files are there.
        splits: How the posts are parted.
        spread: The cluster that finds the copies among very many texts; None: this machine does.
        memory: MiB that DuckDB may take, if that is more than what suffices as a rule.

    Raises:
        SnapshotError: Documents cannot be read.
        CorpusError: The cluster cannot be used.
        duckdb.OutOfMemoryException: That memory does not do.
    """
    index.update(wanted, math.inf if spread is None else spread.least, memory=memory)
    compare(index, spread)
    index.grant(memory)
    return decide(index, splits)
