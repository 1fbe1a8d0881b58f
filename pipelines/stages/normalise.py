"""One spelling for the same text: Unicode and white space."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.stage import PerDocument

#: Invisible characters that carry no meaning in prose: zero-width space, word joiner,
#: byte order mark, soft hyphen, and the marks of writing direction. The joiners
#: U+200C and U+200D stay, since scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\u3164\ufeff\ufff9-\ufffb]"
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[\s]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise(PerDocument):
    """Cleans `text` and counts its words."""

    version: ClassVar[int] = 1

    def apply(self, document: Document) -> Document:
        """Normalise one document; twice is the same as once."""
        text = clean_text(document.text)
        return replace(
            document,
            text=text,
            word_count=len(text.split()),
        )


def clean_text(text: str) -> str:
    r"""Text in NFC, with single spaces, and paragraphs separated by one blank line.

    Quotes and dashes stay as they were typed.

    >>> clean_text("One\u00a0 line \n\n\n\nAnother\u200b")
    'One line\n\nAnother'
    """
    spaced = _CONTROL.sub(" ", text.replace("\r\n", "\n"))
    composed = unicodedata.normalize("NFC", _INVISIBLE.sub("", spaced))
    return _BREAKS.sub("\n\n", _SPACES.sub(" ", composed)).strip()
