"""Questions to a snapshot of a million rows, beside the one that has to read every text.

By site and by date DuckDB skips row groups, since the rows are sorted; a word is looked for in
every text. Timed is the whole question, opening included, as `query` asks it.
"""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.speed.drawn import EACH, site
from benchmarks.speed.figures import Cost, Figure, cost_of, say
from pipelines.core.dedup import Dedup
from pipelines.core.splits import SplitSettings
from pipelines.dataset import query
from pipelines.dataset.index import opened
from pipelines.dataset.release import release
from pipelines.dataset.snapshot import Origin, current

_ROWS = 1_000_000
_TIMES = 5
_FROM = "SELECT count(*), sum(word_count) FROM documents WHERE"
_QUESTIONS = {
    "of one site": f"{_FROM} site = 'site-000500.example'",
    "of one month": f"{_FROM} published_at >= '2024-05-01' AND published_at < '2024-06-01'",
    "with a word": f"{_FROM} text ILIKE '% weight of %'",
}
_ALL = "SELECT sum(length(text)) FROM documents"


def _publish(corpus: Path, sites: int) -> int:
    wanted = {site(number): "1" for number in range(sites)}
    origin = Origin(recipe="benchmark", software={})
    with opened(corpus, Dedup()) as index:
        return release(index, wanted, splits=SplitSettings(), origin=origin).manifest.counts.pages


def _asked(corpus: Path, question: str) -> float:
    """Seconds that a question takes, the median of some."""
    snapshot, took = current(corpus), []
    for _ in range(_TIMES):
        began = time.monotonic()
        list(query.run(snapshot, question).rows)
        took.append(time.monotonic() - began)
    return median(took)


def figures(corpus: Path) -> Iterator[Figure]:
    """Publish a million rows, then ask.

    Args:
        corpus: With as many stored documents.
    """
    made: Cost = cost_of(_publish, corpus, _ROWS // EACH)
    say(f"{made.answer:,} rows published in {made.seconds:.0f} s, {made.peak:.0f} MiB")
    whole = cost_of(_asked, corpus, _ALL).answer
    for name, question in _QUESTIONS.items():
        yield Figure(
            name=f"{_ROWS:,} rows: posts {name}",
            value=1000 * cost_of(_asked, corpus, question).answer,
            unit="ms",
            peer="reading all texts",
            peer_value=1000 * whole,
        )
