"""What robots.txt may answer, end to end: a page is asked for only where that is allowed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from tests.end_to_end.corpus import Corpus
from tests.sites import fault_tls
from tests.sites.fault_certificates import authority
from tests.sites.fault_steps import HTML, PLAIN, answer, coded, fixed, gzipped, head, page
from tests.sites.faults import Asked, End, FaultServer, Script, Step, serve_faults

PAGE = "/practice/why-we-rest/"
CLOSED = b"User-agent: *\nDisallow: /practice/\n"
OPEN = b"User-agent: *\nDisallow: /admin/\n"
SETTINGS = "timeout = 2.0\ntries = 1\nconcurrency = 16\npatience = 2.0\n"
ROBOTS = "/robots.txt"
#: Bytes that are read at least (RFC 9309, section 2.5), and here at most.
READ = 512 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One site by its robots.txt."""

    #: Played for every path that begins with /robots.
    script: Script
    #: Whether PAGE may be asked for.
    is_allowed: bool


def _told(body: bytes, headers: bytes = PLAIN) -> Script:
    return fixed(answer(body, headers=headers), End.KEEP)


def _status(status: str) -> Script:
    return fixed(answer(b"No such luck.\n", status=status, headers=PLAIN), End.KEEP)


def _moved(target: str) -> bytes:
    return answer(status="301 Moved", headers=f"Location: {target}\r\n".encode())


def _chain(length: int, last: bytes) -> Script:
    """So many redirects, and then a file."""

    def script(asked: Asked) -> Iterator[Step]:
        number = int(asked.path.removeprefix("/robots").removesuffix(".txt") or 0)
        yield _moved(f"/robots{number + 1}.txt") if number < length else answer(last, headers=PLAIN)
        yield End.KEEP

    return script


def _loop(asked: Asked) -> Iterator[Step]:
    """Two files that lead to each other."""
    yield _moved("/robots-too.txt" if asked.path == ROBOTS else ROBOTS)
    yield End.KEEP


def _drip(asked: Asked) -> Iterator[Step]:
    del asked
    yield head("Content-Type: text/plain", "Content-Length: 40")
    for _ in range(40):
        yield b"\n"
        yield 0.25


def _rules(*lines: str) -> Script:
    return _told("\n".join(lines).encode() + b"\n")


def _filled(size: int, *, first: bytes = b"", last: bytes = b"") -> bytes:
    line = b"# words on words on words\n"
    return first + line * ((size - len(first) - len(last)) // len(line)) + last


_ODD = b"User-agent: *\r\rDisallow: /practice/\r"
_HALF = gzipped([CLOSED + _filled(9000)])
_MINE = ("User-agent: TherapyCorpusBot", "Disallow: /practice/", "", "User-agent: *", "Allow: /")
_NO_LENGTH = head("Content-Type: text/plain", "Connection: close")
_BAD_HEAD = b"HTTP/1.1 200 OK\r\n" + b"X-Many: lines\r\n" * 400 + b"\r\n"

_FILES = {
    "allow": (OPEN, True),
    "deny": (CLOSED, False),
    "deny-all": (b"User-agent: *\nDisallow: /\n", False),
    "empty": (b"", True),
    "spaces": (b" \n\t\n", True),
    "html": (page(), True),
    "noise": (bytes(range(256)) * 20, True),
    "utf-16": (CLOSED.decode().encode("utf-16"), False),
    "utf-16-be": (b"\xfe\xff" + CLOSED.decode().encode("utf-16-be"), False),
    "utf-16-bare": (CLOSED.decode().encode("utf-16-le"), False),
    "mark": (b"\xef\xbb\xbf" + CLOSED, False),
    "returns": (_ODD, False),
    "upper-case": (CLOSED.upper().replace(b"/PRACTICE/", b"/practice/"), False),
    "no-agent": (b"Disallow: /admin/\n", True),
    "twenty-mb": (_filled(20_000_000, first=CLOSED), False),
    "600-kb-first": (_filled(600_000, first=CLOSED), False),
    "600-kb-last": (_filled(600_000, first=b"User-agent: *\n", last=b"Disallow: /\n"), True),
    "500-kib-last": (_filled(READ - 100, first=b"User-agent: *\n", last=b"Disallow: /\n"), False),
}
_RULES = {
    "wildcard": (("User-agent: *", "Disallow: /*/why-"), False),
    "end": (("User-agent: *", "Disallow: /practice/$"), True),
    "longest-allows": (("User-agent: *", "Disallow: /", "Allow: /practice/"), True),
    "longest-denies": (("User-agent: *", "Allow: /", "Disallow: /practice/why-"), False),
    "encoded": (("User-agent: *", "Disallow: /pr%61ctice/"), False),
    "our-group-denies": (_MINE, False),
    "our-group-allows": (
        ("User-agent: *", "Disallow: /", "User-agent: therapycorpusbot", "Allow: /"),
        True,
    ),
    "other-group": (("User-agent: SomeBot", "Disallow: /", "User-agent: *", "Allow: /"), True),
    "two-groups": (
        ("User-agent: *", "Disallow: /admin/", "User-agent: *", "Disallow: /practice/"),
        False,
    ),
    "group-of-two": (("User-agent: SomeBot", "User-agent: *", "Disallow: /practice/"), False),
    "ai-group": (("User-agent: GPTBot", "Disallow: /", "User-agent: *", "Allow: /"), False),
    "noise-before": (("<!-- words -->", "hello", "User-agent: *", "Disallow: /practice/"), False),
    "crawl-delay-of-a-day": (("User-agent: *", "Crawl-delay: 86400", "Allow: /"), False),
}
_STATUSES = {
    "400 Bad": True,
    "401 Who": False,
    "403 No": False,
    "404 No": True,
    "410 Gone": True,
    "418 Tea": True,
    "429 Later": False,
    "500 Oh": False,
    "502 Oh": False,
    "503 Later": False,
    "504 Oh": False,
    "999 Oh": False,
    "300 Many": False,
    "206 Part": False,
}
_SCRIPTS = {
    "204": Case(script=fixed(b"HTTP/1.1 204 None\r\n\r\n", End.KEEP), is_allowed=True),
    "304": Case(script=fixed(b"HTTP/1.1 304 Same\r\n\r\n", End.KEEP), is_allowed=False),
    "moved-allow": Case(script=_chain(1, OPEN), is_allowed=True),
    "moved-deny": Case(script=_chain(1, CLOSED), is_allowed=False),
    "chain-5-allow": Case(script=_chain(5, OPEN), is_allowed=True),
    "chain-5-deny": Case(script=_chain(5, CLOSED), is_allowed=False),
    "chain-6": Case(script=_chain(6, OPEN), is_allowed=False),
    "loop": Case(script=_loop, is_allowed=False),
    "itself": Case(script=fixed(_moved(ROBOTS), End.KEEP), is_allowed=False),
    "elsewhere-allow": Case(
        script=fixed(_moved("http://allow.example/robots.txt"), End.KEEP), is_allowed=True
    ),
    "elsewhere-deny": Case(
        script=fixed(_moved("http://deny.example/robots.txt"), End.KEEP), is_allowed=False
    ),
    "elsewhere-broken": Case(
        script=fixed(_moved("http://status-500.example/robots.txt"), End.KEEP), is_allowed=False
    ),
    "to-a-file": Case(script=fixed(_moved("file:///dev/null"), End.KEEP), is_allowed=False),
    "to-loopback": Case(
        script=fixed(_moved("http://127.0.0.2/robots.txt"), End.KEEP), is_allowed=False
    ),
    "no-location": Case(script=_status("302 Found"), is_allowed=False),
    "hang": Case(script=fixed(End.HANG), is_allowed=False),
    "drip": Case(script=_drip, is_allowed=False),
    "reset": Case(script=fixed(End.RESET), is_allowed=False),
    "close": Case(script=fixed(End.CLOSE), is_allowed=False),
    "shorter": Case(
        script=fixed(answer(OPEN, headers=PLAIN, length=9000), End.CLOSE), is_allowed=False
    ),
    "no-length": Case(script=fixed(_NO_LENGTH, OPEN, End.CLOSE), is_allowed=True),
    "no-length-cut": Case(
        script=fixed(_NO_LENGTH, b"# <links>\nUser-agent: *\nDisall", End.CLOSE), is_allowed=False
    ),
    "header-bomb": Case(script=fixed(_BAD_HEAD), is_allowed=False),
    "http-0-9": Case(script=fixed(OPEN), is_allowed=False),
    "gzip": Case(script=fixed(coded("gzip", gzipped([CLOSED]))), is_allowed=False),
    "gzip-allow": Case(script=fixed(coded("gzip", gzipped([OPEN]))), is_allowed=True),
    "gzip-cut": Case(script=fixed(coded("gzip", gzipped([OPEN])[:-12])), is_allowed=False),
    "gzip-half": Case(script=fixed(coded("gzip", _HALF[: len(_HALF) // 2])), is_allowed=False),
    "gzip-noise": Case(script=fixed(coded("gzip", b"\xff" * 99)), is_allowed=False),
    "gzip-bomb": Case(
        script=fixed(coded("gzip", gzipped([CLOSED, *[b"\n" * 1_000_000] * 64]))), is_allowed=False
    ),
    "as-an-image": Case(
        script=_told(CLOSED, headers=b"Content-Type: image/png\r\n"), is_allowed=False
    ),
    "as-html": Case(script=_told(CLOSED, headers=HTML), is_allowed=False),
}
CASES: Mapping[str, Case] = {
    **{name: Case(script=_told(body), is_allowed=may) for name, (body, may) in _FILES.items()},
    **{name: Case(script=_rules(*lines), is_allowed=may) for name, (lines, may) in _RULES.items()},
    **{
        "status-" + text[:3]: Case(script=_status(text), is_allowed=may)
        for text, may in _STATUSES.items()
    },
    **_SCRIPTS,
}
TLS = ("tls-hang", "tls-plain-http", "tls-self-signed", "tls-expired", "tls-wrong-name")


def _site(case: Case) -> Script:
    def script(asked: Asked) -> Iterator[Step]:
        if asked.path.startswith("/robots"):
            yield from case.script(asked)
        elif asked.path == PAGE:
            yield answer(page())
        else:
            yield answer(b"Nothing here.\n", status="404 Not Found", headers=PLAIN)
        yield End.KEEP

    return script


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FaultServer]:
    """A server after one crawl over all cases."""
    trusted = authority(tmp_path_factory.mktemp("certificates"))
    hosts = fault_tls.hosts({f"{name}.example": _site(CASES[name]) for name in CASES}, trusted)
    with pytest.MonkeyPatch.context() as patch, serve_faults(hosts) as serving:
        patch.setenv("SSL_CERT_FILE", str(trusted.file))
        folder = tmp_path_factory.mktemp("robots")
        corpus = Corpus(folder=folder, proxy=serving.proxy, per_host=1).write()
        config = corpus.config.read_text()
        corpus.config.write_text(config.replace("[revisit]", f"{SETTINGS}\n[revisit]"))
        seeds = [f"http://{name}.example{PAGE}" for name in CASES]
        seeds += [f"https://{name}.example{PAGE}" for name in TLS]
        (folder / "blogs.txt").write_text("".join(f"{seed}\n" for seed in seeds))
        corpus.verb("crawl", code=3)
        yield serving


@pytest.mark.parametrize("name", CASES)
def test_page_is_asked_for_where_allowed(server: FaultServer, name: str) -> None:
    """The page is asked for where robots.txt allows it, and never where it does not."""
    paths = server.paths(f"{name}.example")

    assert ROBOTS in paths
    assert (PAGE in paths) is CASES[name].is_allowed


@pytest.mark.parametrize("name", [name for name in CASES if not CASES[name].is_allowed])
def test_robots_comes_first(server: FaultServer, name: str) -> None:
    """Nothing else of a site is asked for before its robots.txt."""
    assert server.paths(f"{name}.example")[0].startswith("/robots")


UNREACHABLE = (
    *(name for name in _SCRIPTS if not CASES[name].is_allowed and "deny" not in name),
    *(f"status-{text[:3]}" for text, may in _STATUSES.items() if not may),
)
#: Answers that can be read, and disallow the page only.
_READABLE = {"gzip", "gzip-bomb", "as-an-image", "as-html"}


@pytest.mark.parametrize("name", [name for name in UNREACHABLE if name not in _READABLE])
def test_nothing_without_rules(server: FaultServer, name: str) -> None:
    """Where robots.txt could not be had, no other path is asked for."""
    assert [path for path in server.paths(f"{name}.example") if "/robots" not in path] == []


@pytest.mark.parametrize("name", TLS)
def test_nothing_without_tls(server: FaultServer, name: str) -> None:
    """Where there is no trustworthy connection, no path is asked for, robots.txt included."""
    assert [path for path in server.paths(f"{name}.example") if path] == []


def test_there_are_many() -> None:
    """The table has the size that it is said to have."""
    assert len(CASES) + len(TLS) >= 24
