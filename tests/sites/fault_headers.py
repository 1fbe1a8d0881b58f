"""Faults of status and header lines: too many, too long, contradictory, not HTTP at all."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from pipelines.core.reasons import Reason
from tests.sites.fault_steps import FAULT, HTML, answer, fixed, head, page, repeated
from tests.sites.faults import Asked, End, Script, Step

CHUNKED = "Transfer-Encoding: chunked"
INTERIM = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n"
#: A page that the page at FAULT names, where a script needs a second request.
NEXT = FAULT + "/2026/01/a-second-page/"
_PAGE = page()

#: An answer without end: about ten interim ones in a second, or as fast as they are taken.
interim_slow = repeated(b"", INTERIM, 600, 0.1)
interim_fast = repeated(b"", INTERIM * 100, 10_000)


def dripped(asked: Asked) -> Iterator[Step]:
    """Header lines of which four bytes arrive in a second."""
    del asked
    for byte in head("Content-Type: text/html", "Content-Length: 6000"):
        yield bytes([byte])
        yield 0.25


def counted(asked: Asked) -> Iterator[Step]:
    """A redirect that leads on for ever."""
    yield _moved(f"{FAULT}?n={_number(asked) + 1}")
    yield End.KEEP


def five(asked: Asked) -> Iterator[Step]:
    """Five redirects and a page."""
    number = _number(asked)
    yield _moved(f"{FAULT}?n={number + 1}") if number < 5 else answer(_PAGE)
    yield End.KEEP


def loop(asked: Asked) -> Iterator[Step]:
    """A redirect to a page that leads back."""
    yield _moved(FAULT if "?" in asked.path else f"{FAULT}?n=1")
    yield End.KEEP


def headers() -> dict[str, tuple[Script, str]]:
    """Scripts and what is noted for them, by name."""
    return {**_sizes(), **_lengths(), **_no_http(), **_cookies()}


def _sizes() -> dict[str, tuple[Script, str]]:
    large = Reason.FETCH_HEADERS
    start = b"HTTP/1.1 200 OK\r\n"
    short = "".join(f"X-{n}: a\r\n" for n in range(250)).encode()
    some = "".join(f"X-{n}: a\r\n" for n in range(150)).encode()
    names = b"X-" + b"n" * 300_000 + b": a\r\n"
    return {
        "headers-million": (repeated(start, b"X-Many: lines\r\n" * 1000, 1000), large),
        "headers-300-kib": (fixed(answer(headers=b"X-A: " + b"a" * 307_200 + b"\r\n")), large),
        "headers-no-end": (repeated(start + b"X-A: ", b"a" * 65_536, 200), large),
        "headers-long-name": (fixed(answer(headers=names)), large),
        "headers-folded": (repeated(start + b"X-A: a\r\n", b" folded\r\n", 5000), large),
        "headers-250-lines": (fixed(answer(_PAGE, headers=HTML + short)), large),
        "headers-150-lines": (fixed(answer(_PAGE, headers=HTML + some)), ""),
        "headers-8-kib": (fixed(answer(_PAGE, headers=HTML + b"X-A: %s\r\n" % (b"a" * 8192))), ""),
        "headers-20-kib": (
            fixed(answer(_PAGE, headers=HTML + b"X-A: %s\r\n" % (b"a" * 20_480))),
            "",
        ),
        "status-line-long": (fixed(b"HTTP/1.1 200 " + b"O" * 307_200 + b"\r\n\r\n"), large),
    }


def _lengths() -> dict[str, tuple[Script, str]]:
    wrong = Reason.FETCH_PROTOCOL
    return {
        "length-words": (fixed(head("Content-Length: many"), _PAGE), wrong),
        "length-negative": (fixed(head("Content-Length: -5"), _PAGE), wrong),
        "length-two": (fixed(head("Content-Length: 5", "Content-Length: 6000"), _PAGE), wrong),
        "length-list": (fixed(head("Content-Length: 5, 6000"), _PAGE), wrong),
    }


def _no_http() -> dict[str, tuple[Script, str]]:
    wrong = Reason.FETCH_PROTOCOL
    odd = HTML + b"X-Odd: \xff\xfe\x00\x01\r\n"
    return {
        "http-0-9": (fixed(_PAGE), wrong),
        "icy": (fixed(b"ICY 200 OK\r\nicy-name: radio\r\n\r\n" + _PAGE), wrong),
        "noise": (fixed(bytes(range(256)) * 40 + b"\r\n\r\n"), wrong),
        "ssh": (fixed(b"SSH-2.0-OpenSSH_9.9\r\n", 0.2, b"\r\n\r\n"), wrong),
        "status-words": (fixed(b"HTTP/1.1 OK\r\n\r\n" + _PAGE), wrong),
        "status-negative": (fixed(answer(_PAGE, status="-200 OK")), Reason.FETCH_STATUS),
        "status-missing": (fixed(b"HTTP/1.1\r\nContent-Length: 0\r\n\r\n"), wrong),
        "status-0": (fixed(answer(_PAGE, status="0 None")), Reason.FETCH_STATUS),
        "no-colon": (fixed(answer(_PAGE, headers=HTML + b"no colon here\r\n")), ""),
        "bytes-in-headers": (fixed(answer(_PAGE, headers=odd)), ""),
        "line-feeds": (fixed(answer(_PAGE).replace(b"\r\n", b"\n")), ""),
        "switching": (
            fixed(b"HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\n\r\n"),
            Reason.FETCH_CONNECTION,
        ),
    }


def _cookies() -> dict[str, tuple[Script, str]]:
    bomb = "".join(f"Set-Cookie: c{n}={'a' * 4000}\r\n" for n in range(500)).encode()
    return {
        "cookie-bomb": (fixed(answer(_PAGE, headers=bomb)), Reason.FETCH_HEADERS),
        "cookies": (_cookied, ""),
        "smuggled": (_smuggled, Reason.FETCH_GONE),
    }


def _cookied(asked: Asked) -> Iterator[Step]:
    """Two hundred kilobytes of cookies, and a next page to send them to."""
    del asked
    cookies = "".join(f"Set-Cookie: c{n}={'a' * 2000}; Path=/\r\n" for n in range(100)).encode()
    yield answer(_linking(), headers=HTML + cookies)
    yield End.KEEP


def _smuggled(asked: Asked) -> Iterator[Step]:
    """A page with the answer to the next request behind it."""
    if asked.path == FAULT:
        yield answer(_linking()) + answer(page(7000))
    else:
        yield answer(b"Nothing here.\n", status="404 Not Found")
    yield End.KEEP


def _linking() -> bytes:
    return page(main=f"<h2><a href='{NEXT}'>A second page on grief</a></h2>".encode())


def _number(asked: Asked) -> int:
    return int(parse_qs(urlsplit(asked.path).query).get("n", ["0"])[0])


def _moved(target: str) -> bytes:
    return answer(status="302 Found", headers=f"Location: {target}\r\n".encode())
