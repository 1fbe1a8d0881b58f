"""The posts of a site as keys of their paragraphs, and which of them are copies."""

import hashlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from pipelines.core.paragraphs import BREAK, Unit, paragraphs
from pipelines.core.recall import recalled
from pipelines.core.template_cues import kind_of

#: Share of a text's words in paragraphs that one and the same set of texts has, from
#: which on these texts are copies.
_MOST = 0.5
_WRAP = (1 << 64) - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedText:
    """A text, and for each of its paragraphs the keys and the length of it."""

    text: str
    keys: "array[int]"
    loose_keys: "array[int]"
    lengths: "array[int]"

    @property
    def pieces(self) -> list[str]:
        """Its paragraphs as they stand."""
        return self.text.split(BREAK)

    @property
    def units(self) -> list[Unit]:
        """Its paragraphs, made anew each time: a site has too many to keep."""
        units = paragraphs(self.text)
        known = zip(units, self.keys, self.loose_keys, self.lengths, strict=True)
        for unit, key, loose_key, length in known:
            vars(unit).update(key=key, loose_key=loose_key, length=length)
        return units

    @property
    def outermost(self) -> list[Unit]:
        """The first and the last of its paragraphs that have words; none if no one has."""
        pieces = self.pieces
        worded = [at for at, key in enumerate(self.keys) if key]
        return [
            Unit(start=sum(map(len, pieces[:at])) + at * len(BREAK), text=pieces[at])
            for at in (*worded[:1], *worded[-1:])
        ]


def keyed(text: str) -> KeyedText:
    """Read a text once; 24 bytes a paragraph are kept of it."""
    keys, loose_keys, lengths = map(_numbers, _read(text))
    return KeyedText(text=text, keys=keys, loose_keys=loose_keys, lengths=lengths)


@recalled
def _read(text: str) -> tuple[bytes, bytes, bytes]:
    """The keys, loose keys and lengths of the paragraphs, 8 bytes each."""
    units = paragraphs(text)
    read = (
        (unit.key for unit in units),
        (unit.loose_key for unit in units),
        (unit.length for unit in units),
    )
    keys, loose_keys, lengths = (array("Q", numbers).tobytes() for numbers in read)
    return keys, loose_keys, lengths


def _numbers(packed: bytes) -> "array[int]":
    numbers = array("Q")
    numbers.frombytes(packed)
    return numbers


def groups(texts: Sequence[KeyedText]) -> list[int]:
    """A number for each text, the same for those that are copies of each other.

    Each paragraph that stands in more than one text is marked with the sum of the hashes
    of these texts, so that paragraphs of the same texts have the same mark. A text half
    of whose words have one mark is a copy of the others with it. Paragraphs that say of
    themselves that they are of a template do not count: they are what posts may share.

    Returns:
        Numbers that depend on the texts alone, not on their order.
    """
    hashes = [_hash(text) for text in texts]
    marks = _marks(texts, hashes)
    told: dict[int, bool] = {}
    return [_group(text, own, marks, told) for text, own in zip(texts, hashes, strict=True)]


def _hash(text: KeyedText) -> int:
    return int.from_bytes(hashlib.blake2b(text.keys.tobytes(), digest_size=8).digest())


def _marks(texts: Sequence[KeyedText], hashes: Sequence[int]) -> dict[int, int]:
    counts: Counter[int] = Counter()
    for text in texts:
        counts.update(set(text.keys))
    marks = {key: 0 for key, count in counts.items() if count > 1 and key}
    for text, own in zip(texts, hashes, strict=True):
        for key in set(text.keys) & marks.keys():
            marks[key] = (marks[key] + own) & _WRAP
    return marks


def _group(text: KeyedText, own: int, marks: dict[int, int], told: dict[int, bool]) -> int:
    if marks.keys().isdisjoint(text.keys):
        return own
    words: dict[int, int] = defaultdict(int)
    for key, length, piece in zip(text.keys, text.lengths, text.pieces, strict=True):
        if key in marks and key not in told:
            told[key] = kind_of(Unit(start=0, text=piece)) is not None
        if not told.get(key, False):
            words[marks.get(key, 0)] += length
    shared = max((mark for mark in words if mark), key=lambda mark: (words[mark], mark), default=0)
    return shared if shared and words[shared] >= _MOST * sum(words.values()) else own


def frequent(sets: Iterable[AbstractSet[int]], copies: Sequence[int], least: int) -> dict[int, int]:
    """In how many texts that are no copies each key stands, if in `least` of them.

    Args:
        sets: The keys of each text.
        copies: What `groups` says of these texts.
        least: Texts below which a key is left out.
    """
    sizes = Counter(copies)
    counts: Counter[int] = Counter()
    counted: defaultdict[int, set[int]] = defaultdict(set)
    for keys, copy in zip(sets, copies, strict=True):
        if sizes[copy] > 1:
            counts.update(keys - counted[copy])
            counted[copy] |= keys
        else:
            counts.update(keys)
    return {key: count for key, count in counts.items() if count >= least}
