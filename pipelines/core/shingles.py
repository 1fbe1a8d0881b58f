"""How alike two texts are: sets of hashed word n-grams, and the sketch that proposes pairs."""

import hashlib
from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Hashes = NDArray[np.uint64]

#: Least probability that a pair exactly at the threshold is proposed.
RECALL = 0.95

#: Another seed is another sketch: it decides which pairs are proposed.
_SEED = 1
#: Elements that are permuted at once: with 128 permutations, 2 MiB that stay in the cache.
_BATCH = 1 << 12
#: 2**64 divided by the golden ratio, and the shift of a 64-bit finalizer.
_MULTIPLIER = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(32)


def shingles(words: Sequence[str], size: int) -> Hashes:
    """The set of `size`-grams of `words`, as sorted 64-bit hashes.

    Fewer words than `size` make one shingle; no words make none. The hashes do not
    depend on the process or the platform. Two grams share a hash with probability
    2**-64, which moves no score that has four digits.
    """
    if not words:
        return np.empty(0, dtype=np.uint64)
    hashes = np.fromiter(map(_hash, words), dtype=np.uint64, count=len(words))
    windows = np.lib.stride_tricks.sliding_window_view(hashes, min(size, len(words)))
    # For no more than a text has, sorting is faster than the table of `numpy.unique`.
    found = np.sort(_folded(windows))
    return found[np.concatenate(([True], found[1:] != found[:-1]))]


@lru_cache(maxsize=1 << 16)
def _hash(word: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "little"
    )


def _folded(rows: Hashes) -> Hashes:
    """One hash for each row, which depends on the order within the row."""
    folded = np.zeros(len(rows), dtype=np.uint64)
    for column in rows.T:
        folded = (folded ^ column) * _MULTIPLIER
        folded ^= folded >> _SHIFT
    return folded


def band_shape(threshold: float, permutations: int) -> tuple[int, int]:
    """How many bands of how many rows a sketch is cut into.

    Two sets with Jaccard similarity s agree in all r rows of at least one of b bands
    with probability 1 - (1 - s**r)**b (Leskovec, Rajaraman, Ullman: Mining of Massive
    Datasets, section 3.4.2). The longest bands that keep this at RECALL or above are
    taken, because longer bands propose fewer pairs in vain. A pair that is more alike
    than `threshold` is found with a higher probability still.

    >>> band_shape(0.43, 128)  # 0.967 at 0.43, 0.996 at 0.5, 0.04 at 0.1
    (42, 3)
    """
    for rows in range(permutations, 1, -1):
        bands = permutations // rows
        if 1 - (1 - threshold**rows) ** bands >= RECALL:
            return bands, rows
    return permutations, 1


class Sketcher:
    """Makes the bands of a set's MinHash; equal bands propose a pair.

    Args:
        threshold: Jaccard similarity from which pairs should be proposed.
        permutations: Length of the sketch, in hash values.
    """

    def __init__(self, threshold: float, permutations: int) -> None:
        self.bands, self._rows = band_shape(threshold, permutations)
        # Its numbers stay the same from version to version, as those of `default_rng` need not.
        draw = np.random.RandomState(_SEED)
        # A product with an odd factor, modulo 2**32, puts the elements in another order and
        # takes no two of them for one.
        factors = draw.randint(1 << 31, size=permutations, dtype=np.uint32) * 2 + 1
        summands = draw.randint(1 << 32, size=permutations, dtype=np.uint32)
        used = slice(self.bands * self._rows)
        self._factors, self._summands = factors[used, np.newaxis], summands[used, np.newaxis]

    def __call__(self, elements: Hashes) -> Hashes:
        """The hash of each band of the sketch of `elements`."""
        least = np.full(len(self._factors), np.iinfo(np.uint32).max, dtype=np.uint32)
        for start in range(0, len(elements), _BATCH):
            mixed = _mixed((elements[start : start + _BATCH] >> _SHIFT).astype(np.uint32))
            permuted = self._factors * mixed
            permuted += self._summands
            np.minimum(least, permuted.min(axis=1), out=least)
        return _folded(least.astype(np.uint64).reshape(self.bands, self._rows))


def _mixed(values: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Each value with all its bits mixed, by the 32-bit finalizer of MurmurHash3 (Appleby)."""
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        values = (values ^ (values >> np.uint32(shift))) * np.uint32(factor)
    return values ^ (values >> np.uint32(16))
