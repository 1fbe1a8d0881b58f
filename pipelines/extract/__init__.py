"""HTML to Document: charset, cleaning, article text, metadata."""

from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.model import Capture, CaptureRef, Document
from pipelines.core.reasons import Reason
from pipelines.core.urls import document_id, site_of
from pipelines.extract.clean import clean
from pipelines.extract.decode import decode
from pipelines.extract.html import article

#: Bytes of a page that is extracted: twenty times the average page, and trafilatura
#: needs about six seconds for as much plain prose.
MOST_BYTES = 5 * 1024 * 1024

_HTML = ("text/html", "application/xhtml")
#: How files begin that are no page, whatever their server calls them.
_OTHER = (b"%PDF-", b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"PK\x03\x04", b"<rss", b"<feed")
#: Media types that say nothing; the first bytes decide then.
_VAGUE = frozenset({"", "text/plain", "application/octet-stream", "text/xml", "application/xml"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """Makes a document of a capture; a page that holds no article is rejected."""

    version: ClassVar[int] = 1

    #: Seconds that one page may take; the worker that runs it is killed then.
    seconds: float = 7.0
    #: MiB that one page may take.
    memory_mib: int = 1024

    def __call__(self, capture: Capture, source: CaptureRef) -> Document:
        """Extract one page; never raises, whatever the page holds."""
        document = Document(
            id=document_id(capture.url),
            url=capture.url,
            site=site_of(capture.url),
            via=capture.via,
            fetched_at=capture.fetched_at,
            source=source,
        )
        try:
            return _extracted(document, capture)
        except MemoryError:
            raise  # the worker reports it and is replaced
        except Exception as error:  # noqa: BLE001 - one page's crash may not stop the run
            return document.reject(Reason.EXTRACT_CRASHED, f"{type(error).__name__}: {error}")


def _extracted(document: Document, capture: Capture) -> Document:
    if capture.truncated:
        return document.reject(Reason.EXTRACT_TRUNCATED, capture.truncated)
    media = capture.header("Content-Type").partition(";")[0].strip().lower()
    if not _is_html(media, capture.body):
        return document.reject(Reason.EXTRACT_NOT_HTML, media or "no content type")
    if len(capture.body) > MOST_BYTES:
        detail = f"{len(capture.body)} bytes, more than {MOST_BYTES}"
        return document.reject(Reason.EXTRACT_TOO_LARGE, detail)
    page = clean(decode(capture.body, capture.header("Content-Type")))
    found = article(page, capture.url, capture.fetched_at) if page.strip() else None
    if found is None:
        return document.reject(Reason.EXTRACT_EMPTY, "no article text")
    document = replace(
        document,
        title=found.title,
        author=found.author,
        published_at=found.published_at,
        modified_at=found.modified_at,
        tags=found.tags,
        text=found.text,
    )
    return document if found.text else document.reject(Reason.EXTRACT_EMPTY, "no article text")


def _is_html(media: str, body: bytes) -> bool:
    if body.lstrip().startswith(_OTHER):
        return False
    if media.startswith(_HTML):
        return True
    start = body[:4096].lower()
    return media in _VAGUE and any(
        mark in start for mark in (b"<html", b"<!doctype html", b"<body")
    )
