"""Which network addresses may be a platform's, judged by the number that is connected to.

A name proves nothing: it may lead anywhere, and elsewhere a moment later. So the number is judged,
and the number that was judged is connected to. A platform in a private network or on this machine
is as good as any other: the operator alone names it, and TLS proves who answers. Never one are
addresses that mean the place where the shop happens to run, above all those where a cloud answers
programs with its keys.
"""

from __future__ import annotations

import ipaddress
from typing import Final

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

_CLOUDS: Final = frozenset(
    {
        "100.100.100.200",  # Alibaba Cloud
        "168.63.129.16",  # Azure
        "192.0.0.192",  # Oracle Cloud
        "fd00:ec2::254",  # Amazon
    }
)
"""Where clouds answer programs about themselves, outside the link-local addresses."""

# RFC 6052, RFC 8215: an IPv4 address in the last 32 bits, reached through a translator.
_TRANSLATED: Final = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48")))
_COMPATIBLE: Final = ipaddress.IPv6Network("::/96")  # RFC 4291, section 2.5.5.1
_THIS_NETWORK: Final = ipaddress.IPv4Network("0.0.0.0/8")  # RFC 1122, section 3.2.1.3
_BITS: Final = (1 << 32) - 1


def is_loopback(address: str) -> bool:
    """Whether an address, in numbers, is this machine's own."""
    return any(one.is_loopback for one in _meanings(address))


def never_a_platform(address: str) -> str | None:
    """Say why no platform can be at an address, in numbers; None if one can."""
    for one in _meanings(address):
        if str(one) in _CLOUDS:
            return "answers programs in a cloud"
        if one.is_loopback:
            continue
        if one.is_link_local:
            return "is link-local"
        if one.is_multicast:
            return "is of a group"
        if one.is_unspecified or (one.version == 4 and one in _THIS_NETWORK):  # noqa: PLR2004 - IPv4
            return "names no host"
        if one.version == 4 and one.is_reserved:  # noqa: PLR2004 - IPv4
            return "is reserved"
    return None


def _meanings(address: str) -> list[IPAddress]:
    """The address, and the IPv4 address that it holds, if it does."""
    literal = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(literal, ipaddress.IPv4Address):
        return [literal]
    within = literal.ipv4_mapped or literal.sixtofour
    if within is None and literal.teredo is not None:
        within = literal.teredo[1]
    if within is None and any(literal in network for network in _TRANSLATED):
        within = ipaddress.IPv4Address(int(literal) & _BITS)
    if within is None and literal in _COMPATIBLE and int(literal) > 1:
        within = ipaddress.IPv4Address(int(literal) & _BITS)
    return [literal] if within is None else [literal, within]
