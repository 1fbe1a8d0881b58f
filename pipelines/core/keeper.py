"""Which of several copies is kept: a choice that depends on the set of texts alone."""

import numpy as np
import numpy.typing as npt

#: Ranks of texts, or places in such an array.
Numbers = npt.NDArray[np.int64]


def deciding(one: Numbers, other: Numbers) -> Numbers:
    """Choose the texts that are turned down as near copies, each by the pair that decides it.

    The texts are gone through in order of their rank. One is turned down if it is a copy
    of a text that was kept before it; of several, the first in rank stands for it. So each
    is a direct copy of what stands in its place, there are no chains, and neither the order
    of the pairs nor when a text came to the corpus matters.

    Texts whose seniors are all decided are decided together, so that the passes are as many
    as a chain of copies is long, and each is over the pairs that are still open.

    Args:
        one: Rank of a text of each pair of copies, from 0; what is kept comes first.
        other: That of the other one.

    Returns:
        The places in `one` and `other` of the pairs that decide: the junior of each is turned
        down, its senior is kept. They are in order of the juniors.
    """
    senior, junior = np.minimum(one, other), np.maximum(one, other)
    is_turned = np.zeros(junior.max(initial=-1) + 1, dtype=bool)
    is_open = is_turned.copy()
    is_open[junior] = True
    waits = is_turned.copy()
    pairs = np.lexsort((senior, junior))
    ordered = pairs
    while len(pairs):
        older, newer = senior[pairs], junior[pairs]
        copies = newer[~(is_open[older] | is_turned[older])]
        is_turned[copies] = True
        is_open[copies] = False
        waits[newer] = False
        waits[newer[is_open[older]]] = True
        is_open[newer] &= waits[newer]
        pairs = pairs[is_open[newer]]
    is_deciding = is_turned[junior[ordered]] & ~is_turned[senior[ordered]]
    found = ordered[is_deciding]
    return found[np.unique(junior[found], return_index=True)[1]]
