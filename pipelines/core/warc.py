"""One capture as one WARC record in one gzip member, and back; the only home of warcio."""

import hashlib
import io
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import brotli
from warcio.archiveiterator import ArchiveIterator
from warcio.bufferedreaders import ChunkedDataReader
from warcio.limitreader import LimitReader
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipelines.core.errors import ArchiveError
from pipelines.core.model import Capture, Kind, Via

#: Fields of our own in the record's header; other readers pass over unknown fields
#: (WARC 1.1, section 4). With them the ledger can be rebuilt from the archive alone.
KIND_FIELD = "Corpus-Kind"
VIA_FIELD = "Corpus-Via"

#: Header lines that describe how the body travelled, not the body that is stored.
_TRAVEL = frozenset({"content-encoding", "transfer-encoding", "content-length"})
#: Bytes of a body that are kept, as many as the crawler takes; a bomb unpacks to no more.
MOST_BYTES = 10 * 1024 * 1024

#: Of gzip. The highest, 9, takes half as long again for real pages and saves 0.6 % of their bytes.
_LEVEL = 6
#: Tells zlib to write and read a whole gzip member.
_GZIP = 31

_CODINGS = frozenset({"", "identity", "gzip", "x-gzip", "deflate", "br"})


def digest_of(body: bytes) -> str:
    """``sha256:`` and the hex digest of a body."""
    return "sha256:" + hashlib.sha256(body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A record of a foreign WARC that cannot become a capture."""

    url: str
    why: str


class _Headers(StatusAndHeaders):  # type: ignore[misc]
    """Header lines as they were sent, where warcio would percent-encode what is not ASCII."""

    def compute_headers_buffer(self, header_filter: Any = None) -> None:
        self.headers_buff = self.to_bytes(header_filter)


def encode(capture: Capture) -> bytes:
    """Write `capture` as a WARC 1.1 response record in one gzip member.

    Codings are undone before a capture exists, so their header lines are kept under
    an `X-Crawler-` prefix (the habit of Common Crawl) and Content-Length is the
    stored body's.
    """
    lines = [
        (f"X-Crawler-{name}" if name.lower() in _TRAVEL else name, value)
        for name, value in capture.headers
    ]
    lines.append(("Content-Length", str(len(capture.body))))
    fields = {
        "WARC-Date": capture.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "WARC-Payload-Digest": capture.digest,
        KIND_FIELD: capture.kind.value,
        VIA_FIELD: capture.via.value,
    }
    if capture.truncated:
        fields["WARC-Truncated"] = capture.truncated
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=False, warc_version="1.1")
    record = writer.create_warc_record(
        capture.url,
        "response",
        payload=io.BytesIO(capture.body),
        length=len(capture.body),
        http_headers=_Headers(str(capture.status), lines, protocol="HTTP/1.1"),
        warc_headers_dict=fields,
    )
    writer.write_record(record)
    return zlib.compress(out.getbuffer(), _LEVEL, wbits=_GZIP)


def decode(member: bytes) -> Capture:
    """Read back what `encode` wrote, and verify its digest.

    Raises:
        ArchiveError: The member is damaged.
    """
    try:
        content = io.BytesIO(_unpacked(member))
        capture = _capture(next(iter(ArchiveIterator(content))))
    except Exception as error:
        message = f"a record of the archive cannot be read ({error}); restore it from a copy"
        raise ArchiveError(message) from error
    if digest_of(capture.body) != capture.digest:
        message = f"the record of {capture.url} fails its digest; restore it from a copy"
        raise ArchiveError(message)
    return capture


def _unpacked(member: bytes) -> bytes:
    """The content of one gzip member, read to the checksum at its end."""
    unpacker = zlib.decompressobj(wbits=_GZIP)
    content = unpacker.decompress(member)
    if not unpacker.eof or unpacker.unused_data:
        message = "it is not one whole gzip member"
        raise EOFError(message)
    return content


def foreign(path: Path) -> Iterator[Capture | Unreadable]:
    """Stream the response records of a WARC that any tool wrote, gzipped or not.

    Yields:
        A capture for each 2xx response, an Unreadable for each record that cannot be
        one. Requests, metadata, DNS look-ups and revisits are passed over.

    Raises:
        ArchiveError: The file cannot be read on; the captures before it were good.
    """
    count = 0
    try:
        with path.open("rb") as stream:
            records = ArchiveIterator(stream)
            for record in records:
                found = _imported(record) if _is_answer(record) else None
                _read_to_end(record)
                count += 1
                if found is not None:
                    yield found
            _check_end(path, records.member_info)
    except Exception as error:
        message = (
            f"{path}: not readable after record {count} ({error}); what came before it "
            "was imported: mend or replace the file, then import it again."
        )
        raise ArchiveError(message) from error


def _is_answer(record: Any) -> bool:
    """Whether it is an HTTP response that brought a page (2xx)."""
    if record.rec_type != "response" or record.http_headers is None:
        return False
    return str(record.http_headers.get_statuscode()).startswith("2")


def _read_to_end(record: Any) -> None:
    """Make sure that the record is whole; warcio takes the end of the file for its end."""
    stream = record.raw_stream
    while stream.read(1 << 20):
        pass
    if not isinstance(stream, LimitReader) or stream.limit:
        message = "the next one is cut short"
        raise EOFError(message)


def _check_end(path: Path, last: tuple[int, int] | None) -> None:
    """Make sure that nothing but white space follows the last record."""
    with path.open("rb") as stream:
        stream.seek(sum(last or (0, 0)))
        if stream.read(1 << 16).strip():
            message = "the next one is cut short"
            raise EOFError(message)


def _imported(record: Any) -> Capture | Unreadable:
    url = str(record.rec_headers.get_header("WARC-Target-URI") or "")
    coding = str(record.http_headers.get_header("content-encoding") or "").lower()
    if coding not in _CODINGS:
        return Unreadable(url=url, why=f"its body is coded as {coding!r}")
    try:
        return _capture(record)
    except (ValueError, OSError, EOFError, zlib.error) as error:
        return Unreadable(url=url, why=str(error) or type(error).__name__)


def _capture(record: Any) -> Capture:
    fields = record.rec_headers
    body = _body(record)
    truncated = str(fields.get_header("WARC-Truncated") or "")
    if len(body) > MOST_BYTES:
        body, truncated = body[:MOST_BYTES], "length"
    own_kind = fields.get_header(KIND_FIELD)
    return Capture(
        url=str(fields.get_header("WARC-Target-URI")).strip("<>"),
        kind=Kind(own_kind) if own_kind else Kind.PAGE,
        via=Via(fields.get_header(VIA_FIELD)) if own_kind else Via.IMPORT,
        fetched_at=_date(str(fields.get_header("WARC-Date"))),
        status=int(record.http_headers.get_statuscode()),
        headers=_headers(record.http_headers.headers, own=bool(own_kind)),
        body=body,
        digest=str(fields.get_header("WARC-Payload-Digest")) if own_kind else digest_of(body),
        truncated=truncated,
    )


def _body(record: Any) -> bytes:
    """The body with its codings undone.

    warcio 1.8 cannot: it sets an attribute on brotli's decompressor, and 1.2 has none.
    """
    headers = record.http_headers
    if str(headers.get_header("content-encoding") or "").lower() != "br":
        return bytes(record.content_stream().read(MOST_BYTES + 1))
    stream = record.raw_stream
    if str(headers.get_header("transfer-encoding") or "").lower() == "chunked":
        stream = ChunkedDataReader(stream)
    try:
        unpacker = brotli.Decompressor()
        return bytes(unpacker.process(stream.read(), output_buffer_limit=MOST_BYTES + 1))
    except brotli.error as error:
        message = f"its body is not the 'br' that its header says ({error})"
        raise ValueError(message) from error


def _headers(lines: list[tuple[str, str]], *, own: bool) -> tuple[tuple[str, str], ...]:
    if not own:
        return tuple((name, value) for name, value in lines)
    return tuple(
        (name.removeprefix("X-Crawler-"), value)
        for name, value in lines
        if name.lower() != "content-length"
    )


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
