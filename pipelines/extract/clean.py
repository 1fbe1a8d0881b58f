"""Removes from a page what makes an extractor lose the article or hang, and nothing else."""

import json
import re
import sys
from collections.abc import Iterator

#: Characters of a JSON-LD block that is passed on; trafilatura reads it in quadratic time.
JSON_LD_LIMIT = 64 * 1024

_REFERENCE = re.compile(r"&#(?:[xX][0-9a-fA-F]+|[0-9]+);?")
#: Controls other than tab and line ends, surrogates, and the two non-characters of the
#: Basic Multilingual Plane: none may stand in XML (XML 1.0, section 2.2).
_DEBRIS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
#: The bytes of one character in UTF-8 (RFC 3629, section 3), each taken for a character.
_TWICE = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}"
    "|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)
_C1_CONTROL = re.compile("[\u0080-\u009f]")
#: What of `_DEBRIS` has one byte in UTF-8, and the bytes of the rest but surrogates.
_DEBRIS_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\t\n\r")
_C1_BYTES = re.compile(b"\xc2[\x80-\x9f]")
_NO_CHARACTERS = ("\ufffe".encode(), "\uffff".encode())
#: Forbidden characters that are white space to Unicode: vertical tab, form feed, separators.
_BLANK = re.compile("[\x0b\x0c\x1c-\x1f]")
#: Digits that the reference to a character can have.
_DIGITS = 8
#: What removing a reference may bring together is looked at again, so often at most.
_ROUNDS = 10
_C1 = range(0x80, 0xA0)
#: The last two code points of every plane are no characters.
_PLANE_END = 0xFFFE
_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_SCRIPT_OPEN = re.compile(r"<script\b[^>]{0,1000}>", re.IGNORECASE)
#: The end of the type of JSON-LD; the sign that it begins with is rare in pages.
_JSON_TYPE = re.compile(r"\+[jJ][sS][oO][nN]")
#: Characters of the longest opening tag of a script before its type, and some more.
_OPENING = 1100
_SCRIPT_CLOSE = re.compile(r"</script\s*>", re.IGNORECASE)


def clean(text: str) -> str:
    """A page without characters that XML forbids, and without JSON-LD that is broken or huge.

    What was encoded in UTF-8 twice is decoded once more, as long as it can be told: by the
    C1 controls in it. A character reference to a forbidden character goes as the character
    itself would; those that mean white space leave a space. Nothing else changes.
    """
    page = text
    if _has_debris(text):
        page = _DEBRIS.sub("", _BLANK.sub(" ", _decoded_once(text)))
    for _ in range(_ROUNDS):
        # Most references of a page are to a few characters, which may stand as they are.
        if all(_meaning(found) == found for found in set(_REFERENCE.findall(page))):
            break
        page = _REFERENCE.sub(lambda match: _meaning(match[0]), page)
    return _without_bad_json(page)


def _has_debris(text: str) -> bool:
    """Whether there may be a forbidden character, told by bytes since that is much sooner."""
    try:
        written = text.encode("utf-8")
    except UnicodeEncodeError:
        return True
    if len(written.translate(None, _DEBRIS_BYTES)) != len(written):
        return True
    is_ascii = len(written) == len(text)
    return not is_ascii and (
        _C1_BYTES.search(written) is not None or any(one in written for one in _NO_CHARACTERS)
    )


def _decoded_once(text: str) -> str:
    # Nearly all pages have no such control, which is told much sooner than where it stands.
    if not _C1_CONTROL.search(text) or not any(
        _C1_CONTROL.search(match[0]) for match in _TWICE.finditer(text)
    ):
        return text
    return _TWICE.sub(lambda match: match[0].encode("latin-1").decode(errors="ignore"), text)


def _meaning(reference: str) -> str:
    """What a reference is to be written as."""
    digits, base = reference[2:].rstrip(";"), 10
    if digits[0] in "xX":
        digits, base = digits[1:], 16
    digits = digits.lstrip("0") or "0"
    if len(digits) > _DIGITS:
        return ""
    code = int(digits, base)
    if code > sys.maxunicode:
        return ""
    if _BLANK.match(chr(code)):
        return " "
    # References to C1 controls mean windows-1252 (HTML standard, 13.2.5.80): parsers know.
    is_forbidden = code not in _C1 and (_DEBRIS.match(chr(code)) or code & _PLANE_END == _PLANE_END)
    return "" if is_forbidden else reference


def _without_bad_json(text: str) -> str:
    kept: list[str] = []
    start = 0
    for opening in _openings(text):
        if opening.start() < start:
            continue
        closing = _SCRIPT_CLOSE.search(text, opening.end())
        end = closing.end() if closing else len(text)
        if not _is_good_json(text[opening.end() : closing.start() if closing else end]):
            kept.append(text[start : opening.start()])
            start = end
    return "".join([*kept, text[start:]]) if kept else text


def _openings(text: str) -> Iterator[re.Match[str]]:
    """The opening tags of scripts that are JSON-LD by their type."""
    done = 0
    for named in _JSON_TYPE.finditer(text):
        at = named.start()
        if at < done or text[at - 2 : at].lower() != "ld":
            continue
        least = max(at - _OPENING, done)
        if text.find("<", least, at) < 0:
            done = at
            continue
        # A tag ends at the first ">", so that none goes over the one before the type.
        starts = _SCRIPT.finditer(text, max(text.rfind(">", least, at) + 1, least), at)
        tags = (_SCRIPT_OPEN.match(text, start.start()) for start in starts)
        opening = next(filter(None, tags), None)
        done = opening.end() if opening else at
        if opening:
            yield opening


def _is_good_json(block: str) -> bool:
    if len(block) > JSON_LD_LIMIT:
        return False
    try:
        json.loads(block)
    except (ValueError, RecursionError):
        return False
    return True
