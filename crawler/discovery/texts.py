"""What a page says and which family its URL belongs to, as keys to compare; pure."""

import hashlib
import re
from urllib.parse import parse_qsl, unquote_plus, urlsplit

from lxml import etree

from pipelines.core import markup, url_words
from pipelines.core.markup import Markup
from pipelines.core.model import Capture

#: Bytes of a page that are read for its key.
_MOST_BYTES = 1024 * 1024
_FEWEST_WORDS = 5
#: Words below which the scripts of a page count too, and characters of them that are read.
_FEW_WORDS = 50
_MOST_SCRIPT = 200_000
_SILENT = frozenset({"script", "style", "noscript", "template", "nav", "header", "footer", "svg"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_DIGIT = re.compile(r"\d")
#: What tells when, which may be another time at each visit.
_TIMES = url_words.MONTHS | set(
    re.findall(
        r"\w+",
        """
    am pm ago vor today yesterday tomorrow now just second seconds minute minutes min mins hour
    hours hrs day days week weeks month months year years märz février août décembre
    mon tue tues wed thu thur thurs fri sat sun monday tuesday wednesday thursday friday saturday
    sunday montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi
    vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo lunedì martedì
    mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag
    zondag
    """,
    )
)
#: Identifiers that a program made, and the session that ASP.NET keeps in parentheses.
_OPAQUE = re.compile(
    r"(?=[^/]*\d)(?=[^/]*[a-z])[0-9a-z_]{8,}|(?=[^/]*\d)[0-9a-z_-]{20,}|[0-9a-f]{12,}|\([a-z]\(.*",
    re.IGNORECASE,
)
#: Directories that are told apart in one family, and query keys.
_MOST_STEPS = 4
_MOST_KEYS = 2


def words_of(capture: Capture, parsed: Markup | None = None) -> tuple[str, ...] | None:
    """The visible words of a page, without dates and numbers; None for what is not HTML.

    Args:
        capture: The page.
        parsed: Its tree, where somebody has made it. It is taken apart.
    """
    media = capture.header("content-type").lower()
    if "html" not in media and (media or b"<" not in capture.body[:4096]):
        return None
    root = (parsed or markup.parsed(capture, _MOST_BYTES)).root
    if root is None:
        return None
    # These outlive what is taken from the tree.
    scripts = list(root.iter("script"))
    words = _words(root)
    if len(words) < _FEW_WORDS:
        # Some builders keep a post's words in a script and show them from there.
        text = " ".join(element.text or "" for element in scripts)
        said = _WORD.findall(text[:_MOST_SCRIPT].lower())
        if len(said) >= _FEW_WORDS:
            words += said
    return tuple(words)


def text_key(words: tuple[str, ...] | None, url: str) -> int | None:
    """A 63-bit key of the words of a page.

    Pages that differ only in dates, numbers, session ids or in the echo of their own
    address have the same key.

    Args:
        words: As `words_of` gives them.
        url: Of the page.

    Returns:
        None for what is not HTML or has hardly any words.
    """
    own = _own(url)
    said = [word for word in words or () if word not in own]
    if len(said) < _FEWEST_WORDS:
        return None
    digest = hashlib.blake2b(" ".join(said).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def says_the_same(words: tuple[str, ...] | None, others: tuple[str, ...], url: str) -> bool:
    """Whether the page at `url` says what another does, but for the echo of its address."""
    own = _own(url)
    said = [word for word in words or () if word not in own]
    return bool(said) and said == [word for word in others if word not in own]


def _own(url: str) -> set[str]:
    parts = urlsplit(url)
    return set(_WORD.findall(unquote_plus(f"{parts.path} {parts.query}").lower()))


def pattern_of(url: str) -> str:
    """The family of a URL: pages that one template makes.

    Numbers and identifiers are alike, so are the last words of a path, all that lies
    deeper than four directories, and the order and values of a query.

    >>> pattern_of("https://blog.example/calendar/2031/07/")
    'blog.example/calendar/0/0/'
    >>> pattern_of("https://blog.example/blog/why-i-vote?b=1&a=2")
    'blog.example/blog/*?a&b'
    >>> pattern_of("https://blog.example/a/b/a/b/a/b")
    'blog.example/a/b/a/b/**'
    """
    parts = urlsplit(url)
    keys = sorted(
        {re.sub(r"\[.*|\d+", "", key) for key, _ in parse_qsl(parts.query, keep_blank_values=True)}
    )
    steps = [_shaped(step) for step in parts.path.split("/") if step]
    end = "/" if steps and parts.path.endswith("/") else ""
    if len(steps) > _MOST_STEPS:
        steps, end = [*steps[:_MOST_STEPS], "**"], ""
    elif steps and steps[-1] not in {"0", "x"} and (len(steps) > 1 or not keys):
        steps[-1] = "*"
    query = "?" + ("&".join(keys) if len(keys) <= _MOST_KEYS else "*") if keys else ""
    return f"{parts.netloc}/{'/'.join(steps)}{end}{query}"


def _shaped(step: str) -> str:
    return "x" if _OPAQUE.fullmatch(step) and not step.isdecimal() else re.sub(r"\d+", "0", step)


def _words(root: etree._Element) -> list[str]:
    """The words of a page but for times; what is glued to a digit is no word but a number."""
    etree.strip_elements(root, *_SILENT, with_tail=False)
    words: list[str] = []
    for token in " ".join(markup.pieces(root)).lower().split():
        if token.isalpha():
            words.append(token)
        elif not _DIGIT.search(token):
            words += _WORD.findall(token)
    return [word for word in words if len(word) > 1 and word not in _TIMES]
