"""How likely a piece of text is in each language, by langdetect's model; its only home.

langdetect multiplies lists of 55 numbers in Python, one for each n-gram that it draws from the
text, and this was most of what a page cost after its extraction. Here the same draws are made
many at a time, and the products are those of arrays.
"""

import json
import math
import random
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import chain
from pathlib import Path

import numpy as np
from langdetect import PROFILES_DIRECTORY
from langdetect.detector import Detector
from langdetect.utils.ngram import NGram
from numpy.typing import NDArray

_Floats = NDArray[np.float64]
_Rows = NDArray[np.intp]
_Numbers = NDArray[np.uint32]

#: Characters that langdetect does not count as Latin, and those that it does.
_NOT_LATIN = re.compile("[^\x00-\u02ff]")
_LATIN = re.compile("[A-z]")
#: Numbers of 32 bits that are taken at a time, so that a product of as many probabilities is
#: above the least number that an array can hold.
_AT_A_TIME = 96
#: How many of them are made together: two trials seldom need more.
_BATCH = 1024
#: Raises the probabilities of an n-gram for the same reason; a power of two rounds nothing.
_SCALE = 128.0
#: langdetect looks whether it is sure at the first n-gram and at each fifth one after it.
_EVERY = 5
#: How often it does at the most.
_LOOKS = Detector.ITERATION_LIMIT // _EVERY
#: Characters from which on langdetect does not read.
_MOST = 10_000
#: Words whose n-grams are remembered: most words of a text stood in others.
_REMEMBERED = 1 << 14


@dataclass(frozen=True, slots=True, kw_only=True)
class _Model:
    """What langdetect learned of its languages."""

    languages: tuple[str, ...]
    #: The row of each n-gram.
    rows: Mapping[str, int]
    #: How probable each n-gram is in each language, times `_SCALE`.
    table: _Floats


def likely_languages(
    piece: str, seed: int, trials: int, without: Collection[str] = ()
) -> dict[str, float]:
    """The languages a piece may be in, and their probabilities, each above 0.1.

    Args:
        piece: No longer than a paragraph.
        seed: Of the draws; with the same one a piece gets the same answer.
        trials: How often n-grams are drawn until one language is nearly certain.
        without: Languages that it is not in.
    """
    drawn_from = _ngrams(piece)
    if not len(drawn_from):
        return {}
    names = _model().languages
    prior = np.ones(len(names))
    prior[[names.index(name) for name in without]] = 0.0
    total = _mean(prior / prior.sum(), drawn_from, seed, trials)
    return {names[at]: float(total[at]) for at in np.flatnonzero(total > Detector.PROB_THRESHOLD)}


def _mean(prior: _Floats, drawn_from: _Rows, seed: int, trials: int) -> _Floats:
    """The mean of the probabilities that all trials end with."""
    total, start = np.zeros(len(prior)), 0
    smoothing: list[float] = []
    for _ in range(trials):
        if not smoothing:
            smoothing, start = _normal(seed, start), start + 4
        alpha = Detector.ALPHA_DEFAULT + smoothing.pop(0) * Detector.ALPHA_WIDTH
        chances, start = _trial(prior, drawn_from, alpha / Detector.BASE_FREQ, seed, start)
        total += chances / trials
    return total


def _trial(
    prior: _Floats, drawn_from: _Rows, weight: float, seed: int, start: int
) -> tuple[_Floats, int]:
    """The probabilities when one is nearly certain, and where the next draw begins."""
    # After its first draw no language can be certain, as each gets the weight in all of them.
    places, products = _draws(drawn_from, weight, seed, start)
    chances, places, products, looked = prior * products[0], places[1:], products[1:], 0
    while True:
        looks = len(products) // _EVERY
        fives = products[: looks * _EVERY].reshape(looks, _EVERY, -1)
        seen = np.multiply.reduce(fives, axis=1)
        seen[0] *= chances
        np.multiply.accumulate(seen, axis=0, out=seen)
        sums = seen.sum(axis=1)
        enough = seen.max(axis=1) > Detector.CONV_THRESHOLD * sums
        enough[_LOOKS - 1 - looked :] = True
        at = int(enough.argmax())
        ended = enough[at]
        at = at if ended else looks - 1
        chances = seen[at] / sums[at]
        start += int(places[at * _EVERY + _EVERY - 1]) + 1
        if ended:
            return chances, start
        looked += looks
        places, products = _draws(drawn_from, weight, seed, start)


def _draws(drawn_from: _Rows, weight: float, seed: int, start: int) -> tuple[_Rows, _Floats]:
    """What `random.choice` draws next: where among the random numbers, and how probable it is.

    It takes the highest bits of each number, and the next number where they are too many.
    """
    end = start + _AT_A_TIME
    picks = _random_numbers(seed, end)[start:end] >> np.uint32(32 - len(drawn_from).bit_length())
    places = np.flatnonzero(picks < len(drawn_from))
    products = _model().table.take(drawn_from[picks[places]], axis=0)
    products += weight * _SCALE
    return places, products


def _random_numbers(seed: int, least: int) -> _Numbers:
    """The first numbers that Python's generator makes of a seed, at least so many."""
    return _made(seed, -(-least // _BATCH))


@lru_cache(maxsize=8)
def _made(seed: int, batches: int) -> _Numbers:
    size = batches * _BATCH * 4
    made = random.Random(seed).getrandbits(8 * size)
    return np.frombuffer(made.to_bytes(size, "little"), dtype="<u4")


def _normal(seed: int, start: int) -> list[float]:
    """The pair that `random.gauss` makes of the four numbers at `start`, for two calls."""
    a, b, c, d = _random_numbers(seed, start + 4)[start : start + 4].tolist()
    # Halves of a 53-bit fraction each, as in `random.random`.
    angle = math.tau * ((a >> 5) * (1 << 26) + (b >> 6)) / (1 << 53)
    size = math.sqrt(-2.0 * math.log(1.0 - ((c >> 5) * (1 << 26) + (d >> 6)) / (1 << 53)))
    return [math.cos(angle) * size, math.sin(angle) * size]


def _ngrams(piece: str) -> _Rows:
    """The rows of all n-grams of a piece, as often as they occur and in their order."""
    text = NGram.normalize_vi(piece)[:_MOST]
    strange = len(_NOT_LATIN.findall(text))
    if strange and 2 * len(_LATIN.findall(text)) < strange:
        text = _LATIN.sub("", text)
    *words, last = text.split(" ")
    found = chain.from_iterable([*map(_of_word, words), _of_letters(last)])
    return np.fromiter(found, dtype=np.intp)


@lru_cache(maxsize=_REMEMBERED)
def _of_word(word: str) -> tuple[int, ...]:
    return _of_letters(word + " ")


def _of_letters(word: str) -> tuple[int, ...]:
    """The rows of n-grams up to three letters, at each letter those that end there.

    A space counts as a letter at either end of a word. Nothing ends in a second capital.
    """
    row, pair = _model().rows.get, "  "
    found: list[int | None] = []
    for letter in word.translate(_LETTERS):
        triple, pair = pair + letter, pair[1] + letter
        if not (letter.isupper() and pair[0].isupper()):
            found += (row(letter), row(pair), row(triple))
    return tuple(known for known in found if known is not None)


class _Letters(dict[int, str]):
    """Characters as langdetect reads them: one sign stands for all of some scripts."""

    def __missing__(self, code: int) -> str:
        letter: str = NGram.normalize(chr(code))
        self[code] = letter
        return letter


_LETTERS = _Letters()


@cache
def _model() -> _Model:
    """All languages of langdetect, in an order that does not depend on the file system."""
    rows: dict[str, int] = {}
    columns = []
    for file in sorted(Path(PROFILES_DIRECTORY).iterdir()):
        profile = json.loads(file.read_text(encoding="utf-8"))
        known = [rows.setdefault(gram, len(rows)) for gram in profile["freq"]]
        counts = np.fromiter(profile["freq"].values(), dtype=np.float64, count=len(known))
        of_length = np.array(profile["n_words"], dtype=np.float64)
        lengths = np.fromiter(map(len, profile["freq"]), dtype=np.intp, count=len(known))
        columns.append((profile["name"], known, counts / of_length[lengths - 1]))
    table = np.zeros((len(rows), len(columns)))
    for at, (_, known, chances) in enumerate(columns):
        table[known, at] = chances * _SCALE
    names = tuple(name for name, _, _ in columns)
    return _Model(languages=names, rows=rows, table=table)
