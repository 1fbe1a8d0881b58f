"""Which language a text is in, and how sure we are; the only home of langdetect."""

from dataclasses import dataclass, replace
from typing import ClassVar

from langdetect import DetectorFactory, LangDetectException, detect_langs

from pipelines.core.document import Document
from pipelines.core.stage import PerDocument

#: ISO 639-2's code for "undetermined".
UNDETERMINED = "und"


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(PerDocument):
    """Names the language of each text; `und` where there is nothing to tell it by."""

    version: ClassVar[int] = 1

    #: langdetect samples at random; with a seed the same text gets the same answer.
    seed: int = 0
    #: Characters of the text that are looked at.
    characters: int = 5000

    def apply(self, document: Document) -> Document:
        """Fill `language` and `language_confidence`."""
        DetectorFactory.seed = self.seed  # a global of the library: set for each call
        try:
            best = detect_langs(document.text[: self.characters])[0]
        except LangDetectException:
            return replace(document, language=UNDETERMINED, language_confidence=0.0)
        return replace(document, language=best.lang, language_confidence=round(best.prob, 4))
