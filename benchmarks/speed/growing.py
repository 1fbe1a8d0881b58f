"""What adding to a corpus costs beside making it, and whether memory grows with it.

Generated documents; timed is all that follows the stages of the sites, as in
`benchmarks.growth`, which has other ways of adding.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.growth import publish, store
from benchmarks.speed.figures import Figure, cost_of
from tests.many import POSTS, added, blogs

_WORDS = 450
_SIZES = (10_000, 100_000)


def _made(corpus: Path, count: int) -> dict[str, str]:
    wanted = store(corpus, blogs(count, _WORDS))
    publish(corpus, wanted)
    return wanted


def _more(corpus: Path, wanted: dict[str, str], count: int) -> None:
    """A hundredth more, in new blogs."""
    sizes = dict.fromkeys(range(count // POSTS), POSTS)
    publish(corpus, wanted | store(corpus, added(sizes, count // POSTS // 100, 0, 0, _WORDS)))


def figures() -> Iterator[Figure]:
    """Make a small corpus and a large one, then add a hundredth to the large one."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = (cost_of(_made, Path(folder) / str(count), count) for count in _SIZES)
        more = cost_of(_more, Path(folder) / str(_SIZES[-1]), large.answer, _SIZES[-1])
    yield Figure(
        name="adding 1,000 documents in 20 new blogs to 100,000",
        value=more.seconds,
        unit="s",
        peer="all 100,000",
        peer_value=large.seconds,
        wanted="<= 0.05",
    )
    yield Figure(
        name="peak memory at 100,000 documents",
        value=large.peak,
        unit="MiB",
        peer="at 10,000",
        peer_value=small.peak,
        wanted="<= 1.1",
    )
