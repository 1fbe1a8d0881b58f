"""The words that scripts of the fault server are made of: answers, bodies and codings."""

import sys
import zlib
from collections.abc import Callable, Iterable, Iterator

import brotli

from tests.sites.faults import Asked, End, Script, Step
from tests.sites.site import Site

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

#: Where a script about pages does what it does; the seed names it.
FAULT = "/fault"
HTML = b"Content-Type: text/html; charset=utf-8\r\n"
PLAIN = b"Content-Type: text/plain; charset=utf-8\r\n"
MIB = 1024 * 1024
_WORDS = b"<p>Between grief and patience lies a quiet garden which parents often describe.</p>\n"
_END = b"</main></body></html>\n"


def page(size: int = 6000, *, main: bytes = b"") -> bytes:
    """An HTML page of `size` bytes at least, with `main` in its middle."""
    head = b"<!doctype html><html lang='en'><head><title>A fault</title></head><body><main>"
    count = max(0, size - len(head) - len(main) - len(_END)) // len(_WORDS)
    padding = size - len(head) - len(main) - len(_END) - count * len(_WORDS)
    return head + main + _WORDS * count + b" " * padding + _END


def answer(
    body: bytes = b"", *, status: str = "200 OK", headers: bytes = HTML, length: int | None = None
) -> bytes:
    """One whole answer.

    Args:
        body: What is sent.
        status: Code and reason phrase.
        headers: Lines, each with its end.
        length: Content-Length, where it is not the body's.
    """
    size = len(body) if length is None else length
    return b"HTTP/1.1 %s\r\n%sContent-Length: %d\r\n\r\n%s" % (
        status.encode(),
        headers,
        size,
        body,
    )


def head(*lines: str, status: str = "200 OK") -> bytes:
    """The beginning of an answer, up to its body."""
    return "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *lines, "")).encode("latin-1")


def at(steps: Script, path: str = FAULT) -> Script:
    """A site that plays `steps` below `path` and has nothing else."""

    def script(asked: Asked) -> Iterator[Step]:
        if asked.path.startswith(path):
            yield from steps(asked)
        else:
            yield from missing(asked)

    return script


def missing(asked: Asked) -> Iterator[Step]:
    """An orderly 404."""
    yield answer(b"Nothing here: " + asked.path.encode() + b"\n", status="404 Not Found")
    yield End.KEEP


def fixed(*steps: Step) -> Script:
    """A script that is the same for every request."""

    def script(asked: Asked) -> Iterable[Step]:
        del asked
        return steps

    return script


def repeated(first: bytes, again: bytes, times: int, pause: float = 0.0) -> Script:
    """A script that sends `first` once and `again` so many times, each after a pause."""

    def script(asked: Asked) -> Iterator[Step]:
        del asked
        yield first
        for _ in range(times):
            if pause:
                yield pause
            yield again

    return script


def of_site(site: Site) -> Script:
    """A script that serves a site as it should be."""

    def script(asked: Asked) -> Iterator[Step]:
        said = site.answer(asked.path)
        lines = {"Content-Type": said.content_type, **said.headers}
        headers = "".join(f"{name}: {value}\r\n" for name, value in lines.items()).encode()
        yield answer(said.body, status=f"{said.status} Status", headers=headers)
        yield End.KEEP

    return script


def gzipped(parts: Iterable[bytes]) -> bytes:
    """A gzip member."""
    return _packed(parts, zlib.compressobj(wbits=31))


def deflated(parts: Iterable[bytes]) -> bytes:
    """A zlib stream, which is what HTTP calls deflate."""
    return _packed(parts, zlib.compressobj())


def bare_deflated(parts: Iterable[bytes]) -> bytes:
    """A deflate stream without zlib's frame, as some servers send it."""
    return _packed(parts, zlib.compressobj(wbits=-15))


def _packed(parts: Iterable[bytes], packer: "zlib._Compress") -> bytes:
    return b"".join(map(packer.compress, parts)) + packer.flush()


def brotlied(parts: Iterable[bytes]) -> bytes:
    """A Brotli stream."""
    packer = brotli.Compressor(quality=4)
    return b"".join(map(packer.process, parts)) + bytes(packer.finish())


def zstandard(parts: Iterable[bytes]) -> bytes:
    """A Zstandard frame."""
    packer = zstd.ZstdCompressor()
    return b"".join(map(packer.compress, parts)) + packer.flush()


#: Packers by the name of their content coding.
CODINGS: dict[str, Callable[[Iterable[bytes]], bytes]] = {
    "gzip": gzipped,
    "deflate": deflated,
    "br": brotlied,
    "zstd": zstandard,
}


def coded(coding: str, body: bytes) -> bytes:
    """A whole answer whose body says that it is coded like that."""
    return answer(body, headers=HTML + f"Content-Encoding: {coding}\r\n".encode())
