"""Bytes to text by the rules of browsers; the only home of charset guessing."""

from charset_normalizer import from_bytes
from w3lib.encoding import html_to_unicode

#: Bytes that a guess looks at where nothing names the charset.
_GUESSED_FROM = 64 * 1024


def decode(body: bytes, content_type: str) -> str:
    """Read a page: byte order mark, then HTTP header, then meta, then a guess.

    Never raises; what no charset explains becomes U+FFFD.

    Args:
        body: The page, codings of transfer and content undone.
        content_type: The value of its Content-Type header; may be empty.
    """
    _, text = html_to_unicode(content_type or None, body, auto_detect_fun=_guess)
    return text


def _guess(body: bytes) -> str | None:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        best = from_bytes(body[:_GUESSED_FROM]).best()
        return best.encoding if best else "cp1252"
    return "utf-8"
