"""Turns down copies, so that no text counts twice; a sketch proposes, the text decides.

The same address under another spelling, the same words, and nearly the same words are
three reasons. Of several copies the one that was published first is kept.
"""

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import ClassVar

import numpy as np

from pipelines.core.document import Document, Twin
from pipelines.core.errors import ConfigError
from pipelines.core.reasons import Reason
from pipelines.core.shingles import Hashes, Sketcher, jaccard, shingles

#: Stands for a missing date, so that it comes last.
_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dedup:
    """Rejects what is there already, and names the document that is kept instead.

    Of documents with one id the one fetched last is kept. Of documents with the same or
    nearly the same words the one published first is kept (no date counts as last), then
    the longest, then the one with the smallest id. In that order a document is turned
    down if it is like one that was kept before it; so each is a direct copy of what
    stands in its place, and there are no chains.

    Keys and sketches of all documents are in memory, and the shingles of those that are
    proposed, but no texts: `documents` is read three times.
    """

    version: ClassVar[int] = 1

    #: Least Jaccard similarity of two sets of shingles for near copies, above 0 to 1.
    threshold: float = 0.8
    #: Hash values in a sketch; with more, fewer pairs are proposed in vain.
    permutations: int = 128
    #: Words in a shingle.
    shingle: int = 5

    def __post_init__(self) -> None:
        if not 0 < self.threshold <= 1:
            message = f"dedup.threshold must be above 0 and at most 1, not {self.threshold}."
            raise ConfigError(message)
        if self.permutations < 1 or self.shingle < 1:
            message = "dedup.permutations and dedup.shingle must be at least 1."
            raise ConfigError(message)

    def __call__(self, documents: Iterable[Document], /) -> Iterator[Document]:
        """Yield each of `documents` once, in order; an iterator is first read to its end."""
        again = tuple(documents) if isinstance(documents, Iterator) else documents
        census = _Census(Sketcher(self.threshold, self.permutations), self.shingle)
        for position, document in enumerate(again):
            census.add(position, document)
        verdicts = self._verdicts(census, again)
        copies = census.earlier + Counter(twin.kept_id for _, twin in verdicts.values())
        for position, document in enumerate(again):
            if document.rejection is not None:
                yield document
            elif position in verdicts:
                reason, twin = verdicts[position]
                detail = f"{twin.score:.4f} like {twin.kept_url}, which is kept: {twin.why}"
                yield replace(document.reject(reason, detail), twin=twin)
            else:
                yield replace(document, duplicate_count=copies[document.id])

    def _verdicts(self, census: "_Census", documents: Iterable[Document]) -> "_Verdicts":
        """What is turned down, by position."""
        newest = _newest(census.keys)
        older = [key for key in census.keys if newest[key.id] is not key]
        ranked = sorted(newest.values(), key=_seniority)
        first = _first_with_words(ranked)
        proposed = census.proposed(list(first.values()))
        heads = [newest[key.id] for key in older]
        leaders = [first.get(head.words, head) for head in heads]
        wanted = {key.position for key in (*proposed, *older, *heads, *leaders)}
        sets = _shingles_at(wanted, documents, self.shingle)
        near = self._near(census, proposed, sets)
        verdicts = dict(_same_or_near(ranked, first, near))
        for key, head, leader in zip(older, heads, leaders, strict=True):
            stays = head
            if head.position in verdicts:
                stays = near[leader.position][0] if leader.position in near else leader
            same = key.words == stays.words
            score = 1.0 if same else jaccard(sets[key.position], sets[stays.position])
            verdicts[key.position] = Reason.DEDUP_URL, _twin(stays, score, "fetched later")
        return verdicts

    def _near(
        self, census: "_Census", proposed: "Sequence[_Key]", sets: Mapping[int, Hashes]
    ) -> "_Near":
        """The verified copies among `proposed`, which are in order of seniority."""
        near: _Near = {}
        kept_in: dict[tuple[int, int], list[int]] = defaultdict(list)
        for rank, key in enumerate(proposed):
            marks = list(enumerate(census.bands_of(key)))
            for other in sorted({other for mark in marks for other in kept_in.get(mark, ())}):
                kept = proposed[other]
                score = jaccard(sets[kept.position], sets[key.position])
                if score >= self.threshold:
                    near[key.position] = kept, score
                    break
            else:
                for mark in marks:
                    kept_in[mark].append(rank)
        return near


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """What the rules need to know of a document, without its text."""

    #: Its place in the census, and its place in the input.
    row: int
    position: int
    id: str
    url: str
    fetched_at: datetime
    published_at: datetime | None
    #: Characters of the text.
    length: int
    #: Digest of the words that are compared; empty where there are none.
    words: bytes


#: The reason and the twin of what is turned down, by position.
_Verdicts = dict[int, tuple[Reason, Twin]]
#: The document that is kept and the score, by the position of its near copy.
_Near = dict[int, tuple[_Key, float]]


class _Census:
    """The first reading: a key and a sketch of each document that nobody has rejected."""

    def __init__(self, sketch: Sketcher, size: int) -> None:
        self.keys: list[_Key] = []
        #: Copies that were turned down before, by the id of what is kept.
        self.earlier: Counter[str] = Counter()
        self._sketch = sketch
        self._size = size
        self._bands = array("Q")

    def add(self, position: int, document: Document) -> None:
        """Take note of `document`, unless it has been rejected."""
        if document.rejection is not None:
            if document.rejection.reason.part == "dedup" and document.twin is not None:
                self.earlier[document.twin.kept_id] += 1
            return
        words = _words(document)
        key = _Key(
            row=len(self.keys),
            position=position,
            id=document.id,
            url=document.url,
            fetched_at=document.fetched_at,
            published_at=document.published_at,
            length=len(document.text),
            words=_digest(words),
        )
        self.keys.append(key)
        self._bands.frombytes(self._sketch(shingles(words, self._size)).tobytes())

    def bands_of(self, key: _Key) -> list[int]:
        """The hash of each band of its sketch."""
        width = self._sketch.bands
        return self._bands[key.row * width : (key.row + 1) * width].tolist()

    def proposed(self, keys: Sequence[_Key]) -> list[_Key]:
        """Those of `keys` that share a band with another of them, in the same order."""
        if len(keys) < 2:  # noqa: PLR2004 - a pair
            return []
        rows = np.fromiter((key.row for key in keys), dtype=np.intp, count=len(keys))
        table = np.frombuffer(self._bands, dtype=np.uint64).reshape(-1, self._sketch.bands)
        shared = np.zeros(len(keys), dtype=bool)
        for column in table.T:
            _, inverse, counts = np.unique(column[rows], return_inverse=True, return_counts=True)
            shared |= counts[inverse] > 1
        return [keys[index] for index in np.flatnonzero(shared).tolist()]


def _words(document: Document) -> list[str]:
    """The words by which a document is compared.

    The normalised text keeps only the letters a to z. Where it holds fewer than half as
    many words as the text, as in another script, the text itself is taken, casefolded.
    """
    normalised = document.normalized_text.split()
    plain = document.text.split()
    if 2 * len(normalised) < len(plain):
        return document.text.casefold().split()
    return normalised


def _digest(words: Sequence[str]) -> bytes:
    text = " ".join(words).encode("utf-8", "surrogatepass")
    return hashlib.sha256(text).digest() if words else b""


def _newest(keys: Iterable[_Key]) -> dict[str, _Key]:
    """The key of each id that was fetched last; of several, the one with the smallest URL."""
    newest: dict[str, _Key] = {}
    for key in keys:
        best = newest.setdefault(key.id, key)
        if (key.fetched_at, best.url, best.words) > (best.fetched_at, key.url, key.words):
            newest[key.id] = key
    return newest


def _seniority(key: _Key) -> tuple[datetime, int, str]:
    """What is kept comes first."""
    return key.published_at or _NEVER, -key.length, key.id


def _first_with_words(ranked: Iterable[_Key]) -> dict[bytes, _Key]:
    first: dict[bytes, _Key] = {}
    for key in ranked:
        if key.words:
            first.setdefault(key.words, key)
    return first


def _shingles_at(
    positions: set[int], documents: Iterable[Document], size: int
) -> dict[int, Hashes]:
    """The second reading: the shingles of the documents at `positions`."""
    if not positions:
        return {}
    return {
        position: shingles(_words(document), size)
        for position, document in enumerate(documents)
        if position in positions
    }


def _same_or_near(
    ranked: Iterable[_Key], first: Mapping[bytes, _Key], near: _Near
) -> Iterator[tuple[int, tuple[Reason, Twin]]]:
    """Pass the verdict on the first of each text on to the others with the same words."""
    for key in ranked:
        leader = first.get(key.words, key)
        if leader.position in near:
            kept, score = near[leader.position]
            yield key.position, (Reason.DEDUP_NEAR, _twin(kept, score, _why(kept, key)))
        elif leader is not key:
            yield key.position, (Reason.DEDUP_EXACT, _twin(leader, 1.0, _why(leader, key)))


def _twin(kept: _Key, score: float, why: str) -> Twin:
    return Twin(kept_id=kept.id, kept_url=kept.url, score=round(score, 4), why=why)


def _why(kept: _Key, removed: _Key) -> str:
    """The rule by which `kept` comes before `removed`."""
    one, other = _seniority(kept), _seniority(removed)
    if one[0] != other[0]:
        return "published earlier"
    return "longer" if one[1] != other[1] else "smaller id"
