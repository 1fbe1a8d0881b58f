"""Faults of TLS: whole sites that cannot be spoken to as their URL says."""

from collections.abc import Mapping

from pipelines.core.reasons import Reason
from tests.sites.fault_cases import STORED, Case, host_of
from tests.sites.fault_certificates import Authority
from tests.sites.fault_steps import PLAIN, answer, at, fixed, page, repeated
from tests.sites.faults import End, Hosts, Script

#: What a server does instead of a handshake, and what is noted for it.
_NO_TLS: Mapping[str, tuple[Script, str]] = {
    "tls-hang": (fixed(End.HANG), Reason.FETCH_TIMEOUT),
    "tls-half-a-record": (fixed(b"\x16\x03\x03\x40\x00\x02", End.HANG), Reason.FETCH_TIMEOUT),
    "tls-plain-http": (fixed(answer(page()), End.CLOSE), Reason.FETCH_TLS),
    "tls-noise": (fixed(bytes(range(32, 256)) * 9, End.CLOSE), Reason.FETCH_TLS),
    "tls-alert": (fixed(b"\x15\x03\x03\x00\x02\x02\x28", End.CLOSE), Reason.FETCH_TLS),
    "tls-close": (fixed(End.CLOSE), Reason.FETCH_CONNECTION),
    "tls-reset": (fixed(End.RESET), Reason.FETCH_CONNECTION),
}
#: Right in their handshake, and without an end after it; a client that closes has to mean it.
_ENDLESS: Mapping[str, tuple[Script, str, str]] = {
    "tls-headers": (
        at(repeated(b"HTTP/1.1 200 OK\r\n", b"X-Many: lines\r\n" * 1000, 200_000)),
        "",
        Reason.FETCH_HEADERS,
    ),
    "tls-robots": (
        at(repeated(b"HTTP/1.1 200 OK\r\n%s\r\n" % PLAIN, b"# words\n" * 2000, 200_000), "/robots"),
        "/robots.txt",
        STORED,
    ),
}
_CERTIFICATES = ("tls-right", "tls-self-signed", "tls-expired", "tls-wrong-name")


def cases() -> dict[str, Case]:
    """The cases by name; where there is no handshake, robots.txt is all that is asked for."""
    found = {
        name: Case(
            script=script,
            expected=expected,
            scheme="https",
            where=f"https://{host_of(name)}/robots.txt",
        )
        for name, (script, expected) in _NO_TLS.items()
    }
    for name in _CERTIFICATES:
        is_right = name == "tls-right"
        found[name] = Case(
            script=fixed(answer(page()), End.KEEP),
            expected=STORED if is_right else Reason.FETCH_TLS,
            scheme="https",
            where="" if is_right else f"https://{host_of(name)}/robots.txt",
        )
    for name, (script, path, expected) in _ENDLESS.items():
        where = f"https://{host_of(name)}{path}" if path else ""
        found[name] = Case(script=script, expected=expected, scheme="https", where=where)
    return found


def hosts(pages: Mapping[str, Script], authority: Authority) -> Hosts:
    """All that a server needs for `pages` and the cases of TLS."""
    names = {name: host_of(name) for name in (*_CERTIFICATES, *_ENDLESS)}
    in_tls = {host_of(name): at(fixed(answer(page()), End.KEEP)) for name in _CERTIFICATES}
    endless = {host_of(name): script for name, (script, _, _) in _ENDLESS.items()}
    return Hosts(
        pages={**pages, **in_tls, **endless},
        no_tls={host_of(name): script for name, (script, _) in _NO_TLS.items()},
        tls={
            host: authority.context(
                host,
                named="another.example" if name == "tls-wrong-name" else "",
                expired=name == "tls-expired",
                own=name == "tls-self-signed",
            )
            for name, host in names.items()
        },
    )
