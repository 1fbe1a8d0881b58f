"""Which addresses are on the public internet; nothing else is ever dialled."""

import ipaddress
from collections.abc import Iterator

_Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Prefixes that carry an IPv4 address in their last 32 bits: the well-known prefix of NAT64
#: (RFC 6052) and addresses that stand for IPv4 (RFC 4291, 2.5.5).
_IPV4_AT_END = tuple(ipaddress.IPv6Network(prefix) for prefix in ("64:ff9b::/96", "::/96"))
#: Interface identifiers of ISATAP (RFC 5214, 6.1), whose last 32 bits are an IPv4 address.
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})

#: All that IANA has given out of IPv6, and a part that is for documents (RFC 9637), which
#: older Pythons take for global.
_UNICAST = ipaddress.IPv6Network("2000::/3")
_DOCUMENTS = ipaddress.IPv6Network("3fff::/20")
#: Closed to us though Pythons take them, or parts of them, for global: protocol assignments,
#: whose anycast addresses lead to the nearest gateway (RFC 7723, RFC 8155), and the relays
#: of 6to4 (RFC 7526).
_NEAREST = tuple(ipaddress.IPv4Network(part) for part in ("192.0.0.0/24", "192.88.99.0/24"))


def is_public(address: str) -> bool:
    """Whether an address may be dialled.

    It is global by the registries of IANA, no multicast, and so is every IPv4 address that
    it carries (mapped, compatible, NAT64, 6to4 of RFC 3056, Teredo of RFC 4380, ISATAP): a
    gateway may unpack it. The local prefix of NAT64 (RFC 8215) is closed as a whole: where
    it carries the address depends on the gateway.

    Args:
        address: As a resolver gives it; what is no address is not public.

    >>> is_public("93.184.215.14"), is_public("64:ff9b::127.0.0.1")
    (True, False)
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv4Address):
        return _is_global(found)
    if found.scope_id or _is_closed_isatap(found):
        return False
    carried = list(_carried(found))
    # The carrying prefixes themselves are global, reserved or neither, as the registry goes.
    return all(map(_is_global, carried)) if carried else _is_global(found)


def _is_closed_isatap(address: ipaddress.IPv6Address) -> bool:
    """Whether a tunnel of this site would unpack a closed address; the prefix may be any."""
    is_isatap = int(address) >> 32 & 0xFFFFFFFF in _ISATAP
    return is_isatap and not _is_global(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))


def _carried(address: ipaddress.IPv6Address) -> Iterator[ipaddress.IPv4Address]:
    """The IPv4 addresses that a prefix says to be inside an IPv6 address."""
    if address.ipv4_mapped:
        yield address.ipv4_mapped
    if address.sixtofour:
        yield address.sixtofour
    if address.teredo:
        yield from address.teredo
    if any(address in prefix for prefix in _IPV4_AT_END):
        yield ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)


def _is_global(address: _Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and (
        address not in _UNICAST or address in _DOCUMENTS
    ):
        return False
    if any(address in part for part in _NEAREST):
        return False
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
    )
