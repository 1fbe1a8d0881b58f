"""One loopback HTTP/1.1 server for any number of hosts, reached as a proxy.

A client that is told to use it as its proxy for http:// sends absolute-form targets
(RFC 9112, section 3.2.2), so pages keep natural URLs that are the same in every run. It
fetches nothing itself: a host that it does not hold is answered with 502.
"""

import gzip
import hashlib
import json
import socket
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC
from email.utils import format_datetime, parsedate_to_datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.sites.site import TEXT, Answer, Site

#: Bytes of a body that are sent at once.
CHUNK = 65536

#: Seconds after which an idle or stuck connection is closed.
IDLE_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class LogRecord:
    """One request as the server saw it."""

    #: When it arrived, in seconds of the system's monotonic clock.
    monotonic: float
    #: When it arrived, in seconds since the epoch.
    wall: float
    host: str
    method: str
    #: Path and query.
    path: str
    status: int
    #: Bytes of the body given to the connection, after content coding.
    sent: int
    user_agent: str
    #: Whether the request carried If-None-Match or If-Modified-Since.
    conditional: bool


class AccessLog:
    """The requests so far, in memory and, if asked, as JSON lines in a file."""

    def __init__(self, path: Path | None) -> None:
        self._records: list[LogRecord] = []
        self._lock = threading.Lock()
        self._file = path.open("a", encoding="utf-8") if path else None

    def add(self, record: LogRecord) -> None:
        """Keep one record; in the file it is on disk at once, as a whole line."""
        with self._lock:
            self._records.append(record)
            if self._file and not self._file.closed:
                self._file.write(json.dumps(asdict(record)) + "\n")
                self._file.flush()

    def records(self) -> list[LogRecord]:
        """A copy of all records, in the order of their answers."""
        with self._lock:
            return list(self._records)

    def close(self) -> None:
        """Close the file; records are still kept in memory."""
        with self._lock:
            if self._file:
                self._file.close()


class SiteServer(ThreadingHTTPServer):
    """The server; `serve` starts and stops it."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, sites: Mapping[str, Site], log: AccessLog) -> None:
        self.sites = sites
        self.log = log
        self._connections: set[socket.socket] = set()
        super().__init__(("127.0.0.1", 0), _Handler)

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        return int(self.server_address[1])

    @property
    def proxy(self) -> str:
        """The value for the environment variable http_proxy."""
        return f"http://127.0.0.1:{self.port}"

    def requests(self, host: str | None = None) -> list[LogRecord]:
        """The requests so far, of one host or of all, in the order of their answers."""
        return [record for record in self.log.records() if host in {None, record.host}]

    def count(self, host: str, path: str) -> int:
        """How often `path` (with query) of `host` has been asked for."""
        return sum(record.path == path for record in self.requests(host))

    # These are BaseServer's hooks, whose types are as loose as they are there.

    def process_request(self, request: Any, client_address: Any) -> None:
        """Remember the connection, so that closing the server closes it."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Forget the connection."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that went away; tests kill them on purpose."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)

    def disconnect(self) -> None:
        """Cut the connections that clients keep alive."""
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def serve(sites: Mapping[str, Site], *, log: Path | None = None) -> Iterator[SiteServer]:
    """Serve `sites`, by host name, on a free port of 127.0.0.1 until the block ends.

    Args:
        sites: The sites by the host name that requests use, in lower case.
        log: A file that the requests are appended to as JSON lines.
    """
    access = AccessLog(log)
    server = SiteServer(sites, access)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        server.disconnect()
        thread.join()
        access.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: SiteServer

    def do_GET(self) -> None:
        self._arrive()
        site = self.server.sites.get(self.host)
        if site is None:
            body = f"This server holds no site called {self.host}.\n".encode()
            self._send(Answer(status=502, body=body, content_type=TEXT), compress=False)
            return
        time.sleep(site.delay)
        self._send(site.answer(self.target), compress=site.gzip)

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_CONNECT(self) -> None:
        self._refuse()

    def do_POST(self) -> None:
        self._refuse()

    def _refuse(self) -> None:
        self._arrive()
        self.close_connection = True
        body = b"This server takes GET and HEAD of http:// URLs only.\n"
        self._send(Answer(status=501, body=body, content_type=TEXT), compress=False)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's name
        """Print nothing: the access log has it."""

    def _arrive(self) -> None:
        self.arrived = (time.monotonic(), time.time())
        absolute = urlsplit(self.path) if self.path.lower().startswith("http://") else None
        authority = absolute.netloc if absolute else self.headers.get("Host", "")
        self.host = authority.lower().removesuffix(":80")
        self.target = self.path
        if absolute:
            query = f"?{absolute.query}" if absolute.query else ""
            self.target = (absolute.path or "/") + query

    def _send(self, answer: Answer, *, compress: bool) -> None:
        headers, body = self._coded(answer, compress=compress)
        status = answer.status
        if status == HTTPStatus.OK and self._is_current(headers):
            status = HTTPStatus.NOT_MODIFIED
        if status == HTTPStatus.NOT_MODIFIED:
            body = b""
        else:
            headers["Content-Length"] = str(len(body))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self._transfer(b"" if self.command == "HEAD" else body, status)

    def _coded(self, answer: Answer, *, compress: bool) -> tuple[dict[str, str], bytes]:
        headers, body = {"Content-Type": answer.content_type, **answer.headers}, answer.body
        digest = hashlib.sha256(body).hexdigest()[:24]
        if compress and answer.content_type.startswith(("text/", "application/")):
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in self.headers.get("Accept-Encoding", ""):
                headers["Content-Encoding"] = "gzip"
                body = gzip.compress(body, 6, mtime=0)
                digest += "-gzip"
        if answer.status == HTTPStatus.OK:
            headers.setdefault("ETag", f'"{digest}"')
            if answer.modified:
                moment = answer.modified.astimezone(UTC)
                headers["Last-Modified"] = format_datetime(moment, usegmt=True)
        return headers, body

    def _is_current(self, headers: Mapping[str, str]) -> bool:
        """Whether the client has this very body; the tag decides (RFC 9110, 13.2.2)."""
        tags = self.headers.get("If-None-Match")
        if tags is not None:
            known = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
            return bool(known & {"*", headers["ETag"].removeprefix("W/")})
        since, modified = self.headers.get("If-Modified-Since"), headers.get("Last-Modified")
        if since is None or modified is None:
            return False
        with suppress(ValueError):
            return parsedate_to_datetime(modified) <= parsedate_to_datetime(since)
        return False

    def _transfer(self, body: bytes, status: int) -> None:
        """Send it, and log it before its last bytes leave.

        So whoever has the whole answer finds it in the log, and whoever broke off
        is logged with what was sent by then.
        """
        last = max(0, len(body) - 1) // CHUNK * CHUNK
        sent = 0
        try:
            if last:
                self.end_headers()
            for start in range(0, last, CHUNK):
                self.wfile.write(body[start : start + CHUNK])
                sent = start + CHUNK
            sent = len(body)
        finally:
            self.server.log.add(self._record(status, sent))
        if not last:
            self.end_headers()
        self.wfile.write(body[last:])

    def _record(self, status: int, sent: int) -> LogRecord:
        conditions = ("If-None-Match", "If-Modified-Since")
        return LogRecord(
            monotonic=self.arrived[0],
            wall=self.arrived[1],
            host=self.host,
            method=self.command,
            path=self.target,
            status=int(status),
            sent=sent,
            user_agent=self.headers.get("User-Agent", ""),
            conditional=any(name in self.headers for name in conditions),
        )
