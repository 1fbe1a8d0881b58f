"""Where one SQL statement ends and the next begins, while they are typed or read."""

import re
from collections.abc import Iterator

#: What may hold a semicolon that ends nothing; what is begun and not closed; what ends.
_TOKENS = re.compile(
    r"""
    (?P<closed>
        (?<!\w)[eE]'(?:\\.|''|[^'\\])*' | '(?:''|[^'])*' | "(?:""|[^"])*"
      | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$
      | --[^\n]* | /\*.*?\*/
    )
  | (?P<open>['"] | /\* | (?<!\w)\$\w*\$)
  | (?P<end>;)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENTS = re.compile(r"--[^\n]*|/\*.*?\*/", re.DOTALL)


def is_complete(text: str) -> bool:
    """Whether the last statement of a text is ended by a semicolon, or there is none.

    >>> is_complete("SELECT 1; -- done"), is_complete("SELECT ';'"), is_complete("SELECT 1")
    (True, False, False)
    """
    *_, last = _parted(text)
    return _is_empty(last)


def pieces(text: str) -> list[str]:
    r"""The statements of a text, without the semicolons that end them.

    >>> pieces("SELECT ';'; -- one; of two\nFROM documents;")
    ["SELECT ';'", '-- one; of two\nFROM documents']
    """
    return [piece.strip() for piece in _parted(text) if not _is_empty(piece)]


def _parted(text: str) -> Iterator[str]:
    """The text between semicolons; what follows the last one comes last, empty or not."""
    start = 0
    for found in _TOKENS.finditer(text):
        if found["open"]:
            break
        if found["end"]:
            yield text[start : found.start()]
            start = found.end()
    yield text[start:]


def _is_empty(piece: str) -> bool:
    return not _COMMENTS.sub("", piece).strip()
