"""Which of several copies is kept, over any graph of copies."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from pipelines.core.keeper import Pair, turned_down
from pipelines.core.reasons import Reason

TEXTS = 12


def pair(one: int, other: int) -> Pair:
    """Two texts that are copies, with a score of their own."""
    score = 0.8 + (one * TEXTS + other) / 1000
    return Pair(one=one, other=other, rule=Reason.DEDUP_NEAR, score=score)


PAIRS = st.lists(
    st.tuples(st.integers(0, TEXTS - 1), st.integers(0, TEXTS - 1))
    .filter(lambda two: two[0] < two[1])
    .map(lambda two: pair(*two)),
    unique_by=lambda one: (one.one, one.other),
)
RANKS = st.permutations(range(TEXTS)).map(lambda places: dict(enumerate(places)))


@given(PAIRS, RANKS)
def test_what_stands_for_a_copy_is_published_and_like_it(
    pairs: list[Pair], rank: dict[int, int]
) -> None:
    """There are no chains: each copy was held against the very text that is kept for it."""
    verified = {(one.one, one.other): one for one in pairs}
    for text, turned in turned_down(pairs, rank).items():
        one = verified[min(text, turned.kept), max(text, turned.kept)]
        assert turned.kept not in turned_down(pairs, rank)
        assert rank[turned.kept] < rank[text]
        assert (turned.rule, turned.score) == (one.rule, one.score)


@given(PAIRS, RANKS)
def test_no_two_copies_are_published(pairs: list[Pair], rank: dict[int, int]) -> None:
    """Of each pair of copies one is turned down, at least."""
    turned = turned_down(pairs, rank)
    assert all(one.one in turned or one.other in turned for one in pairs)


@given(PAIRS, RANKS, st.data())
def test_the_order_of_pairs_does_not_matter(
    pairs: Sequence[Pair], rank: dict[int, int], data: st.DataObject
) -> None:
    """The same pairs in another order, and each the other way round, turn down the same."""
    others = [
        Pair(one=one.other, other=one.one, rule=one.rule, score=one.score)
        for one in data.draw(st.permutations(pairs))
    ]
    assert turned_down(others, rank) == turned_down(pairs, rank)
