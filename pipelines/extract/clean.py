"""Removes from a page what makes an extractor lose the article or hang, and nothing else."""

import json
import re
import sys

#: Characters of a JSON-LD block that is passed on; trafilatura reads it in quadratic time.
JSON_LD_LIMIT = 64 * 1024

_REFERENCE = re.compile(r"&#(?:[xX]0*([0-9a-fA-F]+)|0*([0-9]+));?")
#: Controls other than tab and line ends, surrogates, and the two non-characters of the
#: Basic Multilingual Plane: none may stand in XML (XML 1.0, section 2.2).
_DEBRIS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
#: The bytes of one character in UTF-8 (RFC 3629, section 3), each taken for a character.
_TWICE = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}"
    "|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
_C1_CONTROL = re.compile("[\u0080-\u009f]")
#: Forbidden characters that are white space to Unicode: vertical tab, form feed, separators.
_BLANK = re.compile("[\x0b\x0c\x1c-\x1f]")
#: Digits that the reference to a character can have.
_DIGITS = 8
#: What removing a reference may bring together is looked at again, so often at most.
_ROUNDS = 10
_C1 = range(0x80, 0xA0)
#: The last two code points of every plane are no characters.
_PLANE_END = 0xFFFE
_SCRIPT_OPEN = re.compile(r"<script\b[^>]{0,1000}>", re.IGNORECASE)
_SCRIPT_CLOSE = re.compile(r"</script\s*>", re.IGNORECASE)


def clean(text: str) -> str:
    """A page without characters that XML forbids, and without JSON-LD that is broken or huge.

    What was encoded in UTF-8 twice is decoded once more, as long as it can be told: by the
    C1 controls in it. A character reference to a forbidden character goes as the character
    itself would; those that mean white space leave a space. Nothing else changes.
    """
    page = _DEBRIS.sub("", _BLANK.sub(" ", _decoded_once(text)))
    for _ in range(_ROUNDS):
        before, page = page, _REFERENCE.sub(_reference, page)
        if page == before:
            break
    return _without_bad_json(page)


def _decoded_once(text: str) -> str:
    # Nearly all pages have no such control, which is told much sooner than where it stands.
    if not _C1_CONTROL.search(text) or not any(
        _C1_CONTROL.search(match[0]) for match in _TWICE.finditer(text)
    ):
        return text
    return _TWICE.sub(lambda match: match[0].encode("latin-1").decode(errors="ignore"), text)


def _reference(match: re.Match[str]) -> str:
    if len(match[1] or match[2]) > _DIGITS:
        return ""
    code = int(match[1], 16) if match[1] else int(match[2])
    if code > sys.maxunicode:
        return ""
    if _BLANK.match(chr(code)):
        return " "
    # References to C1 controls mean windows-1252 (HTML standard, 13.2.5.80): parsers know.
    is_forbidden = code not in _C1 and (_DEBRIS.match(chr(code)) or code & _PLANE_END == _PLANE_END)
    return "" if is_forbidden else match[0]


def _without_bad_json(text: str) -> str:
    kept: list[str] = []
    start = 0
    for opening in _SCRIPT_OPEN.finditer(text):
        if opening.start() < start or "ld+json" not in opening[0].lower():
            continue
        closing = _SCRIPT_CLOSE.search(text, opening.end())
        end = closing.end() if closing else len(text)
        if not _is_good_json(text[opening.end() : closing.start() if closing else end]):
            kept.append(text[start : opening.start()])
            start = end
    return "".join([*kept, text[start:]]) if kept else text


def _is_good_json(block: str) -> bool:
    if len(block) > JSON_LD_LIMIT:
        return False
    try:
        json.loads(block)
    except (ValueError, RecursionError):
        return False
    return True
