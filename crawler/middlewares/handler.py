"""Scrapy's download handler with a limit to header lines, which it has no setting for."""

from typing import Any

from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
)
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IAddress
from twisted.web._newclient import Request as TxRequest
from twisted.web.iweb import IResponse

#: Bytes and lines of all headers of an answer, interim ones (1xx) included.
MOST_BYTES = 256 * 1024
MOST_LINES = 200
_MESSAGE = f"more than {MOST_BYTES} bytes or {MOST_LINES} lines of headers"


class HeadersTooLarge(Exception):
    """An answer has more or longer header lines than anybody needs."""


class _BoundedParser(_LenientHTTPClientParser):
    # Class attributes, since the parser of each request is changed into this one.
    _bytes = 0
    _lines = 0
    #: Of one line; Twisted's 16 KiB are less than some sites send.
    MAX_LENGTH = MOST_BYTES

    def lineReceived(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        self._bytes += len(line) + 2
        self._lines += 1
        if self._bytes > MOST_BYTES or self._lines > MOST_LINES:
            raise HeadersTooLarge(_MESSAGE)
        super().lineReceived(line)

    def lineLengthExceeded(self, line: bytes) -> None:  # noqa: N802 - Twisted's name
        del line
        raise HeadersTooLarge(_MESSAGE)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def dataReceived(self, data: bytes) -> None:  # noqa: N802 - Twisted's name
        transport: Any = self.transport
        if transport.disconnecting:
            # TLS waits for the other side's goodbye; who talks on instead would be listened
            # to for the rest of the run.
            transport.abortConnection()
            return
        super().dataReceived(data)  # type: ignore[no-untyped-call]

    def request(self, request: TxRequest) -> "Deferred[IResponse]":
        answer = super().request(request)
        if self._parser is not None:
            # As Scrapy's own does: the parser's class is not a parameter.
            self._parser.__class__ = _BoundedParser
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: IAddress | None) -> _BoundedProtocol:  # noqa: N802
        del addr
        return _BoundedProtocol(self._quiescentCallback)  # type: ignore[no-untyped-call]


class BoundedHandler(HTTP11DownloadHandler):
    """Downloads over HTTP/1.1; an answer with too many headers fails.

    Args:
        crawler: Whose settings rule.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory  # noqa: SLF001 - as its base sets its own
