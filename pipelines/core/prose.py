"""Measures a text as those did who filtered the web for language models; pure arithmetic.

Where a source leaves a choice or means English alone, the comments here say what was chosen.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

from pipelines.core.measures import Measures

#: Gopher's list: a document of English prose has at least two of them.
_STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
#: Gopher says "bullet point" and means one sign; posts have these.
_BULLETS = ("-", "*", "\u2022", "\u25cf", "\u2023", "\u00b7", "\u25aa", "\u2013")
_ELLIPSES = ("...", "\u2026")
#: Gopher bounds hashes and ellipses one by one; their sum is never less than either.
_SYMBOLS = ("#", *_ELLIPSES)
#: Marks that end sentences in any script. C4 has . ! ? and the quotation mark; a paragraph
#: before a list ends in a colon, and many end in a bracket.
_TERMINALS = (
    *(".", "!", "?", '"', "'", ":", ";", ")", "\u201d", "\u2019", "\u2026", "\u00bb"),
    *("\u3002", "\uff01", "\uff1f", "\u061f", "\u06d4", "\u0964", "\u104b", "\u17d4"),
    *("\u300d", "\u300f", "\uff09"),
)
#: C4 asks a tokenizer of English for sentences; this counts their ends, also where a quotation
#: or a bracket closes with them.
_END = r"[.!?\u2026\u3002\uff01\uff1f\u061f\u06d4\u0964\u104b\u17d4]"
_SENTENCE = re.compile(
    # Beginning with one sign and not with some, it is looked for without trying it everywhere.
    rf"{_END}{_END}*"
    r"[\"')\u2019\u201d\u00bb\u300d\u300f\uff09]*(?=\s|$|[\u3040-\u9fff])"
)
_TECHNICAL = re.compile(r"\bjavascript\b|\bcookies?\b|\blorem ipsum\b", re.IGNORECASE)
_TECHNICAL_HINTS = ("javascript", "cookie", "lorem ipsum")
_SHORT = 30
#: Words from which on repetition is measured; a shorter text repeats by chance.
_LEAST = 20
#: Scripts that put no spaces between words; each character counts as a word there.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3001-\u30ff\u3400-\u9fff\uff01-\uff1f"
_Places = NDArray[np.int64]
_NOWHERE: _Places = np.empty(0, dtype=np.int64)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORD = re.compile(rf"[{_UNSPACED}]|[^\s{_UNSPACED}]+")

#: Words of dummy text that no language has a use for; "dolor" is Spanish for pain.
_DUMMY = re.compile(
    r"\b(?:lorem|ipsum|consectetur|adipiscing|eiusmod|incididunt|nostrud|ullamco|laboris|"
    r"reprehenderit|cillum|fugiat|pariatur|excepteur|cupidatat|proident|deserunt|mollit|"
    r"laborum|pellentesque|curabitur|vivamus|tincidunt|ullamcorper)\b",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"\b(?:cookies?|javascript)\b", re.IGNORECASE)
#: What makes a notice of cookies: those that are baked have no browser.
_WEB = re.compile(r"\b(?:websites?|browsers?|consent|privacy policy|enable)\b", re.IGNORECASE)
#: How often the words of notices and dummy texts occur at the least where they are the subject.
#: Of 412 real articles none has more than one in 900 words, dummy text has one in five.
_FILLED = 0.04
_SEPARATOR = re.compile(r"[,;|\u00b7\u2022\u060c\u3001\uff0c]")
#: Items of a line from which on it is a list of keywords, and the words of one.
_ITEMS = 10
_ITEM_WORDS = 4
#: Words of a line in a menu, at the most; a line of verse has as few, but no capitals in it.
_MENU_WORDS = 5


def words_of(text: str) -> list[str]:
    """The words of a text; in scripts without spaces, its characters."""
    return _WORD.findall(text) if _HAS_UNSPACED.search(text) else text.split()


def measure(text: str) -> Measures:
    """Measure a text of paragraphs; linear in its length."""
    words = words_of(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if not words:
        return Measures()
    runs, distinct, lowered = _Runs(words), set(lines), text.lower()
    measured = Measures(
        mean_word_length=_round(runs.characters / len(words)),
        symbols_per_word=_round(sum(map(text.count, _SYMBOLS)) / len(words)),
        bullet_lines=_share(lines, lambda line: line.lstrip().startswith(_BULLETS)),
        ellipsis_lines=_share(lines, lambda line: line.rstrip().endswith(_ELLIPSES)),
        alphabetic_words=_round(_with_letter(words) / len(words)),
        stop_words=float(_stop_words({*words})),
        repeated_lines=_round(1 - len(distinct) / len(lines)),
        repeated_line_characters=_round(1 - sum(map(len, distinct)) / sum(map(len, lines))),
        top_2gram=runs.top(2),
        top_3gram=runs.top(3),
        top_4gram=runs.top(4),
        repeated_5gram=runs.repeated(5),
        repeated_10gram=runs.repeated(10),
        terminal_lines=_share(lines, lambda line: line.rstrip().endswith(_TERMINALS)),
        sentences=float(len(_SENTENCE.findall(text))),
        braces_per_word=_round(sum(map(text.count, "{}")) / len(words)),
        technical_lines=_technical(lowered, lines),
        short_lines=_share(lines, lambda line: len(line) < _SHORT),
        words_per_line=_round(len(words) / len(lines)),
        unreadable=_round(text.count("\ufffd") / len(text)),
    )
    return _with_confidence(measured, _filler(text, lowered, len(words)), words, lines)


def _with_confidence(
    measured: Measures, other: float, words: list[str], lines: list[str]
) -> Measures:
    """The measures with their summary; each part is 1 where prose has nothing to hide.

    Text of another kind than prose can have all of them, so that its share is taken off.
    """
    parts = (
        min(1.0, 2 * measured.terminal_lines),
        max(0.0, 2 * measured.alphabetic_words - 1),
        1 - measured.repeated_line_characters,
        1 - measured.repeated_10gram,
        1 - min(1.0, 5 * (measured.braces_per_word + measured.symbols_per_word)),
        1 - measured.bullet_lines / 2,
        1 - min(1.0, 20 * measured.unreadable),
    )
    if not measured.sentences and len(words) >= _LEAST:
        other = max(other, _keywords(lines, len(words)), _menu(words, measured.words_per_line))
    return replace(measured, prose_confidence=_round(fmean(parts) * (1 - other)))


def _filler(text: str, lowered: str, words: int) -> float:
    """How surely it is dummy text or a notice of cookies, by the words that make those.

    Dummy text counts half, so that it is told and not rejected: it stands in posts whose
    titles are real, on blogs that somebody has begun and means to fill.
    """
    dummy = len(_DUMMY.findall(text)) if "ipsum" in lowered else 0
    notices = 0
    if "cookie" in lowered or "javascript" in lowered:
        # Each needs a word of the web beside it, and one pair proves nothing.
        notices = min(len(_NOTICE.findall(text)), len(_WEB.findall(text)))
    shares = (min(1.0, found / words / _FILLED) for found in (dummy, notices if notices > 1 else 0))
    return max(share * weight for share, weight in zip(shares, (0.5, 1.0), strict=True))


def _keywords(lines: Sequence[str], words: int) -> float:
    """The share of words in lines that are long lists of short items."""
    listed = 0
    for line in lines:
        items = len(_SEPARATOR.findall(line)) + 1
        size = len(line.split())
        if items >= _ITEMS and size <= _ITEM_WORDS * items:
            listed += size
    return min(1.0, listed / words)


def _menu(words: Sequence[str], words_per_line: float) -> float:
    """The share of words with a capital, where lines are as short as those of a menu."""
    if words_per_line >= _MENU_WORDS:
        return 0.0
    return sum(word[0].isupper() for word in words) / len(words)


def _technical(lowered: str, lines: Sequence[str]) -> float:
    if not any(hint in lowered for hint in _TECHNICAL_HINTS):
        return 0.0
    return _share(lines, lambda line: _TECHNICAL.search(line) is not None)


def _with_letter(words: Sequence[str]) -> int:
    """How many words have a letter in them."""
    return sum(word[0].isalpha() or any(map(str.isalpha, word)) for word in words)


def _stop_words(words: set[str]) -> int:
    # Most posts have all of them as they are listed, without a capital or a comma.
    if words >= _STOP_WORDS:
        return len(_STOP_WORDS)
    return len(_STOP_WORDS & {word.strip(".,;:!?\"'").lower() for word in words})


def _share(items: Sequence[str], holds: Callable[[str], bool]) -> float:
    return _round(sum(map(holds, items)) / len(items)) if items else 0.0


class _Runs:
    """For runs of 2, 3, 4, 5 and 10 words from each word on, where the same run began first.

    Long runs are pairs of shorter ones: comparing their words anew took most of the time.
    White space counts on neither side of the shares.
    """

    def __init__(self, words: Sequence[str]) -> None:
        lengths = np.fromiter(map(len, words), dtype=np.int64, count=len(words))
        #: Characters before each word, and of all.
        self._before = np.concatenate(([0], lengths.cumsum()))
        self.characters = int(self._before[-1])
        self._first: dict[int, _Places] = {}
        if len(words) >= _LEAST:
            known: dict[str, int] = {}
            numbers = map(known.setdefault, words, range(len(words)))
            one = np.fromiter(numbers, dtype=np.int64, count=len(words))
            two = _first(one, one[1:])
            four = _first(two, two[2:])
            five = _first(four, one[4:])
            ten = _first(five, five[5:])
            self._first = {2: two, 3: _first(two, one[2:]), 4: four, 5: five, 10: ten}

    def top(self, size: int) -> float:
        """Characters in the most frequent run of `size` words, as a share of all."""
        often = np.bincount(self._first.get(size, _NOWHERE))
        most = int(often.max(initial=1))
        if most == 1:
            return 0.0
        # Of equally frequent ones the longest, so that the order of the text does not matter.
        at = np.flatnonzero(often == most)
        longest = int((self._before[at + size] - self._before[at]).max())
        # A run that overlaps with itself ("no no no no") would hold more than there is.
        return _round(min(1.0, most * longest / self.characters))

    def repeated(self, size: int) -> float:
        """Characters in runs of `size` words that stood in the text before, as a share of all.

        Gopher counts what overlaps once, and so does this; the first time is no repetition.
        """
        first = self._first.get(size, _NOWHERE)
        starts = np.flatnonzero(first != np.arange(len(first)))
        ends = starts + size
        begins = np.maximum(starts, np.concatenate(([0], ends[:-1]))) if len(starts) else starts
        return _round(int((self._before[ends] - self._before[begins]).sum()) / self.characters)


def _first(left: _Places, right: _Places) -> _Places:
    """For each pair of numbers where the same pair stands first."""
    pairs = left[: len(right)] * (len(left) + _LEAST) + right
    order = pairs.argsort(kind="stable")
    ordered = pairs[order]
    new = np.concatenate(([True], ordered[1:] != ordered[:-1]))
    first = np.empty_like(order)
    first[order] = order[new].repeat(np.diff(np.flatnonzero(np.append(new, True))))
    return first


def _round(value: float) -> float:
    return round(min(value, 1e6), 4)
