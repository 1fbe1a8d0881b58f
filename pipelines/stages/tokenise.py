"""The text as the source document has it: one line of words and marks."""

from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.placeholders import PLACEHOLDER
from pipelines.core.stage import PerDocument

#: Quotes as they are typed with care, and plain.
_QUOTES = {"\u2018": "'", "\u2019": "'", "\u201b": "'", "\u201c": '"', "\u201d": '"', "\u201f": '"'}
#: What stays of a text in UTF-8; all else is a space.
_KEPT = bytes(code if chr(code) in "abcdefghijklmnopqrstuvwxyz,!?'`" else 32 for code in range(256))
_CLITICS = (b"'s", b"'ve", b"n't", b"'re", b"'d", b"'ll")
_MARKS = (b",", b"!", b"?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokenise(PerDocument):
    """Makes `normalized_text`; what was redacted leaves no trace in it."""

    version: ClassVar[int] = 1

    #: Whether blocks that recur over the site are part of it, as in the source document.
    keep_removed: bool = True

    def apply(self, document: Document) -> Document:
        """Tokenise one document."""
        text = document.whole_text if self.keep_removed else document.text
        return replace(document, normalized_text=tokenized(PLACEHOLDER.sub(" ", text)))


def tokenized(text: str) -> str:
    r"""The tokenization of Kim (2014), with digits and parentheses dropped as well.

    Kim, Convolutional Neural Networks for Sentence Classification, EMNLP 2014, in the
    code that was published with it: clitics are split wherever they stand.

    >>> tokenized("It\u2019s 2014 (really), can't you see?")
    "it 's really , ca n't you see ?"
    """
    plain = text.lower()
    for quote, typed in _QUOTES.items():
        plain = plain.replace(quote, typed)
    # Bytes are looked up in a table at once, where a pattern goes from sign to sign; and as no
    # clitic overlaps with another, they can be split one after another.
    signs = plain.encode("utf-8", "surrogatepass").translate(_KEPT)
    for clitic in _CLITICS:
        signs = signs.replace(clitic, b" " + clitic)
    for mark in _MARKS:
        signs = signs.replace(mark, b" " + mark + b" ")
    return b" ".join(signs.split()).decode("ascii")
