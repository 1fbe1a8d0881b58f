"""Which language a text is in, and how sure we are."""

import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.likely_languages import likely_languages
from pipelines.core.placeholders import PLACEHOLDER
from pipelines.core.stage import PerDocument

#: ISO 639-2's code for "undetermined".
UNDETERMINED = "und"

#: Addresses, and what we wrote ourselves: they are in no language. Only ASCII, as a Chinese
#: sentence goes on after an address without a space.
_NO_LANGUAGE = re.compile(rf"[!-~]*(?:://|www\.|@)[!-~]*|{PLACEHOLDER.pattern}")
#: What is left of a word at either end of a piece; Chinese and Japanese have no spaces.
_TORN_START = re.compile(r"\A[^\s\u2e80-\uffff]+")
_TORN_END = re.compile(r"[^\s\u2e80-\uffff]+\Z")
_HAN = re.compile("[\u3400-\u9fff]")
_LATIN = re.compile("[A-Za-z]+")
#: Letters without which a text with Chinese characters is not in a language. langdetect
#: learned Korean from pages that quote Chinese, and takes one in two Chinese texts for it.
_NEEDED = {"ja": re.compile("[\u3040-\u30ff]"), "ko": re.compile("[\uac00-\ud7a3]")}
#: How often langdetect draws from a text until it has made up its mind, over all pieces.
#: It takes 7 by default: measured, 6 and 7 are equally right.
_TRIALS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(PerDocument):
    """Names the language of each text; `und` where it is too short to tell, or mixed.

    Pieces of the text are judged one by one: a mixture shows in their disagreement, whereas
    langdetect, given all at once, names the language of what it happened to draw.
    """

    version: ClassVar[int] = 2

    #: langdetect samples at random; with a seed the same text gets the same answer.
    seed: int = 0
    #: Pieces that are looked at, from the beginning to the end of the text.
    pieces: int = 3
    #: Pieces that are looked at where the first ones leave a doubt.
    more_pieces: int = 9
    #: Characters of a piece. Longer ones cost more and hide paragraphs that alternate;
    #: shorter ones are mistaken for Danish where they are Norwegian.
    piece_characters: int = 150
    #: Letters below which a piece is not heard: with 25, one guess in twelve is wrong.
    min_letters: int = 30
    #: Mean probability from which the first pieces leave no doubt.
    sure: float = 0.9
    #: Mean probability below which a text is taken for mixed.
    min_confidence: float = 0.7

    def apply(self, document: Document) -> Document:
        """Fill `language` and `language_confidence`."""
        for count, enough in ((self.pieces, self.sure), (self.more_pieces, self.min_confidence)):
            language, confidence = self._opinion(
                sample(document.text, count, self.piece_characters)
            )
            if confidence >= enough:
                break
        else:
            language, confidence = UNDETERMINED, 0.0
        return replace(document, language=language, language_confidence=round(confidence, 4))

    def _opinion(self, pieces: list[str]) -> tuple[str, float]:
        """The likeliest language of all pieces together, and its mean probability."""
        heard = [piece for piece in pieces if sum(map(str.isalpha, piece)) >= self.min_letters]
        total: Counter[str] = Counter()
        for piece in heard:
            total.update(_probabilities(piece, self.seed, -(-_TRIALS // len(heard))))
        if not total:
            return UNDETERMINED, 0.0
        chinese = {name: total[name] for name in total if name.startswith("zh")}
        if len(chinese) > 1:  # two written forms of one language do not make a mixture
            total[max(sorted(chinese), key=total.__getitem__)] = sum(chinese.values())
        best = max(sorted(total), key=total.__getitem__)
        return best, min(1.0, total[best] / len(heard))


def sample(text: str, pieces: int, characters: int) -> list[str]:
    """Pieces of a text, evenly spread, of whole words and without addresses.

    Args:
        text: Of any length; what lies between the pieces is not read.
        pieces: How many there are at most; a short text has fewer, none of them shorter
            than half of `characters`.
        characters: Length of a piece.
    """
    count = max(1, min(pieces, 2 * len(text) // characters))
    length = min(characters, -(-len(text) // count))
    step = (len(text) - length) / max(1, count - 1)
    starts = (round(step * number) for number in range(count))
    return [_prose(_whole_words(text, start, start + length)) for start in starts]


def _whole_words(text: str, start: int, end: int) -> str:
    piece = text[start:end]
    if start > 0 and not text[start - 1].isspace():
        piece = _TORN_START.sub("", piece)
    if end < len(text) and not text[end].isspace():
        piece = _TORN_END.sub("", piece)
    return piece


def _prose(piece: str) -> str:
    """The piece as it is shown to langdetect, which passes over words in capitals."""
    # The pattern tries each word from each of its letters on, and few pieces have an address.
    if any(sign in piece for sign in ("@", "://", "www.", "[")):
        piece = _NO_LANGUAGE.sub(" ", piece)
    prose = " ".join(piece.split())
    return prose.lower() if prose.isupper() else prose


def _probabilities(piece: str, seed: int, trials: int) -> dict[str, float]:
    """What langdetect says of a piece; nothing where no language has its letters."""
    absent: set[str] = set()
    if han := len(_HAN.findall(piece)):
        absent = {name for name, letters in _NEEDED.items() if not letters.search(piece)}
        # A Chinese character says as much as three letters: foreign names are not in the way.
        if 3 * han > sum(map(len, _LATIN.findall(piece))):
            piece = _LATIN.sub(" ", piece)
    return likely_languages(piece, seed, trials, absent)
