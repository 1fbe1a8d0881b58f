"""Undoes content codings, and notices a body that ends before its coding does.

Scrapy's own middleware takes half a gzip stream for the whole page.
"""

import sys
import zlib
from collections.abc import Callable
from typing import Any

import brotli
from scrapy import Request, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, StopDownload
from scrapy.http import Response

from pipelines.core.reasons import Reason

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

__all__ = ["CodingsMiddleware", "Damaged", "undone", "zstd"]

#: Codings of one body that are undone; nobody needs more.
MOST_CODINGS = 2
#: Bytes that are unpacked at once, so that a bomb is noticed early.
_CHUNK = 64 * 1024
#: Words that stand in Content-Encoding and mean no coding.
_PLAIN = frozenset({"", "identity", "none", "utf-8"})
_MAGIC = b"\x1f\x8b"


class Damaged(Exception):
    """A coded body cannot be undone."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason


class CodingsMiddleware:
    """Undoes the codings of each answer, bounded and to their very end.

    A request with ``cut_at`` in its meta gets as many bytes of the body as that says, cut
    there instead of failing: robots.txt is read as far as RFC 9309 asks.

    Args:
        crawler: Whose settings rule.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._most = crawler.settings.getint("DOWNLOAD_MAXSIZE")
        crawler.signals.connect(self._received, signal=signals.bytes_received)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CodingsMiddleware":
        """Scrapy's way to make a component."""
        return cls(crawler)

    def process_request(self, request: Request) -> None:
        """Say which codings we can undo."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Response:
        """Undo the codings of an answer.

        Raises:
            IgnoreRequest: The body is damaged, too large, or coded in a way unknown to us.
        """
        lines = b",".join(response.headers.getlist("Content-Encoding")).decode("latin-1").lower()
        codings = [coding.strip() for coding in lines.split(",")]
        codings = [coding for coding in codings if coding not in _PLAIN]
        cut_at: int | None = request.meta.get("cut_at")
        body = response.body
        if codings and (body or response.status == 200):  # noqa: PLR2004 - others may be empty
            is_whole = "download_stopped" not in response.flags
            try:
                body = undone(
                    body,
                    codings,
                    cut_at or self._most,
                    is_bounded=cut_at is None,
                    is_whole=is_whole,
                )
            except Damaged as error:
                raise IgnoreRequest(str(error)) from error
        if cut_at is not None:
            body = body[:cut_at]
        if body is response.body:
            return response
        headers = response.headers.copy()
        headers.pop("Content-Encoding", None)
        return response.replace(body=body, headers=headers)

    def _received(self, data: bytes, request: Request) -> None:
        """Stop a download that may be cut, once there is enough of it."""
        cut_at = request.meta.get("cut_at")
        if cut_at is not None:
            request.meta["received"] = request.meta.get("received", 0) + len(data)
            if request.meta["received"] >= cut_at:
                raise StopDownload(fail=False)


def undone(
    body: bytes, codings: list[str], most: int, *, is_bounded: bool, is_whole: bool
) -> bytes:
    """The body without its codings, the last of which was put on last.

    Args:
        body: As it was sent.
        codings: Names of RFC 9110, section 8.4.1, and of RFC 8878, in lower case.
        most: Bytes that come out at most.
        is_bounded: Whether more than that is a failure; else it is cut.
        is_whole: Whether the body was sent to its end, so that it has to end well.

    Raises:
        Damaged: It is cut short, too large, no such coding, or coded too often.
    """
    if len(codings) > MOST_CODINGS:
        raise Damaged(Reason.FETCH_CODING, f"{len(codings)} codings")
    for coding in reversed(codings):
        if coding not in _UNDO:
            raise Damaged(Reason.FETCH_CODING, f"coded as {coding[:50]!r}")
        try:
            body, ended = _UNDO[coding](body, most + 1)
        except (zlib.error, brotli.error, zstd.ZstdError, EOFError) as error:
            raise Damaged(Reason.FETCH_CODING, f"not the {coding} that it says: {error}") from error
        if len(body) > most:
            if is_bounded:
                raise Damaged(Reason.FETCH_TOO_LARGE, f"more than {most} bytes, unpacked")
            return body[:most]
        if is_whole and not ended:
            raise Damaged(Reason.FETCH_INCOMPLETE, f"the {coding} stream ends early")
    return body


def _gzip(body: bytes, most: int) -> tuple[bytes, bool]:
    """All members of a gzip body; what follows the last is no concern of ours."""
    parts: list[bytes] = []
    size, ended = 0, False
    while size < most and (body.startswith(_MAGIC) or not parts):
        unpacker = zlib.decompressobj(wbits=31)
        part, ended = _inflated(unpacker, body, most - size)
        parts.append(part)
        size += len(part)
        body = unpacker.unused_data
        if not ended:
            break
    return b"".join(parts), ended


def _deflate(body: bytes, most: int) -> tuple[bytes, bool]:
    """A zlib stream, or a bare one as some servers send it."""
    try:
        return _inflated(zlib.decompressobj(), body, most)
    except zlib.error:
        unpacker = zlib.decompressobj(wbits=-15)
        found = _inflated(unpacker, body, most)
        if unpacker.unused_data:
            # It has no checksum: a bit of anything may pass for a stream.
            message = "more than a bare stream"
            raise zlib.error(message) from None
        return found


def _inflated(unpacker: Any, body: bytes, most: int) -> tuple[bytes, bool]:
    out = bytearray(unpacker.decompress(body, _CHUNK))
    while unpacker.unconsumed_tail and not unpacker.eof and len(out) < most:
        out += unpacker.decompress(unpacker.unconsumed_tail, _CHUNK)
    return bytes(out), unpacker.eof


def _brotli(body: bytes, most: int) -> tuple[bytes, bool]:
    """One stream and nothing after it: it has no checksum, its exact end is all there is."""
    unpacker = brotli.Decompressor()
    out = bytearray(unpacker.process(body, output_buffer_limit=_CHUNK))
    while len(out) < most and not unpacker.is_finished():
        part = unpacker.process(b"", output_buffer_limit=_CHUNK)
        if not part:
            break
        out += part
    return bytes(out), unpacker.is_finished()


def _zstd(body: bytes, most: int) -> tuple[bytes, bool]:
    """All frames of a zstd body; what follows the last is no concern of ours."""
    out = bytearray()
    ended = False
    while body and len(out) < most and not (ended and not _begins_frame(body)):
        unpacker = zstd.ZstdDecompressor()
        out += unpacker.decompress(body, _CHUNK)
        while len(out) < most and not unpacker.eof and not unpacker.needs_input:
            out += unpacker.decompress(b"", _CHUNK)
        ended = unpacker.eof
        if not ended:
            break
        body = unpacker.unused_data
    return bytes(out), ended


def _begins_frame(body: bytes) -> bool:
    """Whether a zstd frame or a skippable one follows (RFC 8878, 3.1)."""
    return body[:4] == b"\x28\xb5\x2f\xfd" or (
        body[1:4] == b"\x2a\x4d\x18" and body[0] >> 4 == 5  # noqa: PLR2004 - 0x50 to 0x5F
    )


_UNDO: dict[str, Callable[[bytes, int], tuple[bytes, bool]]] = {
    "gzip": _gzip,
    "x-gzip": _gzip,
    "deflate": _deflate,
    "br": _brotli,
    "zstd": _zstd,
}
