"""Extraction: charset, rejections by reason, dates that the page gives."""

import json
from datetime import UTC, datetime

import pytest

from pipelines.core import warc
from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef, Kind, Via
from pipelines.core.reasons import Reason
from pipelines.extract import MOST_BYTES, Extract
from pipelines.extract.decode import decode

SOURCE = CaptureRef(file="a/000001.warc.gz", offset=0, length=1, digest="sha256:0")
PROSE = "<p>" + "</p><p>".join(
    f"We talked for a while about sleep and worry, and about paragraph {n}." for n in range(8)
)
HTML = "text/html; charset=utf-8"
GERMAN = "Wer auf einen Platz wartet, wartet für zwei, und übt schöne Sätze dafür. Über Nacht."


def extracted(
    body: str | bytes,
    *,
    media: str = HTML,
    url: str = "http://blog.example/a-long-night/",
    truncated: str = "",
) -> Document:
    """The document of a page."""
    raw = body if isinstance(body, bytes) else body.encode()
    capture = Capture(
        url=url,
        kind=Kind.POST,
        via=Via.FEED,
        fetched_at=datetime(2024, 6, 1, tzinfo=UTC),
        status=200,
        headers=(("Content-Type", media),),
        body=raw,
        digest=warc.digest_of(raw),
        truncated=truncated,
    )
    return Extract()(capture, SOURCE)


def page(head: str = "", body: str = PROSE) -> str:
    """A page with an article."""
    return (
        f"<!doctype html><html><head><title>A long night</title>{head}</head>"
        f"<body><article><h1>A long night</h1>{body}</article></body></html>"
    )


@pytest.mark.parametrize(
    ("body", "media", "truncated", "reason"),
    [
        ("%PDF-1.7", "application/pdf", "", Reason.EXTRACT_NOT_HTML),
        ("<rss version='2.0'></rss>", "application/rss+xml", "", Reason.EXTRACT_NOT_HTML),
        ('{"a": 1}', "application/json", "", Reason.EXTRACT_NOT_HTML),
        ("just words", "text/plain", "", Reason.EXTRACT_NOT_HTML),
        ("%PDF-1.7 sent as a page", HTML, "", Reason.EXTRACT_NOT_HTML),
        (page(), HTML, "length", Reason.EXTRACT_TRUNCATED),
        ("", HTML, "", Reason.EXTRACT_EMPTY),
        ("<html><body></body></html>", HTML, "", Reason.EXTRACT_EMPTY),
        ("<p>" + "x " * (MOST_BYTES // 2), HTML, "", Reason.EXTRACT_TOO_LARGE),
    ],
)
def test_rejections(body: str, media: str, truncated: str, reason: Reason) -> None:
    """What holds no article is rejected, and keeps its address."""
    found = extracted(body, media=media, truncated=truncated)

    assert found.rejection is not None
    assert found.rejection.reason is reason
    assert found.url == "http://blog.example/a-long-night/"


@pytest.mark.parametrize("media", ["", "text/plain", "application/octet-stream", HTML])
def test_vague_types(media: str) -> None:
    """A page whose server does not know that it is one is read all the same."""
    assert extracted(page(), media=media).rejection is None


def test_article() -> None:
    """Paragraphs are separated by a blank line, and the title is not one of them."""
    found = extracted(page())

    assert found.title == "A long night"
    assert found.text.split("\n\n")[0].startswith("We talked for a while")
    assert len(found.text.split("\n\n")) == 8


@pytest.mark.parametrize(
    ("body", "media", "text"),
    [
        ("Über".encode(), "text/html; charset=utf-8", "Über"),
        ("Über".encode("latin-1"), "text/html; charset=iso-8859-1", "Über"),
        (GERMAN.encode("latin-1"), "text/html", GERMAN),
        ("Über".encode(), "text/html", "Über"),
        ("Über".encode(), "text/html; charset=klingon", "Über"),
        ('<meta charset="windows-1252">Über'.encode("cp1252"), "text/html", "Über"),
        (b"\xef\xbb\xbf" + "Über".encode(), "text/html; charset=iso-8859-1", "Über"),
        ("Über".encode("utf-16"), "text/html", "Über"),
        (b"", "", ""),
    ],
)
def test_charsets(body: bytes, media: str, text: str) -> None:
    """The byte order mark decides, then the header, then the page, then a guess."""
    assert decode(body, media).endswith(text)


def test_any_bytes() -> None:
    """No bytes make it raise."""
    for seed in range(40):
        body = bytes((seed * 7 + n * n) % 256 for n in range(400))
        assert extracted(b"<html><body><p>" + body).url


@pytest.mark.parametrize("odd", [None, 7, {"a": 1}, [None, 3]])
def test_odd_json_ld(odd: object) -> None:
    """JSON-LD whose types or keywords are no words is passed over, not tripped over."""
    things = [{"@type": odd, "author": "Ben Birch"}, {"@type": "Article", "keywords": odd}]
    script = f'<script type="application/ld+json">{json.dumps(things)}</script>'

    found = extracted(page(script))

    assert found.rejection is None
    assert (found.author, found.tags) == (None, ())
