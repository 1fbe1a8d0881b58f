"""Measures a text as those did who filtered the web for language models; pure arithmetic."""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from statistics import fmean

from pipelines.core.measures import Measures

#: Gopher's list: a document of English prose has at least two of them.
_STOP_WORDS = frozenset({"the", "be", "to", "of", "and", "that", "have", "with"})
_BULLETS = ("-", "*", "\u2022", "\u25cf", "\u2023", "\u00b7", "\u25aa", "\u2013")
_ELLIPSES = ("...", "\u2026")
#: Marks that end sentences: those of C4, and what other scripts have in their place.
_TERMINALS = (
    *(".", "!", "?", '"', "'", ":", ";", ")", "\u201d", "\u2019", "\u2026", "\u00bb"),
    *("\u3002", "\uff01", "\uff1f", "\u061f", "\u0964"),
)
_SENTENCE = re.compile(r"[.!?\u3002\uff01\uff1f\u061f\u0964]+(?=\s|$|[\u3040-\u9fff])")
_TECHNICAL = re.compile(r"\bjavascript\b|\bcookies?\b|\blorem ipsum\b", re.IGNORECASE)
_SHORT = 30
#: Words from which on repetition is measured; a shorter text repeats by chance.
_LEAST = 20
#: Scripts that put no spaces between words; each character counts as a word there.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def words_of(text: str) -> list[str]:
    """The words of a text; in scripts without spaces, its characters."""
    if len(_UNSPACED.findall(text[:2000])) > len(text[:2000]) / 4:
        return [char for char in text if not char.isspace()]
    return text.split()


def measure(text: str) -> Measures:
    """Measure a text of paragraphs; linear in its length."""
    words = words_of(text)
    lines = [line for line in text.split("\n") if line.strip()]
    if not words:
        return Measures()
    characters = sum(map(len, words))
    measured = Measures(
        mean_word_length=_round(characters / len(words)),
        symbols_per_word=_round((text.count("#") + sum(map(text.count, _ELLIPSES))) / len(words)),
        bullet_lines=_share(lines, lambda line: line.lstrip().startswith(_BULLETS)),
        ellipsis_lines=_share(lines, lambda line: line.rstrip().endswith(_ELLIPSES)),
        alphabetic_words=_share(words, lambda word: any(map(str.isalpha, word))),
        stop_words=float(len(_STOP_WORDS & {word.lower().strip(".,;:!?\"'") for word in words})),
        repeated_lines=_round(1 - len(set(lines)) / len(lines)),
        repeated_line_characters=_round(1 - sum(map(len, set(lines))) / sum(map(len, lines))),
        top_2gram=_top(words, 2, characters),
        top_3gram=_top(words, 3, characters),
        top_4gram=_top(words, 4, characters),
        repeated_5gram=_repeated(words, 5, characters),
        repeated_10gram=_repeated(words, 10, characters),
        terminal_lines=_share(lines, lambda line: line.rstrip().endswith(_TERMINALS)),
        sentences=float(len(_SENTENCE.findall(text))),
        braces_per_word=_round((text.count("{") + text.count("}")) / len(words)),
        technical_lines=_share(lines, lambda line: _TECHNICAL.search(line) is not None),
        short_lines=_share(lines, lambda line: len(line) < _SHORT),
        words_per_line=_round(len(words) / len(lines)),
        unreadable=_round(text.count("\ufffd") / len(text)),
    )
    return _with_confidence(measured)


def _with_confidence(measured: Measures) -> Measures:
    """The measures with their summary; each part is 1 where prose has nothing to hide."""
    parts = (
        min(1.0, 2 * measured.terminal_lines),
        max(0.0, 2 * measured.alphabetic_words - 1),
        1 - measured.repeated_line_characters,
        1 - measured.repeated_10gram,
        1 - min(1.0, 5 * (measured.braces_per_word + measured.symbols_per_word)),
        1 - measured.bullet_lines / 2,
        1 - min(1.0, 20 * measured.unreadable),
    )
    return replace(measured, prose_confidence=_round(fmean(parts)))


def _share(items: Sequence[str], holds: Callable[[str], bool]) -> float:
    return _round(sum(map(holds, items)) / len(items)) if items else 0.0


def _grams(words: Sequence[str], size: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[start:] for start in range(size)), strict=False))


def _top(words: Sequence[str], size: int, characters: int) -> float:
    """Characters in the most frequent run of `size` words, as a share of all."""
    if len(words) < _LEAST:
        return 0.0
    counts = Counter(_grams(words, size))
    count = max(counts.values())
    if count == 1:
        return 0.0
    # Of equally frequent ones the longest, so that the order of the text does not matter.
    longest = max(sum(map(len, gram)) for gram, often in counts.items() if often == count)
    return _round(count * longest / characters)


def _repeated(words: Sequence[str], size: int, characters: int) -> float:
    """Characters in runs of `size` words that stood in the text before, as a share of all."""
    if len(words) < _LEAST:
        return 0.0
    seen: set[tuple[str, ...]] = set()
    covered = count = 0
    for start, gram in enumerate(_grams(words, size)):
        if gram in seen:
            first = max(start, covered)
            count += sum(map(len, words[first : start + size]))
            covered = start + size
        seen.add(gram)
    return _round(count / characters)


def _round(value: float) -> float:
    return round(min(value, 1e6), 4)
