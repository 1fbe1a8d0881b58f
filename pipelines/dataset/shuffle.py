"""Finds the texts that share a band on many machines, none of which holds the bands of all."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from pipelines.core.shingles import Hashes
from pipelines.dataset.documents import batches, path_of
from pipelines.dataset.texts import read

#: A band of a text; its digest in two halves, since numbers are sorted far faster.
_BANDS = pa.schema(
    [
        ("part", pa.int32()),
        *((name, pa.uint64()) for name in ("hash", "high", "low")),
        ("is_new", pa.bool_()),
    ]
)
#: Two texts that share one.
_PAIRS = pa.schema(
    [(name, pa.uint64()) for name in ("one_high", "one_low", "other_high", "other_low")]
)
#: Pairs that are in memory at once: texts of one template are all paired with one another.
_AT_ONCE = 1 << 20
#: Bits of a sieve, 16 MiB.
_BITS = 1 << 27


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieve:
    """What new texts have; of bands that none of them has no pair can come."""

    #: A bit for many hashes, so a few others pass as well.
    bits: NDArray[np.uint8]
    #: The lower halves of the digests of new texts, in order.
    texts: Hashes

    @classmethod
    def of(cls, texts: Hashes, hashes: Iterable[Hashes]) -> "Sieve":
        """The sieve for some texts, from all hashes of their bands."""
        bits = np.zeros(_BITS // 8, dtype=np.uint8)
        for some in hashes:
            np.bitwise_or.at(bits, _byte(some), _bit(some))
        return cls(bits=bits, texts=texts)

    def passes(self, hashes: Hashes) -> NDArray[np.bool_]:
        """Whether a new text may have these bands."""
        found: NDArray[np.bool_] = self.bits[_byte(hashes)] & _bit(hashes) != 0
        return found

    def has(self, low: Hashes) -> NDArray[np.bool_]:
        """Which texts are new."""
        places = np.searchsorted(self.texts, low)
        found: NDArray[np.bool_] = self.texts[np.minimum(places, len(self.texts) - 1)] == low
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads the bands of all texts of some sites."""

    corpus: Path
    #: How many parts the bands are dealt into, by their hash.
    parts: int
    #: None: all texts count as new.
    sieve: Sieve | None
    #: Raises where this machine would read otherwise than the one that asks.
    agree: Callable[[], object]

    def __call__(self, sites: Any) -> Iterator[Any]:
        """The bands of the sites that a table names in its column `site`.

        Raises:
            SnapshotError: The documents of a site cannot be read.
            CorpusError: This machine does not agree.
        """
        self.agree()
        # Tasks that find nothing have columns all the same.
        yield _BANDS.empty_table()
        for site in sites.column("site").to_pylist():
            for batch in batches(path_of(self.corpus, site), ("words", "bands")):
                yield self._rows(batch)

    def _rows(self, batch: Any) -> Any:
        words = [digest for digest in batch.column("words").to_pylist() if digest]
        halves = np.frombuffer(bytes.fromhex("".join(words)), ">u8").reshape(-1, 2)
        bands = batch.column("bands")
        counts = pc.list_value_length(bands).to_numpy(zero_copy_only=False)
        hashes = bands.flatten().to_numpy()
        owners = np.repeat(np.arange(len(words)), counts[counts > 0])
        if self.sieve is not None:
            passes = self.sieve.passes(hashes)
            hashes, owners = hashes[passes], owners[passes]
        high, low = halves[owners].T.astype(np.uint64)
        is_new = np.ones(len(low), dtype=np.bool_) if self.sieve is None else self.sieve.has(low)
        part = (hashes % np.uint64(self.parts)).astype(np.int32)
        return pa.table([part, hashes, high, low, is_new], schema=_BANDS)


@dataclass(frozen=True, slots=True, kw_only=True)
class HashReader:
    """Reads the hashes of the bands of texts at some places."""

    corpus: Path

    def __call__(self, places: Any) -> Hashes:
        """All of them, of an Arrow table with `site` and `place`.

        Raises:
            SnapshotError: The documents of a site cannot be read.
        """
        found = [bands.values.to_numpy() for bands in read(self.corpus, places, "bands")]
        return np.concatenate([np.empty(0, dtype=np.uint64), *found])


def _byte(hashes: Hashes) -> NDArray[np.int64]:
    return (hashes % np.uint64(_BITS) // np.uint64(8)).astype(np.int64)


def _bit(hashes: Hashes) -> NDArray[np.uint8]:
    return np.left_shift(np.uint8(1), (hashes % np.uint64(8)).astype(np.uint8))


def pairs(part: Any) -> Iterator[Any]:
    """The pairs of different texts that share a band and of which one, at least, is new.

    The bands are all of a part. A pair that shares several comes several times at most.
    """
    yield _PAIRS.empty_table()
    hashes = part.column("hash").to_numpy()
    order = np.argsort(hashes)
    # Most bands are those of one text alone.
    order = order[_shared(hashes[order])]
    hashes = hashes[order]
    halves = np.stack([part.column(name).to_numpy()[order] for name in ("high", "low")], axis=1)
    texts, number = _numbered(halves)
    is_old = ~part.column("is_new").to_numpy()[order]
    order = np.lexsort((number, is_old, hashes))
    hashes, number, is_old = hashes[order], number[order], is_old[order]
    # One text at two sites.
    differs = (hashes[1:] != hashes[:-1]) | (number[1:] != number[:-1])
    is_first = np.append(True, differs)[: len(hashes)]
    for one, other in _met(hashes[is_first], number[is_first], is_old[is_first]):
        yield pa.table([*texts[one].T, *texts[other].T], schema=_PAIRS)


def _shared(hashes: Hashes) -> NDArray[np.bool_]:
    """Which of the sorted hashes are there more than once."""
    same = np.concatenate([[False], hashes[1:] == hashes[:-1], [False]])
    found: NDArray[np.bool_] = (same[1:] | same[:-1])[: len(hashes)]
    return found


def _numbered(halves: Hashes) -> tuple[Hashes, NDArray[np.int64]]:
    """The different digests in order, and which of them is in each row."""
    order = np.lexsort((halves[:, 1], halves[:, 0]))
    ordered = halves[order]
    is_first = np.append(True, np.any(ordered[1:] != ordered[:-1], axis=1))[: len(order)]
    number = np.empty(len(order), dtype=np.int64)
    number[order] = np.cumsum(is_first) - 1
    return ordered[is_first], number


def _met(
    hashes: Hashes, number: NDArray[np.int64], is_old: NDArray[np.bool_]
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Each new row with all that follow it and have its hash: old ones follow new ones."""
    ends = np.searchsorted(hashes, hashes, side="right")
    following = np.where(is_old, 0, ends - np.arange(len(hashes)) - 1)
    before = np.append(0, np.cumsum(following))
    start, count = 0, int(number.max(initial=-1)) + 1
    while start < len(hashes):
        stop = max(start + 1, int(np.searchsorted(before, before[start] + _AT_ONCE, "right")) - 1)
        one = np.repeat(np.arange(start, stop), following[start:stop])
        other = one + 1 + np.arange(len(one)) - (before[one] - before[start])
        # Sorting is many times as fast as the table of `numpy.unique`.
        both = np.sort(number[one] * count + number[other])
        both = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
        if len(both):
            yield both // count, both % count
        start = stop
