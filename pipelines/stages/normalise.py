"""One spelling for the same text: Unicode, white space, and the tokenized form."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.model import Document
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
_QUOTES = str.maketrans("\u2018\u2019\u201b\u201c\u201d\u201f", "'''\"\"\"")
_FOREIGN = re.compile(r"[^a-z,!?'`]")
_CLITIC = re.compile(r"'s|'ve|n't|'re|'d|'ll")
_MARK = re.compile(r"[,!?]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise(PerDocument):
    """Cleans `text`, and makes `normalized_text` and `word_count` from it."""

    version: ClassVar[int] = 1

    def apply(self, document: Document) -> Document:
        """Normalise one document; twice is the same as once."""
        text = clean_text(document.text)
        return replace(
            document,
            text=text,
            normalized_text=tokenized(text),
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


def tokenized(text: str) -> str:
    r"""The tokenization of Kim (2014), with digits and parentheses dropped as well.

    Kim, Convolutional Neural Networks for Sentence Classification, EMNLP 2014, in the
    code that was published with it: clitics are split wherever they stand.

    >>> tokenized("It\u2019s 2014 (really), can't you see?")
    "it 's really , ca n't you see ?"
    """
    plain = _FOREIGN.sub(" ", text.lower().translate(_QUOTES))
    split = _CLITIC.sub(r" \g<0>", plain)
    return " ".join(_MARK.sub(r" \g<0> ", split).split())
