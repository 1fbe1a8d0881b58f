"""How near a text is to its gold, as the article-extraction-benchmark defines it.

Source: scrapinghub/article-extraction-benchmark, evaluate.py. Texts are compared as bags
of shingles of four words; each page counts the same, however long it is.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import mean

SHINGLE = 4
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Shingles of one page, as shares of all that are in its text, its gold, or both."""

    #: In both.
    right: float
    #: In the text only.
    added: float
    #: In the gold only.
    missed: float

    @property
    def precision(self) -> float:
        """Share of the text's shingles that the gold has; 1.0 where both are empty."""
        return _share(self.right, self.added, self.missed)

    @property
    def recall(self) -> float:
        """Share of the gold's shingles that the text has; 1.0 where both are empty."""
        return _share(self.right, self.missed, self.added)

    @property
    def f1(self) -> float:
        """Harmonic mean of both."""
        return harmonic(self.precision, self.recall)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """What a system reached on a set of pages."""

    #: Mean over the pages that it gives a text for.
    precision: float
    #: Mean over the pages whose gold has a text.
    recall: float
    #: Harmonic mean of these means, as the benchmark has it.
    f1: float
    #: Mean of the pages' own.
    page_f1: float


def match(text: str, gold: str) -> Match:
    """Compare a page's text with its gold."""
    ours, theirs = _shingles(text), _shingles(gold)
    right = (ours & theirs).total()
    added, missed = ours.total() - right, theirs.total() - right
    whole = (right + added + missed) or 1
    return Match(right=right / whole, added=added / whole, missed=missed / whole)


def score(matches: Iterable[Match]) -> Score:
    """Sum up the pages of a set; an empty text costs recall, never precision."""
    pages = list(matches)
    precision = _mean(page.precision for page in pages if page.right + page.added)
    recall = _mean(page.recall for page in pages if page.right + page.missed)
    return Score(
        precision=precision,
        recall=recall,
        f1=harmonic(precision, recall),
        page_f1=_mean(page.f1 for page in pages),
    )


def harmonic(precision: float, recall: float) -> float:
    """F1; 0 where both are."""
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _share(right: float, wrong: float, other: float) -> float:
    if not wrong and not other:
        return 1.0
    return right / (right + wrong) if right + wrong else 0.0


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    """Shingles and how often each is there; a shorter text is one shingle."""
    words = _WORD.findall(text)
    last = max(1, len(words) - SHINGLE + 1)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(last) if words)


def _mean(values: Iterable[float]) -> float:
    found = list(values)
    return mean(found) if found else 0.0
