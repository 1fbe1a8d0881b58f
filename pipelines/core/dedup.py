"""When two texts are copies of one another: what is compared, what is proposed, what decides."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np

from pipelines.core.errors import ConfigError
from pipelines.core.letters import SPACED, words
from pipelines.core.reasons import Reason
from pipelines.core.shingles import Hashes, Sketcher, shingles

#: A word is a run of letters; scripts that put no space between words give one for each sign.
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]|[^\W\d_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What is kept of a text so that it can be compared without being read."""

    #: Digest of its words in order; empty where it has none, and is like no other text.
    digest: str
    #: The hash of each band of its sketch.
    bands: Hashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How alike two texts are, by their sets of shingles."""

    #: Size of the intersection over the size of the union.
    jaccard: float
    #: Size of the intersection over the size of the smaller set.
    containment: float
    #: Size of the smaller set over the size of the larger one.
    balance: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedup:
    """The settings of the comparison, section `[dedup]`, and what follows from them.

    Texts with the same words are copies. Of all others a sketch (MinHash, in bands)
    proposes pairs, and their texts decide: they are copies if their sets of shingles
    are nearly the same, or if nearly all of the shorter one is in the longer one, as in
    a repost with an introduction. A text that quotes a much shorter one whole is
    no copy of it: more of it is new than old.
    """

    version: ClassVar[int] = 2

    #: Least Jaccard similarity of near copies, above 0 to 1.
    threshold: float = 0.8
    #: Least share of the shorter text that the longer one has, above 0 to 1.
    containment: float = 0.9
    #: Least size of the shorter text against the longer one for that rule, above 0 to 1.
    least_balance: float = 0.5
    #: Hash values in a sketch; with more, fewer pairs are proposed in vain.
    permutations: int = 128
    #: Words in a shingle.
    shingle: int = 5

    def __post_init__(self) -> None:
        for name in ("threshold", "containment", "least_balance"):
            value = getattr(self, name)
            if not 0 < value <= 1:
                message = f"dedup.{name} must be above 0 and at most 1, not {value}."
                raise ConfigError(message)
        if self.permutations < 1 or self.shingle < 1:
            message = "dedup.permutations and dedup.shingle must be at least 1."
            raise ConfigError(message)

    @property
    def lowest(self) -> float:
        """The smallest Jaccard similarity that a pair of copies can have.

        Of two sets of sizes m <= n with c * m elements in common it is
        c * m / (m + n - c * m).
        """
        shared = self.containment * self.least_balance
        return min(self.threshold, shared / (1 + self.least_balance - shared))

    def signer(self) -> "Signer":
        """What makes the signatures of texts."""
        return _signer(self)

    def shingles(self, text: str) -> Hashes:
        """The set of shingles of a text."""
        return shingles(words_of(text), self.shingle)

    def rule(self, like: Likeness) -> tuple[Reason, float] | None:
        """By which rule two texts are copies, and its score; None where they are none."""
        if like.jaccard >= self.threshold:
            return Reason.DEDUP_NEAR, like.jaccard
        if like.containment >= self.containment and like.balance >= self.least_balance:
            return Reason.DEDUP_CONTAINED, like.containment
        return None


class Signer:
    """Makes signatures; it has tables of its own, so one serves many texts."""

    def __init__(self, dedup: Dedup) -> None:
        self._size = dedup.shingle
        self._sketch = Sketcher(dedup.lowest, dedup.permutations)

    def __call__(self, text: str) -> Signature:
        """The signature of a text."""
        words = words_of(text)
        if not words:
            return Signature(digest="", bands=np.empty(0, dtype=np.uint64))
        return Signature(digest=digest(words), bands=self._sketch(shingles(words, self._size)))


# Its tables take longer to make than the documents of a small site to sign.
@lru_cache(maxsize=1)
def _signer(dedup: Dedup) -> Signer:
    return Signer(dedup)


def words_of(text: str) -> list[str]:
    """The words by which texts are compared: letters alone, casefolded.

    >>> words_of("It's Week 12: \u201cBreathe\u201d")
    ['it', 's', 'week', 'breathe']
    """
    return words(text.casefold(), _WORD, SPACED)


def digest(words: Sequence[str]) -> str:
    """128 bits of the SHA-256 of words, as 32 hexadecimal digits."""
    joined = " ".join(words).encode("utf-8", "surrogatepass")
    return hashlib.sha256(joined).hexdigest()[:32]


def likeness(one: Hashes, other: Hashes) -> Likeness:
    """How alike two sets of shingles are; an empty set is like nothing."""
    smaller, larger = sorted((len(one), len(other)))
    if not smaller:
        return Likeness(jaccard=0.0, containment=0.0, balance=0.0)
    shared = len(np.intersect1d(one, other, assume_unique=True))
    return Likeness(
        jaccard=shared / (smaller + larger - shared),
        containment=shared / smaller,
        balance=smaller / larger,
    )
