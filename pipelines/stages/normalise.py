"""One spelling for the same text: Unicode repaired, white space made even."""

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import ClassVar

from ftfy import fix_encoding
from ftfy.badness import BADNESS_RE
from ftfy.chardata import LIGATURES
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
_CONTROLS = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufffe\uffff\u2028\u2029"
)
_HIGH_SURROGATE = re.compile("[\ud800-\udbff]")
_SURROGATE_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")
#: Those, and white space beside the plain space and the end of a line.
_BLANK = re.compile(f"[{_CONTROLS}\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_LIGATURE = re.compile(f"[{''.join(map(chr, LIGATURES))}]")
#: Marks that follow one letter, as far as they count: composing is quadratic in them, and
#: no orthography needs 30 (Unicode Standard Annex 15, section 13, Stream-Safe Text Format).
_MARKS = "".join(chr(code) for code in range(0x300, 0x20000) if unicodedata.combining(chr(code)))
_MANY_MARKS = re.compile(f"([{_MARKS}]{{30}})[{_MARKS}]+")
#: What careful typing adds to ASCII. No UTF-8 taken for another encoding is made of these
#: alone: its first bytes become letters or rarer marks.
_TYPED = "\u00a0\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026"
_RARE = re.compile(f"[^\x00-\x7f{_TYPED}]")
#: Signs before and after a rare one that ftfy may look at: its patterns match seven at most.
_AROUND = 6
#: Rare signs so near one another that they are looked at together.
_RARE_RUN = re.compile(
    f"{_RARE.pattern}+(?:[\x00-\x7f{_TYPED}]{{1,{2 * _AROUND}}}{_RARE.pattern}+)*+"
)
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
            # As clean as it is, its words need not be taken apart to be counted.
            word_count=text.count(" ") + text.count("\n\n") + 1 if text else 0,
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
    if not _RARE.search(text):
        return _spaced(text)
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
    cleaned = clean_text(name)
    typed = line = " ".join(cleaned.split())
    if "&" not in line and line == cleaned:
        return line
    for _ in range(_ESCAPED):
        plain = " ".join(clean_text(unescape_html(line)).split())
        if plain == line:
            return line
        line = plain
    return typed


def _cleaned(text: str) -> str:
    if _RARE.search(text):
        # Most patterns find nothing, which the few different signs of a text tell sooner.
        signs = "".join(set(text))
        if _HIGH_SURROGATE.search(signs):
            text = _SURROGATE_PAIR.sub(_joined, text)
        mended = _mended(text)
        if mended != text:
            text, signs = mended, "".join(set(mended))
        if _LIGATURE.search(signs):
            text = fix_latin_ligatures(text)
        if _INVISIBLE.search(signs):
            text = _INVISIBLE.sub("", text)
        text = _composed(text)
    return _spaced(text)


def _spaced(text: str) -> str:
    text = _BLANK.sub(" ", text.replace("\r\n", "\n").replace("\r", "\n"))
    while "  " in text:
        text = text.replace("  ", " ")
    return "\n\n".join(filter(None, (line.strip(" ") for line in text.split("\n"))))


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


def is_bad(text: str) -> bool:
    """Whether a text may hold mojibake; what ftfy says of it, asked only around rare signs.

    Each of its patterns has a sign in it that is neither ASCII nor typed with care.
    """
    return any(
        BADNESS_RE.search(text, max(0, rare.start() - _AROUND), rare.end() + _AROUND)
        for rare in _RARE_RUN.finditer(text)
    )


def _joined(pair: re.Match[str]) -> str:
    return pair[0].encode("utf-16", "surrogatepass").decode("utf-16")
