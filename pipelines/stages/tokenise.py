"""The text as the source document has it: one line of words and marks."""

import re
from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.placeholders import PLACEHOLDER
from pipelines.core.stage import PerDocument

_QUOTES = str.maketrans("\u2018\u2019\u201b\u201c\u201d\u201f", "'''\"\"\"")
_FOREIGN = re.compile(r"[^a-z,!?'`]")
_CLITIC = re.compile(r"'s|'ve|n't|'re|'d|'ll")
_MARK = re.compile(r"[,!?]")


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
    plain = _FOREIGN.sub(" ", text.lower().translate(_QUOTES))
    split = _CLITIC.sub(r" \g<0>", plain)
    return " ".join(_MARK.sub(r" \g<0> ", split).split())
