"""Texts as paragraphs and sentences, with the keys by which these are known again."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import islice

from pipelines.core.letters import words
from pipelines.core.recall import recalled

#: What parts two paragraphs; see stages.normalise.
BREAK = "\n\n"
_WORD = re.compile(r"\w+")
#: What parts words in ASCII.
_GAPS = {sign: " " for sign in range(128) if not _WORD.match(chr(sign))}
_ADDRESS = re.compile(r"(?:https?://|www\.|@)\S+")
#: The end of a sentence, and the space after it.
_END = re.compile(r"[.!?\u2026]['\"\u2019\u201d\u00bb)\]]*\s+|[\u3002\uff01\uff1f]\s*")
#: Ends of words that carry a point without ending a sentence: titles, initials, "e.g.".
_ABBREVIATED = re.compile(r"(?:\b[A-Z]\w{0,2}|\b\w\.\w|\bvs|\bbzw)\.\s+$")
#: Letters in a word, for scripts that put no spaces between words.
_LETTERS = 6
#: Words of a paragraph that may be the same as another but for a date, a number or a name.
_MOST_LOOSE = 40
#: Paragraphs of a text that is looked at for what recurs: a book has fewer, and a page made
#: of line breaks may have millions.
_MOST_PARAGRAPHS = 20_000
#: Sentences at an end of a paragraph that may be another's.
MOST_SENTENCES = 5
_MONTHS = frozenset(
    """january february march april may june july august september october november december
    januar februar maerz m\u00e4rz mai juni juli oktober dezember janvier f\u00e9vrier mars avril
    juin juillet ao\u00fbt septembre octobre novembre d\u00e9cembre enero febrero marzo abril
    mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio aprile
    maggio giugno luglio settembre ottobre dicembre januari februari maart mei augustus
    janeiro fevereiro mar\u00e7o maio junho julho setembro outubro novembro dezembro jan feb
    mar apr jun jul aug sep sept oct okt nov dec dez am pm st nd rd th""".split()  # noqa: SIM905
)


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A paragraph, or a sentence, and where it stands in its text."""

    #: Offset in characters.
    start: int
    text: str

    @property
    def end(self) -> int:
        """Offset of what follows it."""
        return self.start + len(self.text)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """Its words in lower case, without marks."""
        return tuple(words(self.text.casefold(), _WORD, _GAPS))

    @cached_property
    def length(self) -> int:
        """Its words; where it has few spaces, its letters by six."""
        return max(len(self.words), sum(map(len, self.words)) // _LETTERS)

    @cached_property
    def key(self) -> int:
        """The same for two that differ in marks and capitals only; 0 for one without words."""
        return hashed(self.words)

    @cached_property
    def loose_key(self) -> int:
        """The same for two that differ in numbers, dates, names and addresses only.

        A name is a word with a capital that does not begin the paragraph. 0 for long
        paragraphs, for those without words, and where only one word is not of that kind.
        """
        if not 0 < len(self.words) <= _MOST_LOOSE:
            return 0
        text = self.text
        if "://" in text or "www." in text or "@" in text:
            text = _ADDRESS.sub(" ", text)
        kept = [
            folded
            for at, word in enumerate(words(text, _WORD, _GAPS))
            if (at == 0 or not word[0].isupper())
            # A word of letters has no digit, and most are of these.
            and (word.isalpha() or not any(map(str.isdigit, word)))
            and (folded := word.casefold()) not in _MONTHS
        ]
        return 0 if len(kept) == 1 else hashed(("~", *kept))


def hashed(words: tuple[str, ...]) -> int:
    """A 64-bit key of some words, equal in every process."""
    if not words:
        return 0
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8)
    return int.from_bytes(digest.digest()) or 1


def is_endless(text: str) -> bool:
    """Whether a text has too many paragraphs to be looked at for what recurs."""
    return text.count(BREAK) >= _MOST_PARAGRAPHS


def paragraphs(text: str) -> list[Unit]:
    r"""The paragraphs of a text, in order, empty ones among them.

    >>> [(found.start, found.text) for found in paragraphs("One.\n\nTwo.")]
    [(0, 'One.'), (6, 'Two.')]
    """
    units = []
    start = 0
    for piece in text.split(BREAK):
        units.append(Unit(start=start, text=piece))
        start += len(piece) + len(BREAK)
    return units


def sentences(paragraph: Unit) -> list[Unit]:
    """The sentences of a paragraph; the space after one belongs to none.

    >>> [found.text for found in sentences(Unit(start=0, text="I am Dr. Alder. Call me!"))]
    ['I am Dr. Alder.', 'Call me!']
    """
    return list(_sentences(paragraph))


def beginnings(paragraph: Unit) -> list[Unit]:
    """The first sentence of a paragraph, the first two, and so on; never all of them."""
    said = list(islice(_sentences(paragraph), MOST_SENTENCES + 1))
    return [_between(paragraph, said[0].start, one.end) for one in said[:-1]]


def endings(paragraph: Unit) -> list[Unit]:
    """The last sentence of a paragraph, the last two, and so on; never all of them."""
    said = sentences(paragraph)[-MOST_SENTENCES - 1 :]
    return [_between(paragraph, one.start, said[-1].end) for one in said[:0:-1]]


@recalled
def keys_at_ends(first: str, last: str) -> tuple[int, ...]:
    """The keys of the beginnings of one paragraph and of the endings of another."""
    said = [*beginnings(Unit(start=0, text=first)), *endings(Unit(start=0, text=last))]
    return tuple(one.key for one in said)


def _between(paragraph: Unit, start: int, end: int) -> Unit:
    first = paragraph.start
    return Unit(start=start, text=paragraph.text[start - first : end - first])


def _sentences(paragraph: Unit) -> Iterator[Unit]:
    start = 0
    for found in _END.finditer(paragraph.text):
        said = paragraph.text[start : found.end()]
        if found.end() < len(paragraph.text) and not _ABBREVIATED.search(said[-12:]):
            yield Unit(start=paragraph.start + start, text=said.rstrip())
            start = found.end()
    if start < len(paragraph.text):
        yield Unit(start=paragraph.start + start, text=paragraph.text[start:])
