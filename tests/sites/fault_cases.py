"""Every fault that the crawler has to bear, as data: what a server does and what is noted."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from pipelines.core.reasons import Reason
from tests.sites import fault_bodies, fault_headers
from tests.sites.fault_steps import FAULT, HTML, PLAIN, answer, at, fixed, head, page
from tests.sites.faults import End, Script

#: The outcome of a page that is as good as any.
STORED = ""
STATUSES = (300, 304, 400, 401, 402, 403, 405, 418, 429, 451, 500, 502, 503, 504, 520, 999)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One blog whose server does one thing wrong."""

    script: Script
    #: The reason in the fetch log's last row of the case; `STORED` where there is none.
    expected: str
    #: Whether the script plays below FAULT only, and the rest is in order.
    is_page: bool = True
    #: Beginning of the URLs whose rows count; empty: the seed's.
    where: str = ""
    scheme: str = "http"


def host_of(name: str) -> str:
    """The host of a case."""
    return f"{name}.example"


def seed_of(name: str, case: Case) -> str:
    """What the list of blogs names."""
    return f"{case.scheme}://{host_of(name)}{FAULT}"


def counted(name: str, case: Case) -> str:
    """Beginning of the URLs whose last row in the fetch log tells the outcome."""
    return case.where or seed_of(name, case)


def cases() -> Mapping[str, Case]:
    """All cases but those of TLS, by name."""
    families = (_silence(), _statuses(), _media(), _bodies(), _headers(), _redirects())
    return {name: case for family in families for name, case in family.items()}


def pages(every: Mapping[str, Case]) -> dict[str, Script]:
    """What the fault server plays."""
    return {
        host_of(name): at(case.script) if case.is_page else case.script
        for name, case in every.items()
        if case.scheme == "http"
    }


def _case(script: Script, expected: str) -> Case:
    return Case(script=script, expected=expected)


def _silence() -> dict[str, Case]:
    """Servers that say nothing, too little, or do not stop."""
    timeout, lost = Reason.FETCH_TIMEOUT, Reason.FETCH_CONNECTION
    begun = head("Content-Type: text/html", "Content-Length: 6000")
    return {
        "hang-before-headers": _case(fixed(End.HANG), timeout),
        "hang-in-status": _case(fixed(b"HTTP/1.1 200", End.HANG), timeout),
        "hang-in-headers": _case(fixed(b"HTTP/1.1 200 OK\r\nContent-", End.HANG), timeout),
        "hang-in-body": _case(fixed(begun, page()[:3000], End.HANG), timeout),
        "hang-at-last-byte": _case(fixed(begun, page()[:5999], End.HANG), timeout),
        "hang-unchunked": _case(fixed(head(fault_headers.CHUNKED), End.HANG), timeout),
        "drip-headers": _case(fault_headers.dripped, timeout),
        "drip-body": _case(fault_bodies.dripped, timeout),
        "slow-but-whole": _case(fixed(begun, page()[:3000], 0.5, page()[3000:]), STORED),
        "endless-interim-slow": _case(fault_headers.interim_slow, timeout),
        "endless-interim-fast": _case(fault_headers.interim_fast, Reason.FETCH_HEADERS),
        "one-interim": _case(fixed(fault_headers.INTERIM, answer(page())), STORED),
        "close-at-once": _case(fixed(End.CLOSE), lost),
        "reset-at-once": _case(fixed(End.RESET), lost),
        "close-in-headers": _case(fixed(b"HTTP/1.1 200 OK\r\nContent-Ty", End.CLOSE), lost),
        "reset-in-headers": _case(fixed(b"HTTP/1.1 200 OK\r\nContent-Ty", End.RESET), lost),
    }


def _statuses() -> dict[str, Case]:
    """Answers that are no page by their status."""
    found = {
        f"status-{code}": _case(
            fixed(answer(page(), status=f"{code} Status") if code != 304 else _UNCHANGED, End.KEEP),
            Reason.FETCH_STATUS,
        )
        for code in STATUSES
    }
    later = HTML + b"Retry-After: 86400\r\n"
    return {
        **found,
        "status-204": _case(fixed(b"HTTP/1.1 204 No Content\r\n\r\n", End.KEEP), STORED),
        "status-206": _case(fixed(answer(page(), status="206 Part")), Reason.FETCH_INCOMPLETE),
        "status-404": _case(fixed(answer(page(), status="404 No")), Reason.FETCH_GONE),
        "status-410": _case(fixed(answer(page(), status="410 Gone")), Reason.FETCH_GONE),
        "retry-after-a-day": _case(
            fixed(answer(status="503 Later", headers=later)), Reason.FETCH_STATUS
        ),
        "retry-after-nonsense": _case(
            fixed(answer(status="429 Later", headers=HTML + b"Retry-After: \xff;-7\r\n")),
            Reason.FETCH_STATUS,
        ),
    }


_UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n'


def _media() -> dict[str, Case]:
    """Bodies that are no text, or text of an odd kind."""
    other = ("image/png", "application/pdf", "video/mp4", "application/octet-stream", "font/woff2")
    binary = bytes(range(256)) * 20
    found = {
        "media-" + media.partition("/")[2]: _case(
            fixed(answer(binary, headers=f"Content-Type: {media}\r\n".encode())),
            Reason.FETCH_NOT_TEXT,
        )
        for media in other
    }
    lying = HTML.replace(b"utf-8", b"ascii")
    return {
        **found,
        "media-none": _case(fixed(answer(page(), headers=b"")), STORED),
        "media-nonsense": _case(fixed(answer(page(), headers=b"Content-Type: ;;;\r\n")), STORED),
        "media-plain": _case(fixed(answer(b"Plain words.\n", headers=PLAIN)), STORED),
        "charset-klingon": _case(
            fixed(answer(page(), headers=HTML.replace(b"utf-8", b"klingon"))), STORED
        ),
        "charset-lying": _case(fixed(answer(page(main=_UMLAUTS), headers=lying)), STORED),
        "charset-utf-16": _case(
            fixed(answer(page().decode().encode("utf-16"), headers=HTML)), STORED
        ),
        "not-utf-8": _case(fixed(answer(page(main=b"\xff\xfe\xc3\x28\x00\x80"))), STORED),
        "deep": _case(fixed(answer(page(main=b"<div>" * 100_000))), STORED),
        "links": _case(fault_bodies.links, STORED),
        "one-tag": _case(fixed(answer(b"<" * 100_000)), STORED),
    }


_UMLAUTS = "<p>Gefühle, Ängste und Wünsche.</p>".encode()


def _bodies() -> dict[str, Case]:
    return {name: _case(*told) for name, told in fault_bodies.bodies().items()}


def _headers() -> dict[str, Case]:
    found = {name: _case(*told) for name, told in fault_headers.headers().items()}
    # The answer that is smuggled in says that this page is there.
    next_page = f"http://{host_of('smuggled')}{fault_headers.NEXT}"
    return {**found, "smuggled": replace(found["smuggled"], where=next_page)}


def _redirects() -> dict[str, Case]:
    wrong = {
        "itself": FAULT,
        "file": "file:///etc/passwd",
        "data": "data:text/html,<p>words</p>",
        "ftp": "ftp://ftp.example/fault",
        "javascript": "javascript:alert(1)",
        "mailto": "mailto:bot@crawl.example",
        "long": FAULT + "/" + "a" * 12_000,
        "half-a-literal": "http://[::1",
        "no-host": "http://",
        "no-port": "http://redirect.example:99999999/fault",
    }
    found = {
        f"redirect-{name}": _case(fixed(_moved(target), End.KEEP), Reason.FETCH_REDIRECT)
        for name, target in wrong.items()
    }
    private = ("127.0.0.2", "10.1.2.3", "169.254.169.254", "192.168.7.7", "[::1]", "localhost")
    guarded = {
        "redirect-to-" + name.strip("[]").replace(".", "-").replace(":", "x"): Case(
            script=fixed(_moved(f"http://{name}/fault"), End.KEEP),
            expected=Reason.FETCH_ADDRESS,
            where=f"http://{name}/",
        )
        for name in private
    }
    return {
        **found,
        **guarded,
        "redirect-counter": _case(fault_headers.counted, Reason.FETCH_REDIRECT),
        "redirect-loop": _case(fault_headers.loop, Reason.FETCH_REDIRECT),
        "redirect-five": _case(fault_headers.five, STORED),
        "redirect-no-location": _case(
            fixed(answer(page(), status="301 Moved")), Reason.FETCH_STATUS
        ),
        "redirect-empty": _case(fixed(_moved(""), End.KEEP), Reason.FETCH_STATUS),
        "redirect-elsewhere": Case(
            script=fixed(_moved("http://slow-but-whole.example/fault/moved"), End.KEEP),
            expected=STORED,
            where="http://slow-but-whole.example/fault/moved",
        ),
        "redirect-to-no-name": Case(
            script=fixed(_moved("http://nobody.invalid/fault"), End.KEEP),
            expected=Reason.FETCH_DNS,
            where="http://nobody.invalid/",
        ),
    }


def _moved(target: str) -> bytes:
    return answer(status="302 Found", headers=f"Location: {target}\r\n".encode())
