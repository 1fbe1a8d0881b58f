"""How alike two texts are: sets of hashed word n-grams, and the sketch that proposes pairs.

The only home of datasketch.
"""

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
#: Elements that are permuted at once, so that a huge text takes 32 MiB and not more.
_BATCH = 1 << 16
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
        # It imports scipy, for which the workers that only extract need not wait.
        from datasketch import MinHash  # noqa: PLC0415 - see above

        self.bands, self._rows = band_shape(threshold, permutations)
        self._empty = MinHash(permutations, seed=_SEED, scheme="affine32", hashfunc=int)

    def __call__(self, elements: Hashes) -> Hashes:
        """The hash of each band of the sketch of `elements`."""
        sketch = self._empty.copy()
        for start in range(0, len(elements), _BATCH):
            sketch.update_batch((elements[start : start + _BATCH] >> _SHIFT).tolist())
        values = sketch.hashvalues[: self.bands * self._rows].astype(np.uint64)
        return _folded(values.reshape(self.bands, self._rows))
