"""HTML to Document: charset, cleaning, article text, metadata."""

from dataclasses import dataclass, replace
from typing import ClassVar

from pipelines.core.document import Document
from pipelines.core.model import Capture, CaptureRef
from pipelines.core.page_kind import verdict
from pipelines.core.reasons import Reason
from pipelines.core.urls import document_id, site_of
from pipelines.extract.body import article
from pipelines.extract.clean import clean
from pipelines.extract.decode import decode
from pipelines.extract.excerpt import container_is_empty, is_excerpt
from pipelines.extract.marks import signs
from pipelines.extract.metadata import metadata
from pipelines.extract.page import Page, parse

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

    version: ClassVar[int] = 4

    #: Seconds of processor time that one page may take; the worker that runs it is killed then.
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
    html = clean(decode(capture.body, capture.header("Content-Type")))
    page = parse(html, capture.url, capture.fetched_at)
    if page is None:
        return document.reject(Reason.EXTRACT_EMPTY, "no element in the page")
    return _told(document, page)


def _told(document: Document, page: Page) -> Document:
    said = metadata(page)
    found = article(page, said.title)
    document = replace(
        document,
        title=said.title,
        author=said.author,
        author_from=said.author_from,
        published_at=said.published_at,
        published_from=said.published_from,
        published_precision=said.published_precision,
        published_offset=said.published_offset,
        modified_at=said.modified_at,
        tags=said.tags,
        site_name=said.site_name,
        text=found.text,
        extraction_confidence=found.confidence,
        signs=signs(page),
    )
    if not found.text:
        return document.reject(Reason.EXTRACT_EMPTY, "no article text")
    if container_is_empty(page) and not found.is_hidden:
        return document.reject(Reason.EXTRACT_EMPTY, "the container of the post holds no words")
    # A list of beginnings is no beginning: what it is, the topic stage says.
    excerpt = is_excerpt(found.text, page)
    if excerpt and verdict(document).reason not in {Reason.TOPIC_LISTING, Reason.TOPIC_HOME}:
        return document.reject(Reason.EXTRACT_EXCERPT, excerpt)
    if found.dispute:
        return document.reject(Reason.EXTRACT_DISAGREEMENT, found.dispute)
    return document


def _is_html(media: str, body: bytes) -> bool:
    if body.lstrip().startswith(_OTHER):
        return False
    if media.startswith(_HTML):
        return True
    start = body[:4096].lower()
    return media in _VAGUE and any(
        mark in start for mark in (b"<html", b"<!doctype html", b"<body")
    )
