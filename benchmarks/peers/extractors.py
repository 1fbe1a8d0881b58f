"""The text of pages as other extractors see it: JSON lines in, JSON lines out.

In: `{"html": ...}`, a page in base64. Out: `{"texts": {...}, "seconds": {...}}`, by the
name of the setting; an extractor that raises gives an empty text.
"""

import base64
import json
import sys
import time
from collections.abc import Callable
from typing import Any

import newspaper  # type: ignore[import-not-found]
from lxml.html import document_fromstring
from readability import Document  # type: ignore[import-not-found]
from resiliparse.extract.html2text import extract_plain_text  # type: ignore[import-not-found]
from resiliparse.parse.encoding import (  # type: ignore[import-not-found]
    bytes_to_str,
    detect_encoding,
)
from trafilatura import extract


def _trafilatura(**settings: Any) -> Callable[[bytes], str]:
    return lambda html: extract(html, **settings) or ""


def _resiliparse(html: bytes) -> str:
    page = bytes_to_str(html, detect_encoding(html))
    text: str = extract_plain_text(page, main_content=True, comments=False)
    return text


def _readability(html: bytes) -> str:
    summary = Document(bytes_to_str(html, detect_encoding(html))).summary()
    return "\n\n".join(map(str, document_fromstring(summary).itertext()))


def _newspaper(html: bytes) -> str:
    article = newspaper.Article("http://page.example/", fetch_images=False)
    article.download(input_html=bytes_to_str(html, detect_encoding(html)))
    article.parse()
    text: str = article.text
    return text


#: Every extractor with the setting it is asked in; the first is what others are timed by.
SYSTEMS: dict[str, Callable[[bytes], str]] = {
    "trafilatura, default": _trafilatura(),
    "trafilatura, no comments": _trafilatura(include_comments=False),
    "trafilatura, recall": _trafilatura(include_comments=False, favor_recall=True),
    "trafilatura, precision": _trafilatura(include_comments=False, favor_precision=True),
    "trafilatura, fast": _trafilatura(include_comments=False, fast=True),
    "resiliparse, main content": _resiliparse,
    "readability-lxml": _readability,
    "newspaper4k": _newspaper,
}


def main() -> None:
    """Answer each line."""
    for line in sys.stdin:
        html = base64.b64decode(json.loads(line)["html"])
        texts: dict[str, str] = {}
        seconds: dict[str, float] = {}
        for name, system in SYSTEMS.items():
            start = time.perf_counter()
            try:
                texts[name] = system(html)
            except Exception:  # noqa: BLE001 - a peer that fails has found nothing
                texts[name] = ""
            seconds[name] = time.perf_counter() - start
        sys.stdout.write(json.dumps({"texts": texts, "seconds": seconds}) + "\n")


if __name__ == "__main__":
    main()
