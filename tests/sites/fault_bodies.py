"""Faults of bodies: cut short, coded wrongly, too large."""

import functools
import random
from collections.abc import Callable, Iterable, Iterator

from pipelines.core.reasons import Reason
from tests.sites.fault_headers import CHUNKED
from tests.sites.fault_steps import (
    CODINGS,
    MIB,
    answer,
    bare_deflated,
    coded,
    fixed,
    gzipped,
    head,
    page,
)
from tests.sites.faults import Asked, End, Script, Step

#: A script and the reason that is noted for it.
Told = tuple[Script, str]

#: Beginnings of the names of cases whose answers take long to make.
LARGE = ("bomb-", "size-just-")
#: Bytes of a body, packed or not, that are taken at most.
LIMIT = 10 * MIB
_PAGE = page()
_NO_LENGTH = head("Content-Type: text/html; charset=utf-8", "Connection: close")
_CHUNKED = head("Content-Type: text/html; charset=utf-8", CHUNKED)
_FIRST = b"800\r\n" + _PAGE[:0x800] + b"\r\n"


def dripped(asked: Asked) -> Iterator[Step]:
    """A body of which four bytes arrive in a second."""
    del asked
    yield head("Content-Type: text/html", f"Content-Length: {len(_PAGE)}")
    for byte in _PAGE:
        yield bytes([byte])
        yield 0.25


def links(asked: Asked) -> Iterator[Step]:
    """A page of 200,000 links to itself."""
    yield answer(page(main=f"<a href='{asked.path}'>again</a>\n".encode() * 200_000))


def make_ready(scripts: Iterable[Script]) -> None:
    """Make the answers that take long, so that no client waits for that.

    Args:
        scripts: Those of the cases whose names begin with LARGE.
    """
    nobody = Asked(host="", path="", head="")
    for script in scripts:
        next(iter(script(nobody)))


def bodies() -> dict[str, Told]:
    """All of them by name."""
    return {**_lengths(), **_chunks(), **_cuts(), **_labels(), **_sizes(), **_bombs()}


def _lengths() -> dict[str, Told]:
    cut, half = Reason.FETCH_INCOMPLETE, _PAGE[:3000]
    longer = answer(_PAGE, length=len(_PAGE) + 1)
    return {
        "shorter-than-length": (fixed(answer(half, length=6000), End.CLOSE), cut),
        "shorter-by-a-byte": (fixed(longer, End.CLOSE), cut),
        "shorter-and-reset": (fixed(answer(half, length=6000), End.RESET), cut),
        "nothing-of-length": (fixed(answer(b"", length=6000), End.CLOSE), cut),
        "no-length-whole": (fixed(_NO_LENGTH, _PAGE, End.CLOSE), ""),
        "no-length-cut": (fixed(_NO_LENGTH, half, End.CLOSE), cut),
        "no-length-reset": (fixed(_NO_LENGTH, half, End.RESET), cut),
        "no-length-one-byte": (fixed(_NO_LENGTH, b"<", End.CLOSE), cut),
        "empty": (fixed(answer(b"")), ""),
    }


def _chunks() -> dict[str, Told]:
    broken = {
        "bad-size": b"zz\r\nwords\r\n0\r\n\r\n",
        "negative-size": b"-5\r\nwords\r\n0\r\n\r\n",
        "signed-size": b"+5\r\nwords\r\n0\r\n\r\n",
        "no-size": b"\r\nwords\r\n0\r\n\r\n",
        "endless-size": b"f" * 100_000,
        "huge-size": b"fffffffffffffffff\r\nwords",
        "cut-in-chunk": b"800\r\n" + _PAGE[:100],
        "cut-after-chunk": b"",
        "no-last-chunk": b"5\r\nwords\r\n",
        "half-a-last-chunk": b"0\r\n",
        "longer-than-size": b"5\r\nmore words than that\r\n0\r\n\r\n",
    }
    found: dict[str, Told] = {
        f"chunked-{name}": (fixed(_CHUNKED, _FIRST, rest, End.CLOSE), Reason.FETCH_INCOMPLETE)
        for name, rest in broken.items()
    }
    last = b"%x\r\n%s\r\n0\r\n" % (len(_PAGE) - 0x800, _PAGE[0x800:])
    return {
        **found,
        "chunked-reset": (fixed(_CHUNKED, _FIRST, End.RESET), Reason.FETCH_INCOMPLETE),
        "chunked-whole": (fixed(_CHUNKED, _FIRST, last + b"\r\n", End.KEEP), ""),
        "chunked-trailer": (fixed(_CHUNKED, _FIRST, last + b"A: b\r\n\r\n", End.KEEP), ""),
    }


def _cuts() -> dict[str, Told]:
    """Coded bodies that end early, though as long as they say."""
    found: dict[str, Told] = {}
    for coding, pack in CODINGS.items():
        body = pack([_PAGE])
        for share in (0, 1, 10, len(body) // 2, len(body) - 9, len(body) - 1):
            script = fixed(coded(coding, body[:share]), End.KEEP)
            found[f"{coding}-cut-at-{share}"] = (script, Reason.FETCH_INCOMPLETE)
        found[f"{coding}-whole"] = (fixed(coded(coding, body), End.KEEP), "")
    return found


def _labels() -> dict[str, Told]:
    """Codings that are not what they say, or that nobody needs."""
    wrong = Reason.FETCH_CODING
    noise = b"\xff" + random.Random(7).randbytes(5000)
    others = {"gzip": "br", "deflate": "gzip", "br": "zstd", "zstd": "deflate"}
    found: dict[str, Told] = {}
    for coding, other in others.items():
        found[f"{coding}-noise"] = (fixed(coded(coding, noise)), wrong)
        found[f"{coding}-plain"] = (fixed(coded(coding, _PAGE)), wrong)
        found[f"{other}-called-{coding}"] = (fixed(coded(coding, CODINGS[other]([_PAGE]))), wrong)
    once = gzipped([_PAGE])
    return {
        **found,
        "deflate-bare": (fixed(coded("deflate", bare_deflated([_PAGE]))), ""),
        "gzip-two-members": (fixed(coded("gzip", gzipped([_PAGE[:9]]) + gzipped([_PAGE[9:]]))), ""),
        "gzip-and-rest": (fixed(coded("gzip", once + b"\0" * 512)), ""),
        "codings-two": (fixed(coded("gzip, gzip", gzipped([once]))), ""),
        "codings-three": (fixed(coded("gzip, gzip, gzip", gzipped([gzipped([once])]))), wrong),
        "codings-hundred": (fixed(coded(", ".join(["gzip"] * 100), once)), wrong),
        "coding-unknown": (fixed(coded("middle-out", once)), wrong),
        "coding-identity": (fixed(coded("identity", _PAGE)), ""),
    }


def _sizes() -> dict[str, Told]:
    """Pages without coding, around the limit."""
    large = Reason.FETCH_TOO_LARGE
    chunk = b"10000\r\n" + _text(0x10000) + b"\r\n"
    return {
        "size-just-under": (_lazy(lambda: answer(page(LIMIT - 1024))), ""),
        "size-just-over": (_lazy(lambda: answer(page(LIMIT + 1))), large),
        "size-fifty": (fixed(head("Content-Length: 52428800"), *[_text(MIB)] * 50), large),
        "size-fifty-chunked": (fixed(_CHUNKED, *[chunk] * 800, b"0\r\n\r\n"), large),
        "size-fifty-no-length": (fixed(_NO_LENGTH, *[_text(MIB)] * 50), large),
    }


def _bombs() -> dict[str, Told]:
    """Bodies that are small until they are unpacked."""
    large = Reason.FETCH_TOO_LARGE
    found: dict[str, Told] = {}
    for coding, pack in CODINGS.items():
        under = functools.partial(_bomb, coding, pack, (page(LIMIT - 1024),))
        over = functools.partial(_bomb, coding, pack, (page(LIMIT + 1),))
        far = functools.partial(_bomb, coding, pack, (b"\0" * MIB,) * 128)
        found[f"bomb-{coding}-under"] = (_lazy(under), "")
        found[f"bomb-{coding}-over"] = (_lazy(over), large)
        found[f"bomb-{coding}-far"] = (_lazy(far), large)
    found["bomb-gzip-gzip"] = (_lazy(_twice), large)
    return found


def _bomb(coding: str, pack: Callable[[Iterable[bytes]], bytes], parts: Iterable[bytes]) -> bytes:
    return coded(coding, pack(parts))


def _twice() -> bytes:
    return coded("gzip, gzip", gzipped([gzipped((b"\0" * MIB,) * 128)]))


def _lazy(made: Callable[[], bytes]) -> Script:
    """A script whose one answer is made when it is first played, since it is large."""
    kept = functools.cache(made)

    def script(asked: Asked) -> Iterator[Step]:
        del asked
        yield kept()
        yield End.KEEP

    return script


@functools.lru_cache
def _text(size: int) -> bytes:
    return (b"words " * (size // 6 + 1))[:size]
