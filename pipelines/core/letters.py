"""Letters as they are compared: small ones for patterns, and ones without accents."""

import re
import unicodedata
from collections.abc import Mapping
from functools import lru_cache

#: A few at a time, so that a table of them stays small.
_BEYOND_ASCII = re.compile(r"[^\x00-\x7f]{1,3}")
#: Dashes, quotation marks, bullets: none is of a word, and none has another case.
_MARKS = re.compile(r"[\u2010-\u2027]+")
#: For `translate`: spaces for what is no letter in ASCII. To split after it takes a third of
#: the time in which a pattern finds the words.
SPACED = {sign: " " for sign in range(128) if not chr(sign).isalpha()}


@lru_cache(maxsize=2)
def small(text: str) -> str:
    """A text in small letters, sign for sign, as patterns with `re.IGNORECASE` read it.

    A pattern in small letters finds in it, at the same places, what it finds in the text
    where case is ignored. It is found several times as quickly: patterns that ignore case
    look at every alternative in every place.
    """
    if text.isascii():
        return text.lower()
    # Two letters whose small ones are ASCII in these patterns only, one whose small one is two.
    lower = text.replace("\u0130", "i").lower()
    return lower.replace("\u0131", "i").replace("\u017f", "s")


def folded(text: str) -> str:
    """A text in lower case without accents; it may be longer or shorter."""
    if text.isascii():
        return text.lower()
    # Marks are put in order among themselves only, so that pieces can be taken one by one.
    return _BEYOND_ASCII.sub(_unaccented, text).lower()


def unmarked(text: str) -> str:
    """A text with spaces for marks; most texts in English are ASCII then."""
    return text if text.isascii() else _MARKS.sub(" ", text)


def words(text: str, word: re.Pattern[str], gaps: Mapping[int, str]) -> list[str]:
    """The words that a pattern finds in a text, most of them without it.

    Args:
        text: In whatever case it is to be compared.
        word: The pattern; no mark is of a word.
        gaps: A space for each sign of ASCII that it does not find.
    """
    plain = unmarked(text)
    return plain.translate(gaps).split() if plain.isascii() else word.findall(plain)


def _unaccented(found: re.Match[str]) -> str:
    return _plain(found[0])


@lru_cache(maxsize=4096)
def _plain(signs: str) -> str:
    plain = unicodedata.normalize("NFKD", signs.replace("\u00df", "ss"))
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
