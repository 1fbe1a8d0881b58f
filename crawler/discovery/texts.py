"""What a page says and which family its URL belongs to, as keys to compare; pure."""

import hashlib
import re
from urllib.parse import parse_qsl, urlsplit

from lxml import etree, html

from pipelines.core.model import Capture

#: Bytes of a page that are read for its key.
_MOST_BYTES = 1024 * 1024
_FEWEST_WORDS = 5
_SILENT = frozenset({"script", "style", "noscript", "template", "nav", "header", "footer", "svg"})
_WORD = re.compile(r"[^\W\d_]{2,}")
_DATE = re.compile(
    r"jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|(?:mon|tue|tues|wed|wednes|thu|thur|thurs|fri|sat|satur|sun)(?:day)?"
)
_OPAQUE = re.compile(r"(?=[^/]*\d)[0-9a-zA-Z_-]{16,}|[0-9a-f]{8,}")


def text_key(capture: Capture) -> int | None:
    """A 63-bit key of the visible words of a page.

    Pages that differ only in dates, numbers or in the echo of their own address have the
    same key.

    Returns:
        None for what is not HTML or has hardly any words.
    """
    body = capture.body[:_MOST_BYTES]
    if b"<" not in body[:4096]:
        return None
    parser = html.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True)
    try:
        root = html.document_fromstring(body, parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    own = set(_WORD.findall(urlsplit(capture.url).path.lower()))
    words = [word for word in _words(root) if word not in own and not _DATE.fullmatch(word)]
    if len(words) < _FEWEST_WORDS:
        return None
    digest = hashlib.blake2b(" ".join(words).encode("utf-8", "replace"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1


def pattern_of(url: str) -> str:
    """The family of a URL: pages that one template makes.

    >>> pattern_of("https://blog.example/calendar/2031/07/")
    'blog.example/calendar/0/0/'
    >>> pattern_of("https://blog.example/blog/why-i-vote?b=1&a=2")
    'blog.example/blog/*?a&b'
    """
    parts = urlsplit(url)
    steps = parts.path.split("/")
    shaped = [re.sub(r"\d+", "0", "x" if _OPAQUE.fullmatch(step) else step) for step in steps]
    if shaped[-1] and shaped[-1] not in {"0", "x"}:
        shaped[-1] = "*"
    elif len(shaped) > 2 and not shaped[-1] and shaped[-2] not in {"0", "x"}:  # noqa: PLR2004
        shaped[-2] = "*"
    keys = sorted({key for key, _ in parse_qsl(parts.query, keep_blank_values=True)})
    query = "?" + "&".join(keys) if keys else ""
    return f"{parts.netloc}{'/'.join(shaped)}{query}"


def _words(root: etree._Element) -> list[str]:
    words: list[str] = []
    silent: etree._Element | None = None
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            if silent is None and element.tag in _SILENT:
                silent = element
            if silent is None and element.text:
                words += _WORD.findall(element.text.lower())
        else:
            if element is silent:
                silent = None
            if silent is None and element.tail:
                words += _WORD.findall(element.tail.lower())
    return words
