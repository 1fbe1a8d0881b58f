"""How a text measures, and whether it is plainly broken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.measures import Measures
from pipelines.core.prose import measure, words_of
from pipelines.core.reasons import Reason
from pipelines.core.stage import PerDocument


@dataclass(frozen=True, slots=True, kw_only=True)
class Quality(PerDocument):
    """Measures each text; rejects what no reader would call a text.

    The bounds are far outside of what posts have: filters that are tuned for the web at
    large turn down up to one good article in eight, so their measures are columns here.
    """

    version: ClassVar[int] = 4

    #: Fewest words of a text that is kept; posts of fifteen words exist.
    min_words: int = 10
    #: Share of words with a letter in them; Gopher asks for 0.8, a table of results has 0.39.
    min_alphabetic_words: float = 0.3
    #: Characters of a word, on average; Gopher asks for 3 to 10.
    max_mean_word_length: float = 40.0
    #: Hashes and ellipses for each word; Gopher allows 0.1.
    max_symbols_per_word: float = 0.5
    #: Curly brackets for each word; C4 allows none.
    max_braces_per_word: float = 0.2
    #: Share of characters in lines that stood before; Gopher allows 0.2.
    max_repeated_line_characters: float = 0.7
    #: Share of characters in runs of ten words that stood before; Gopher allows 0.1.
    max_repeated_10gram: float = 0.8
    #: Share of characters that could not be read.
    max_unreadable: float = 0.05
    #: Words of a line; those of a menu have one to three.
    min_words_per_line: float = 2.5
    #: How much of prose a text has at the least; lists of keywords and notices have none,
    #: dummy text has half.
    min_prose_confidence: float = 0.3

    def apply(self, document: Document) -> Document:
        """Measure and judge one document."""
        measures = measure(document.text)
        document = replace(document, quality=measures)
        # What white space separates are no more than its words, and quicker to count so far.
        few = len(document.text.split(maxsplit=self.min_words)) < self.min_words
        if few and (words := len(words_of(document.text))) < self.min_words:
            detail = f"{words} words, fewer than {self.min_words}"
            return document.reject(Reason.QUALITY_TOO_SHORT, detail)
        for reason, detail in self._faults(measures):
            return document.reject(reason, detail)
        return document

    def _faults(self, measures: Measures) -> Iterator[tuple[Reason, str]]:
        """The bounds that a text is beyond, the plainest first."""
        least = (
            (Reason.QUALITY_NOT_PROSE, "alphabetic_words", self.min_alphabetic_words),
            (Reason.QUALITY_NOT_PROSE, "words_per_line", self.min_words_per_line),
            (Reason.QUALITY_NOT_PROSE, "prose_confidence", self.min_prose_confidence),
        )
        most = (
            (Reason.QUALITY_ENCODING, "unreadable", self.max_unreadable),
            (
                Reason.QUALITY_REPETITION,
                "repeated_line_characters",
                self.max_repeated_line_characters,
            ),
            (Reason.QUALITY_REPETITION, "repeated_10gram", self.max_repeated_10gram),
            (Reason.QUALITY_NOT_PROSE, "symbols_per_word", self.max_symbols_per_word),
            (Reason.QUALITY_NOT_PROSE, "braces_per_word", self.max_braces_per_word),
            (Reason.QUALITY_NOT_PROSE, "mean_word_length", self.max_mean_word_length),
        )
        for reason, name, bound in most:
            if (value := getattr(measures, name)) > bound:
                yield reason, f"{name} {value:g}, more than {bound:g}"
        for reason, name, bound in least:
            if (value := getattr(measures, name)) < bound:
                yield reason, f"{name} {value:g}, less than {bound:g}"
