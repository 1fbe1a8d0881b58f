"""The likeness of two texts is what the definition says, in every process."""

import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from datasketch import MinHash

from pipelines.core.dedup import likeness
from pipelines.core.shingles import RECALL, Hashes, Sketcher, band_shape, shingles


def jaccard(one: Hashes, other: Hashes) -> float:
    """The similarity of two sets."""
    return likeness(one, other).jaccard


@pytest.mark.parametrize("threshold", [0.3, 0.5, 0.7, 0.8, 0.9, 1.0])
def test_bands_find_a_pair_at_the_threshold(threshold: float) -> None:
    """By the formula of banding, such a pair is proposed with at least RECALL."""
    bands, rows = band_shape(threshold, 128)

    assert bands * rows <= 128
    assert 1 - (1 - threshold**rows) ** bands >= RECALL


def test_sketches_agree_where_those_of_datasketch_do() -> None:
    """Two sets share just the values that they share in its MinHash of the same permutations."""
    # At this threshold each band is one value.
    sketch = Sketcher(0.01, 128)
    elements = np.random.default_rng(7).integers(0, 2**64, 9000, dtype=np.uint64)
    one, other = elements[:6000], elements[2000:]
    theirs = [MinHash(128, seed=1, scheme="affine32", hashfunc=int) for _ in range(2)]
    for made, found in zip(theirs, (one, other), strict=True):
        made.update_batch((found >> np.uint64(32)).tolist())

    shared = theirs[0].hashvalues == theirs[1].hashvalues
    assert 0 < shared.sum() < 128
    assert (sketch(one) == sketch(other)).tolist() == shared.tolist()


def test_nearly_every_pair_at_the_threshold_is_proposed() -> None:
    """Of 200 pairs of sets with a similarity of 0.8, at least 194 share a band."""
    sketch = Sketcher(0.8, 128)
    draw = np.random.default_rng(7)
    proposed = 0
    for _ in range(200):
        sets = draw.integers(0, 2**64, 1000, dtype=np.uint64)
        one, other = sketch(sets[:900]), sketch(sets[100:])
        proposed += bool((one == other).any())

    assert proposed >= 194


def test_shingles_are_a_set_of_word_grams() -> None:
    """The similarity of the hashed sets is that of the sets of word tuples."""
    one, other = list("abcdefgabcde"), list("abcdefh")

    def grams(words: list[str]) -> set[tuple[str, ...]]:
        return {tuple(words[i : i + 3]) for i in range(len(words) - 2)}

    left, right = grams(one), grams(other)
    assert jaccard(shingles(one, 3), shingles(other, 3)) == len(left & right) / len(left | right)


def test_fewer_words_than_a_shingle_are_one_shingle() -> None:
    """Short texts are alike when they are the same, and not otherwise."""
    texts = [["a"], ["b"], ["a", "b"], ["b", "a"], ["a", "b", "c"]]

    for one, other in itertools.product(texts, texts):
        assert jaccard(shingles(one, 5), shingles(other, 5)) == float(one == other)


def test_hashes_do_not_depend_on_the_process(tmp_path: Path) -> None:
    """Another hash seed gives the same bands, so the same proposals."""
    program = (
        "from pipelines.core.shingles import Sketcher, shingles;"
        "print(Sketcher(0.8, 128)(shingles('to be or not to be that is'.split(), 5)).tolist())"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            cwd=tmp_path,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }

    assert len(printed) == 1
    assert b"[" in printed.pop()
