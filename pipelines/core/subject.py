"""How much a text is about therapy or mental health, by weighted terms that can be read."""

import re
import tomllib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pipelines.core import letters
from pipelines.core.letters import SPACED, folded, unmarked
from pipelines.core.recall import recalled

#: Characters of a text that are read.
_MOST = 60_000
#: How often a term counts at most: a text that repeats one word is not about more.
_MOST_OF_A_TERM = 4
#: How often the words of the title count.
_TITLE = 3
#: Points per page at which the score is one half, and words of a page.
_HALF = 13.0
_PAGE = 300
#: How far the length of a text divides its points: less than 1, because a long text need
#: not repeat itself to stay with its subject, and terms count four times at most.
_LENGTH = 0.8
#: Words below which a text is taken for one of this length.
_SHORT = 60
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """The score of a text and what made it."""

    #: 0 to 1.
    score: float
    #: The strongest terms with their counts: "therapy 4".
    terms: tuple[str, ...]


@recalled
def find(title: str, text: str, language: str | None) -> Finding | None:
    """Score how much a text is about therapy or mental health.

    Points are the sum over terms of weight times count (4 at most), per 300 words to the
    power of 0.8; the score is points / (points + 13), so that it lies in 0..1.

    Returns:
        None for languages that the terms are not known in.
    """
    terms = _terms().get((language or "").partition("-")[0])
    if terms is None:
        return None
    words = _words(text[:_MOST])
    counts: Counter[str] = Counter()
    for word, times in Counter([*words, *_words(title[:300]) * _TITLE]).items():
        may_be = word[: terms.least] in terms.beginnings
        if may_be and (stem := terms.stem(word)) is not None:
            counts[stem] += times
    points = {
        stem: terms.weights[stem] * min(count, _MOST_OF_A_TERM) for stem, count in counts.items()
    }
    pages = max(len(words), _SHORT) / _PAGE
    density = sum(points.values()) / pages**_LENGTH
    strongest = sorted(points, key=lambda stem: (-points[stem], stem))[:3]
    return Finding(
        score=round(density / (density + _HALF), 3),
        terms=tuple(f"{stem} {counts[stem]}" for stem in strongest),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Terms:
    weights: Mapping[str, float]
    #: Terms that stand for every word that begins with them.
    open: frozenset[str]
    shortest: int
    longest: int
    #: What all terms begin with, as many letters as the shortest of them has.
    beginnings: frozenset[str]
    least: int

    def stem(self, word: str) -> str | None:
        """The term that a word is one of."""
        if word in self.weights and word not in self.open:
            return word
        for end in range(min(len(word), self.longest), self.shortest - 1, -1):
            if word[:end] in self.open:
                return word[:end]
        return None


@cache
def _terms() -> Mapping[str, _Terms]:
    """The terms of each language."""
    text = files("pipelines.core").joinpath("subject.toml").read_text(encoding="utf-8")
    return {name: _of_language(levels) for name, levels in tomllib.loads(text).items()}


def _of_language(levels: Mapping[str, str]) -> _Terms:
    weights = {"core": 3.0, "near": 2.0, "everyday": 1.0}
    found: dict[str, float] = {}
    stems: set[str] = set()
    for level, weight in weights.items():
        for term in folded(levels[level]).split():
            bare = term.removesuffix("*")
            found[bare] = weight
            if term != bare:
                stems.add(bare)
    sizes = [len(stem) for stem in stems] or [1]
    least = min(map(len, found))
    return _Terms(
        weights=found,
        open=frozenset(stems),
        shortest=min(sizes),
        longest=max(sizes),
        beginnings=frozenset(term[:least] for term in found),
        least=least,
    )


def _words(text: str) -> list[str]:
    """The words of a text, folded."""
    return letters.words(folded(unmarked(text)), _WORD, SPACED)
