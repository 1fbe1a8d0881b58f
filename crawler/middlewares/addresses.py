"""The address guard: whoever is dialled is on the public internet, whatever names say.

It stands in the resolver, because what Twisted's endpoints dial are the very addresses that
the resolver hands them: a name that is judged now and answers differently later gains
nothing, and neither do literals, which go the same way.
"""

import os
from collections.abc import Sequence
from ipaddress import ip_address
from typing import Any, cast

from scrapy.crawler import Crawler
from scrapy.resolver import CachingHostnameResolver, HostResolution
from scrapy.utils.datatypes import LocalCache
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.interfaces import IAddress, IHostResolution, IResolutionReceiver
from twisted.python.compat import nativeString
from zope.interface import implementer

from crawler.policy.addresses import is_public
from pipelines.core.errors import ConfigError

#: Where tests serve their sites: a loopback address and a port. Names are dialled there, as
#: with curl's --connect-to; literals and localhost are not, they meet the guard. It is read
#: from the environment of the process, which neither a config file nor a site can set.
CONNECT_TO = "THERAPY_CORPUS_CONNECT_TO"

#: Hosts that were turned away lately, with the address that they led to.
_turned_away: LocalCache[str, str] = LocalCache(10_000)


def why_turned_away(host: str) -> str:
    """The address for which a host was turned away; empty where it was not."""
    return _turned_away.get(host, "")


class GuardedResolver(CachingHostnameResolver):
    """Scrapy's resolver, letting public addresses through and no others."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> "GuardedResolver":
        """Scrapy's way to make a component.

        Raises:
            ConfigError: The way of tests to loopback is not one.
        """
        resolver = super().from_crawler(crawler, reactor)
        resolver.sites = sites_of(os.environ.get(CONNECT_TO, ""))
        return resolver

    #: Where names are dialled in tests; None in earnest.
    sites: tuple[str, int] | None = None

    def resolveHostName(  # noqa: N802 - Twisted's name
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type[IAddress]] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> IHostResolution:
        """Resolve a name and pass on what may be dialled."""
        if not _is_sayable(hostName):
            # Twisted's resolver would fail without telling anybody, which lasts until the
            # request's time is up.
            resolutionReceiver.resolutionBegan(HostResolution(hostName))
            resolutionReceiver.resolutionComplete()
            return cast("IHostResolution", resolutionReceiver)
        if self.sites is not None and _is_name(hostName):
            resolutionReceiver.resolutionBegan(HostResolution(hostName))
            resolutionReceiver.addressResolved(IPv4Address("TCP", *self.sites))
            resolutionReceiver.resolutionComplete()
            return cast("IHostResolution", resolutionReceiver)
        return super().resolveHostName(
            cast("Any", _Judging(resolutionReceiver, hostName)),
            hostName,
            portNumber,
            addressTypes,
            transportSemantics,
        )


@implementer(IResolutionReceiver)
class _Judging:
    """Passes on public addresses; notes a name that has none."""

    def __init__(self, receiver: Any, host: str) -> None:
        self._receiver = receiver
        self._host = host
        self._refused = ""
        self._passed = False

    def resolutionBegan(self, resolution: IHostResolution) -> None:  # noqa: N802
        self._receiver.resolutionBegan(resolution)

    def addressResolved(self, address: IAddress) -> None:  # noqa: N802
        dialled = address.host if isinstance(address, IPv4Address | IPv6Address) else ""
        if is_public(nativeString(dialled)):
            self._passed = True
            self._receiver.addressResolved(address)
        else:
            self._refused = dialled or repr(address)

    def resolutionComplete(self) -> None:  # noqa: N802
        if self._refused and not self._passed:
            _turned_away[self._host] = self._refused
        else:
            _turned_away.pop(self._host, None)
        self._receiver.resolutionComplete()


def sites_of(value: str) -> tuple[str, int] | None:
    """Where names are dialled, by the value of `CONNECT_TO`.

    Raises:
        ConfigError: It is no loopback address with a port.
    """
    if not value:
        return None
    address, _, port = value.rpartition(":")
    try:
        if ip_address(address).is_loopback and 0 < int(port) < 65536:  # noqa: PLR2004
            return address, int(port)
    except ValueError:
        pass
    message = f"{CONNECT_TO} must be a loopback address and a port, not {value!r}; unset it."
    raise ConfigError(message)


def _is_sayable(host: str) -> bool:
    """Whether getaddrinfo takes a name: no label is empty or longer than DNS has them."""
    try:
        return bool(host.encode("idna"))
    except UnicodeError:
        return False


def _is_name(host: str) -> bool:
    """Whether a host is a name that the test sites may serve, and no spelling of an address."""
    last = host.rstrip(".").rpartition(".")[2].lower()
    return ":" not in host and last not in {"", "localhost", "invalid"} and not _is_number(last)


def _is_number(label: str) -> bool:
    """Whether a last label makes the host an IPv4 address (WHATWG URL, ends in a number)."""
    digits = label.removeprefix("0x")
    return label.isdigit() or (digits != label and all(c in "0123456789abcdef" for c in digits))
