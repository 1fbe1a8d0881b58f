"""Pairs that are copies by any rule of an editor are found, and no others are."""

from collections import Counter

from benchmarks.labelled_pairs import pairs
from benchmarks.pairs import by_ours

EACH = 8
#: Kinds whose words stay the same but for a few, wherever they stand.
FOUND = (
    "a sentence added",
    "typed again",
    "other line breaks",
    "syndicated by a vendor",
)


def test_copies_are_found_and_nothing_else() -> None:
    """Of the plain kinds each pair is found, of reposts most; of different posts none is."""
    labelled = list(pairs(EACH, seed=2))
    found = by_ours([text for one in labelled for text in (one.one, one.other)])["ours"]
    numbers = {(2 * number, 2 * number + 1): one for number, one in enumerate(labelled)}
    hits = Counter(one.kind for pair, one in numbers.items() if pair in found)
    assert all(hits[kind] == EACH for kind in FOUND)
    assert hits["repost with an introduction"] >= EACH - 1
    assert hits["typing mistakes mended"] >= EACH - 1
    assert all(pair in numbers and numbers[pair].is_same for pair in found)
