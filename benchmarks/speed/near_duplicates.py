"""Finding copies among 100,000 and a million signatures, and 10,000 new ones against a million.

Documents with short texts and drawn signatures (42 bands, one in 25 shares 30 of them with an
earlier one) are stored, which is not timed; timed is what a build does with them: taking in,
joining, reading the pairs, deciding. datasketch's LSH gets as many drawn sketches.
"""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from benchmarks.quality.environment import ask
from benchmarks.speed.drawn import EACH, site
from benchmarks.speed.figures import Cost, Figure, cost_of, say
from pipelines.core.dedup import Dedup
from pipelines.core.splits import SplitSettings
from pipelines.dataset.index import opened
from pipelines.dataset.release import decided

_SIZES = (100_000, 1_000_000)
_NEW = 10_000
_TIMES = 3
#: What is asked for at the larger size: seconds and MiB.
_WANTED = {1_000_000: ("<= 120", "<= 2,048")}


def take_in(corpus: Path, sites: int) -> int:
    """What a build does with the signatures of so many sites; how many copies there are."""
    with opened(corpus, Dedup()) as index:
        decided(index, {site(number): "1" for number in range(sites)}, SplitSettings())
        row = index.database.execute("SELECT count(*) FROM verdict WHERE rule IS NOT NULL")
        return int((row.fetchone() or (0,))[0])


def taken(corpus: Path, count: int, *, anew: bool) -> Cost:
    """The cost of so many signatures that are stored, to an index that is there or to none."""
    if anew:
        for path in (corpus / "documents").glob("index.duckdb*"):
            path.unlink()
    cost = cost_of(take_in, corpus, count // EACH)
    say(f"{count:,} signatures: {cost.seconds:.1f} s, {cost.peak:.0f} MiB, {cost.answer} copies")
    return cost


def figures(corpus: Path) -> Iterator[Figure]:
    """Measure both sizes and the increment three times each, and the peer.

    Args:
        corpus: With a million stored signatures and some more.
    """
    for count in _SIZES:
        # The peer is slow in a million and varies little.
        times = _TIMES if count < _SIZES[-1] else 1
        asked = [{"count": count}] * times
        peers = [next(iter(ask("near_duplicates", "lsh.py", [one]))) for one in asked]
        costs, more = [], []
        for _ in range(_TIMES):
            costs.append(taken(corpus, count, anew=True))
            if count == _SIZES[-1]:
                more.append(taken(corpus, count + _NEW, anew=False))
        seconds, peak = _WANTED.get(count, ("", ""))
        yield Figure(
            name=f"copies among {count:,} signatures",
            value=median(cost.seconds for cost in costs),
            unit="s",
            peer="datasketch LSH",
            peer_value=median(peer["seconds"] for peer in peers),
            limit=seconds,
        )
        yield Figure(
            name=f"… memory at {count:,}",
            value=median(cost.peak for cost in costs),
            unit="MiB",
            peer="datasketch LSH",
            peer_value=median(peer["peak"] for peer in peers),
            limit=peak,
        )
        if more:
            yield Figure(
                name=f"{_NEW:,} new signatures against {count:,}",
                value=median(cost.seconds for cost in more),
                unit="s",
                peer=f"all {count:,}",
                peer_value=median(cost.seconds for cost in costs),
                wanted="<= 0.05",
            )
