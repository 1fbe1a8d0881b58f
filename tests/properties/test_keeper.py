"""Which of several copies is kept, over any graph of copies."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.keeper import deciding

TEXTS = 12
Pairs = list[tuple[int, int]]

PAIRS = st.lists(
    st.tuples(st.integers(0, TEXTS - 1), st.integers(0, TEXTS - 1)).filter(
        lambda two: two[0] != two[1]
    ),
    unique_by=lambda two: (min(two), max(two)),
)


def chosen(pairs: Pairs) -> dict[int, int]:
    """What is kept for each text that is turned down."""
    one, other = np.array(pairs, dtype=np.int64).reshape(-1, 2).T
    found = [pairs[place] for place in deciding(one, other)]
    return {max(pair): min(pair) for pair in found}


def one_by_one(pairs: Pairs) -> dict[int, int]:
    """The same as the rule says it: in order of rank, the first that was kept stands for it."""
    turned: dict[int, int] = {}
    for text in range(TEXTS):
        seniors = {min(pair) for pair in pairs if max(pair) == text} - turned.keys()
        if seniors:
            turned[text] = min(seniors)
    return turned


@given(PAIRS)
def test_texts_are_turned_down_in_order_of_their_rank(pairs: Pairs) -> None:
    """All at once or one by one: the same texts go, and the same stand for them."""
    assert chosen(pairs) == one_by_one(pairs)


@given(PAIRS)
def test_of_each_pair_one_is_turned_down(pairs: Pairs) -> None:
    """No two copies are published, and what stands for a copy is a copy of it, and kept."""
    turned = chosen(pairs)
    verified = {(min(pair), max(pair)) for pair in pairs}
    assert all(one in turned or other in turned for one, other in pairs)
    assert {(kept, text) for text, kept in turned.items()} <= verified
    assert turned.keys().isdisjoint(turned.values())


@given(PAIRS, st.data())
def test_the_order_of_pairs_does_not_matter(pairs: Pairs, data: st.DataObject) -> None:
    """The same pairs in another order, and each the other way round, turn down the same."""
    others = [(other, one) for one, other in data.draw(st.permutations(pairs))]
    assert chosen(others) == chosen(pairs)
