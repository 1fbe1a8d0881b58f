"""Which of several copies is kept: a choice that depends on the set of texts alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipelines.core.reasons import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two texts that are copies of one another, by their keys."""

    one: int
    other: int
    rule: Reason
    #: By that rule, above 0 to 1.
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Turned:
    """What a text is turned down for."""

    #: Key of the text that is kept instead.
    kept: int
    rule: Reason
    score: float


def turned_down(pairs: Iterable[Pair], rank: Mapping[int, int]) -> dict[int, Turned]:
    """Choose the texts that are turned down as near copies.

    The texts are gone through in order of their rank. One is turned down if it is a copy
    of a text that was kept before it; of several, the first in rank stands for it. So each
    is a direct copy of what stands in its place, there are no chains, and neither the order
    of `pairs` nor when a text came to the corpus matters.

    Args:
        pairs: Every pair of copies, each once.
        rank: The place of each text of `pairs`; what is kept comes first.
    """
    seniors: dict[int, list[tuple[int, Pair]]] = defaultdict(list)
    for pair in pairs:
        junior = max(pair.one, pair.other, key=rank.__getitem__)
        senior = pair.one + pair.other - junior
        seniors[junior].append((senior, pair))
    turned: dict[int, Turned] = {}
    for text in sorted(seniors, key=rank.__getitem__):
        kept = [(rank[senior], senior, pair) for senior, pair in seniors[text]]
        kept = [choice for choice in kept if choice[1] not in turned]
        if kept:
            _, senior, pair = min(kept, key=lambda choice: choice[0])
            turned[text] = Turned(kept=senior, rule=pair.rule, score=pair.score)
    return turned
