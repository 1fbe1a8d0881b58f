"""One spelling for the same text: Unicode repaired, white space made even."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import ClassVar

from ftfy import fix_encoding
from ftfy.badness import is_bad
from ftfy.fixes import fix_latin_ligatures, unescape_html

from pipelines.core.document import Document
from pipelines.core.stage import PerDocument

#: Invisible characters that carry no meaning in prose: zero-width space, word joiner,
#: byte order mark, soft hyphen, and the marks of writing direction. The joiners
#: U+200C and U+200D stay, since scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069"
    "\u3164\ufeff\ufff9-\ufffb]"
)
#: Controls, surrogates and non-characters; and the private use area, in which a page's
#: icon font has its pictures and which means nothing without it (Unicode, section 23.5).
_CONTROL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\u2028\u2029]"
)
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
_SPACES = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r" ?\n[\s]*")
#: Marks that follow one letter, as far as they count: composing is quadratic in them, and
#: no orthography needs 30 (Unicode Standard Annex 15, section 13, Stream-Safe Text Format).
_MARKS = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code)))
_MANY_MARKS = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")
#: What careful typing adds to ASCII. No UTF-8 taken for another encoding is made of these
#: alone: its first bytes become letters or rarer marks.
_TYPED = frozenset("\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026")
#: A name escaped as often as this is a trap, and stays as it is.
_ESCAPED = 5
#: Characters of a paragraph that ftfy looks at together.
_SEGMENT = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalise(PerDocument):
    """Cleans `text` and counts its words; cleans the names that go with it."""

    version: ClassVar[int] = 2

    def apply(self, document: Document) -> Document:
        """Normalise one document; twice is the same as once."""
        text = clean_text(document.text)
        tags = [clean_line(tag) for tag in document.tags]
        return replace(
            document,
            title=clean_line(document.title or "") or None,
            author=clean_line(document.author or "") or None,
            site_name=clean_line(document.site_name or "") or None,
            tags=tuple(dict.fromkeys(tag for tag in tags if tag)),
            text=text,
            word_count=len(text.split()),
        )


def clean_text(text: str) -> str:
    r"""Text in NFC, with single spaces, and paragraphs separated by one blank line.

    Mojibake is mended and ligatures of print are spelt out; quotes, dashes and all else
    stay as they were typed.

    >>> clean_text("One\u00a0 line \n\n\n\nAnother\u200b")
    'One line\n\nAnother'
    >>> clean_text("It\u00e2\u20ac\u2122s a \ufb01rst step")
    'It\u2019s a first step'
    """
    # What is mended is shorter, so that this ends; what was cleaned may show more to mend.
    cleaned = _cleaned(text)
    while cleaned != text:
        cleaned, text = _cleaned(cleaned), cleaned
    return cleaned


def clean_line(name: str) -> str:
    """A title or name as one clean line; character references in it are resolved.

    A title in JSON-LD is plain text (schema.org: Text), yet plugins write it escaped for HTML.

    >>> clean_line("Grief &amp;amp; loss ")
    'Grief & loss'
    """
    typed = line = " ".join(clean_text(name).split())
    for _ in range(_ESCAPED):
        plain = " ".join(clean_text(unescape_html(line)).split())
        if plain == line:
            return line
        line = plain
    return typed


def _cleaned(text: str) -> str:
    if not all(sign.isascii() or sign in _TYPED for sign in set(text)):
        text = fix_latin_ligatures(_mended(_SURROGATE_PAIR.sub(_joined, text)))
        text = _composed(_INVISIBLE.sub("", text))
    composed = _CONTROL.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    return _BREAKS.sub("\n\n", _SPACES.sub(" ", composed)).strip()


def _composed(text: str) -> str:
    if any(map(unicodedata.combining, set(text))):
        text = _MANY_MARKS.sub(r"\1", text)
    return unicodedata.normalize("NFC", text)


def _mended(text: str) -> str:
    """The text with its mojibake undone, each paragraph by itself: pages quote others."""
    if not is_bad(text):
        return text
    return "\n".join(
        "".join(fix_encoding(line[at : at + _SEGMENT]) for at in range(0, len(line), _SEGMENT))
        for line in text.split("\n")
    )


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
