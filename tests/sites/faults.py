"""A server on loopback that does on purpose what servers should not do.

Every host plays a script of steps for each request: bytes, pauses, and how it ends. One
port takes HTTP and, told by its first byte, TLS.
"""

import select
import socket
import socketserver
import ssl
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum, auto

#: Seconds after which the server gives up on a client that does nothing.
PATIENCE = 60.0
#: First byte of a TLS record that begins a handshake (RFC 8446, section 5.1).
_HANDSHAKE = 0x16
_LONGEST_HEAD = 256 * 1024


class End(Enum):
    """What becomes of the connection at this point of a script."""

    #: Closed in an orderly way; also the end of a script that names none.
    CLOSE = auto()
    #: Reset.
    RESET = auto()
    #: Left open without another byte until the client goes.
    HANG = auto()
    #: Kept for the next request.
    KEEP = auto()


#: Bytes to send, seconds to wait, or an end.
Step = bytes | float | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request, as a script sees it."""

    host: str
    #: Path and query.
    path: str
    #: The request as it came, up to the empty line.
    head: str


Script = Callable[[Asked], Iterable[Step]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One request in the log, or one handshake that failed on purpose (without a path)."""

    asked: Asked
    #: When it arrived, in seconds of the system's monotonic clock.
    arrived: float
    #: From then until the answer was over or the client had gone.
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Hosts:
    """What the server plays, by host name."""

    #: For requests, plain or in TLS.
    pages: Mapping[str, Script]
    #: Certificates of the hosts that shake hands.
    tls: Mapping[str, ssl.SSLContext] = field(default_factory=dict)
    #: Played instead of a handshake.
    no_tls: Mapping[str, Script] = field(default_factory=dict)


class FaultServer(socketserver.ThreadingTCPServer):
    """The server; `serve_faults` starts and stops it."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, hosts: Hosts) -> None:
        self.hosts = hosts
        self._records: list[Record] = []
        self._lock = threading.Lock()
        super().__init__(("127.0.0.1", 0), _Connection)

    @property
    def proxy(self) -> str:
        """Where it listens, as `Corpus` takes it."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def add(self, record: Record) -> None:
        """Keep one record."""
        with self._lock:
            self._records.append(record)

    def records(self, host: str | None = None) -> list[Record]:
        """The requests so far, of one host or of all, in the order of their ends."""
        with self._lock:
            return [item for item in self._records if host in {None, item.asked.host}]

    def paths(self, host: str) -> list[str]:
        """What a host was asked for."""
        return [record.asked.path for record in self.records(host)]

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: clients that go away are what this server is for."""


@contextmanager
def serve_faults(hosts: Hosts) -> Iterator[FaultServer]:
    """Serve `hosts` on a free port of 127.0.0.1 until the block ends."""
    with FaultServer(hosts) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


class _Gone(Exception):
    """The client has closed the connection."""


class _Connection(socketserver.BaseRequestHandler):
    server: FaultServer
    request: socket.socket

    def handle(self) -> None:
        wire = self.request
        wire.settimeout(PATIENCE)
        wire.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with suppress(_Gone, OSError):
            if wire.recv(1, socket.MSG_PEEK) == bytes([_HANDSHAKE]):
                self._in_tls(wire)
            else:
                self._answer(wire)

    def _in_tls(self, wire: socket.socket) -> None:
        host = self._named(wire)
        if host in self.server.hosts.no_tls:
            asked = Asked(host=host, path="", head="")
            wire.recv(65536)  # closing what is not read yet would reset the connection
            self._play(wire, asked, self.server.hosts.no_tls[host])
            return
        with self.server.hosts.tls[host].wrap_socket(wire, server_side=True) as secure:
            self._answer(secure)

    def _named(self, wire: socket.socket) -> str:
        """The host that a handshake is meant for; its name stands there in the clear."""
        hello = wire.recv(16384, socket.MSG_PEEK)
        hosts = (*self.server.hosts.tls, *self.server.hosts.no_tls)
        return max((host for host in hosts if host.encode() in hello), key=len)

    def _answer(self, wire: socket.socket) -> None:
        while head := _head(wire):
            asked = _asked(head)
            script = self.server.hosts.pages.get(asked.host, _unknown)
            if self._play(wire, asked, script) is not End.KEEP:
                return

    def _play(self, wire: socket.socket, asked: Asked, script: Script) -> End:
        arrived = time.monotonic()
        try:
            return _played(wire, script(asked))
        finally:
            seconds = time.monotonic() - arrived
            self.server.add(Record(asked=asked, arrived=arrived, seconds=seconds))


def _played(wire: socket.socket, steps: Iterable[Step]) -> End:
    for step in steps:
        if isinstance(step, bytes):
            wire.sendall(step)
        elif isinstance(step, float):
            _wait(wire, step)
        elif step is End.HANG:
            _wait(wire, PATIENCE)
        else:
            if step is End.RESET:
                _wait(wire, 0.1)  # what was sent arrives before the reset takes it back
                linger = struct.pack("ii", 1, 0)
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                wire.close()
            return step
    return End.CLOSE


def _wait(wire: socket.socket, seconds: float) -> None:
    """Wait, unless the client goes meanwhile; what it says before is not listened to."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        readable, _, _ = select.select([wire], [], [], left)
        if readable and not wire.recv(65536):
            raise _Gone


def _head(wire: socket.socket) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n") and len(head) < _LONGEST_HEAD:
        byte = wire.recv(1)
        if not byte:
            return b""
        head += byte
    return head


def _asked(head: bytes) -> Asked:
    text = head.decode("latin-1")
    lines = text.split("\r\n")
    named = [line[5:].strip() for line in lines if line.lower().startswith("host:")]
    host = named[0].lower() if named else ""
    return Asked(host=host.partition(":")[0], path=lines[0].split(" ")[1], head=text)


def _unknown(asked: Asked) -> Iterator[Step]:
    body = f"This server holds no site called {asked.host}.\n".encode()
    yield b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: %d\r\n\r\n" % len(body) + body
