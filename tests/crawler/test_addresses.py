"""The address guard: what may be dialled, judged on what is dialled."""

import ipaddress
import socket
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from twisted.internet.address import IPv4Address, IPv6Address

from crawler.middlewares.addresses import GuardedResolver, sites_of, why_turned_away
from crawler.policy.addresses import is_public
from pipelines.core.errors import ConfigError

PUBLIC = """
    93.184.215.14 1.1.1.1 9.255.255.255 172.15.0.1 172.32.0.1 100.63.0.1 ::ffff:8.8.8.8
    2606:4700:4700::1111 2a00:1450:4001:82a::200e 64:ff9b::8.8.8.8 2002:0808:0808::1
"""
CLOSED = """
    127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 172.31.255.255 192.168.0.1
    169.254.169.254 100.64.0.1 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255 :: ::1 fe80::1 fe80::1%eth0 fc00::1
    fd12:3456::1 ff02::1 ff0e::1 2001:db8::1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::127.0.0.1
    64:ff9b::7f00:1 64:ff9b::10.0.0.1 64:ff9b:1::7f00:1 2002:7f00:1:: 2002:a00:1::
    2002:c0a8:1::1 2001:0:7f00:1::1 2001:0:4136:e378:8000:63bf:80ff:fffe fec0::1 100::1
    64:ff9b:1::808:808 64:ff9b:1:7f00:0:100:808:808 2a00::5efe:7f00:1 2a00::200:5efe:a00:1
    fc00::5efe:808:808 192.0.0.9 192.88.99.1 ::ffff:192.88.99.1
    3fff::1 5f00::1 localhost example.com 1.2.3 - 256.1.1.1
"""
SPELLINGS = ("127.0.0.1", "127.1", "2130706433", "0x7f000001", "0x7f.1", "localhost", "::1")


@pytest.mark.parametrize("address", PUBLIC.split())
def test_public(address: str) -> None:
    """Addresses of the public internet may be dialled."""
    assert is_public(address)


@pytest.mark.parametrize("address", CLOSED.split())
def test_not_public(address: str) -> None:
    """Private, local, reserved and disguised addresses may not, nor what is no address."""
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_disguises_change_nothing(address: ipaddress.IPv4Address) -> None:
    """An IPv4 address is judged alike in each IPv6 address that carries it."""
    number = int(address)
    mapped = ipaddress.IPv6Address((0xFFFF << 32) | number)
    nat64 = ipaddress.IPv6Address((0x64FF9B << 96) | number)
    six_to_four = ipaddress.IPv6Address((0x2002 << 112) | (number << 80) | 1)

    judged = {is_public(str(found)) for found in (address, mapped, nat64, six_to_four)}

    assert len(judged) == 1


class Receiver:
    """What an endpoint would dial."""

    def __init__(self) -> None:
        self.dialled: list[str] = []
        self.complete = False

    def resolutionBegan(self, _: object) -> None:  # noqa: N802
        """Twisted's beginning of a resolution."""

    def addressResolved(self, address: IPv4Address | IPv6Address) -> None:  # noqa: N802
        """One address that is going to be dialled."""
        self.dialled.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802
        """The end of a resolution."""
        self.complete = True


class Names:
    """A name server that answers from a list, another answer each time."""

    def __init__(self, *answers: tuple[str, ...]) -> None:
        self._answers: Iterator[tuple[str, ...]] = iter(answers)

    def resolveHostName(self, receiver: Any, name: str, port: int, *_: object) -> object:  # noqa: N802
        """Answer as Twisted's resolvers do."""
        receiver.resolutionBegan(None)
        for host in next(self._answers):
            kind = IPv6Address if ":" in host else IPv4Address
            receiver.addressResolved(kind("TCP", host, port))
        receiver.resolutionComplete()
        return name


class Reactor:
    """As much of a reactor as a resolver asks for."""

    def __init__(self, names: object) -> None:
        self.nameResolver = names


def dialled(resolver: GuardedResolver, name: str) -> list[str]:
    """What is dialled for a name."""
    receiver = Receiver()
    resolver.resolveHostName(receiver, name, 80)
    assert receiver.complete
    return receiver.dialled


def guarded(names: Names, cache: int = 0) -> GuardedResolver:
    """A guard in front of a name server; without a cache, so that each look asks it."""
    return GuardedResolver(Reactor(names), cache)  # type: ignore[arg-type]


def test_rebinding() -> None:
    """A name that is public when it is judged and local when it is dialled gains nothing."""
    resolver = guarded(Names(("8.8.8.8",), ("127.0.0.1",), ("8.8.8.8", "10.0.0.1")))

    assert dialled(resolver, "rebind.example") == ["8.8.8.8"]
    assert dialled(resolver, "rebind.example") == []
    assert why_turned_away("rebind.example") == "127.0.0.1"
    assert dialled(resolver, "rebind.example") == ["8.8.8.8"]
    assert why_turned_away("rebind.example") == ""


@pytest.mark.parametrize("name", ["a..example", f"{'a' * 64}.example", ".example", ""])
def test_names_that_cannot_be(name: str) -> None:
    """A name that no resolver takes ends at once, and nobody is asked."""
    resolver = guarded(Names())

    assert dialled(resolver, name) == []
    resolver.sites = sites_of("127.0.0.1:8123")
    assert dialled(resolver, name) == []


def test_cached_answers_are_judged_too() -> None:
    """What the cache hands out is judged again."""
    resolver = guarded(Names(("192.168.0.1", "::1")), cache=10)

    assert dialled(resolver, "cached.example") == []
    assert dialled(resolver, "cached.example") == []


@pytest.mark.parametrize(
    "literal",
    [*SPELLINGS, "0177.0.0.1", "017700000001", "0"],
)
def test_literals_meet_the_guard(literal: str) -> None:
    """Every spelling of loopback that the system's resolver takes is turned away."""
    found = {str(item[4][0]) for item in socket.getaddrinfo(literal, 80)}
    resolver = guarded(Names(tuple(found)))

    assert found
    assert dialled(resolver, literal) == []


def test_the_way_of_tests() -> None:
    """With the exemption, names lead to the test sites and spellings of addresses do not."""
    resolver = guarded(Names(*[("127.0.0.1",)] * 9))
    resolver.sites = sites_of("127.0.0.1:8123")

    assert dialled(resolver, "blog.example") == ["127.0.0.1"]
    for literal in (*SPELLINGS, "a.localhost"):
        assert dialled(resolver, literal) == []


@pytest.mark.parametrize(
    "value", ["8.8.8.8:80", "10.0.0.1:80", "localhost:80", "127.0.0.1", "127.0.0.1:0", ":80", "1"]
)
def test_the_exemption_is_for_loopback(value: str) -> None:
    """The way of tests cannot lead anywhere else."""
    with pytest.raises(ConfigError, match="THERAPY_CORPUS_CONNECT_TO"):
        sites_of(value)


def test_no_exemption_by_default() -> None:
    """Unset, it is not there."""
    assert sites_of("") is None
    assert guarded(Names()).sites is None
