"""Where the check may ask: at public addresses, and at the hosts of our own network that somebody has allowed."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

_PORTS = {"http": 80, "https": 443}
_GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
"""The address of an IPv4 host, for networks that have IPv6 only: RFC 6052."""


class RefusedAddressError(Exception):
    """The address is none that we ask: another protocol, or inside of a network."""


class PrivateHosts:
    """Of LINK_CHECK_PRIVATE_HOSTS: `intranet.example.org` at the usual ports, `intranet.example.org:99` at one."""

    def __init__(self, entries: Iterable[str] = ()) -> None:
        self._allowed = {allowed for entry in entries for allowed in self._ports_of(entry.lower())}

    @staticmethod
    def _ports_of(entry: str) -> list[tuple[str, int]]:
        host, _, port = entry.partition(":")
        return [(host, number) for number in ([int(port)] if port else _PORTS.values())]

    def have(self, host: str, port: int) -> bool:
        return (host.lower(), port) in self._allowed


@dataclass(frozen=True)
class Place:
    """A server that may be asked. `ip` is what was looked up and judged; nothing else must be connected to."""

    scheme: str
    host: str
    ip: str
    port: int
    is_private: bool
    """Whether it may be asked only because it was allowed."""


def split(address: str) -> SplitResult:
    """The parts of an address; empty ones where it is none."""
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def place_of(address: str, private: PrivateHosts) -> Place:
    """Look up where an address leads. Raises RefusedAddressError when we do not ask there."""
    parts = split(address)
    if parts.scheme not in _PORTS:
        raise RefusedAddressError("is no address of a website")
    host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
    if not host:
        raise RefusedAddressError("is no address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError("the host is not known") from error
    ips = [str(entry[4][0]) for entry in found]
    is_private = not all(_is_public(ip) for ip in ips)
    if is_private and not private.have(host, port):
        raise RefusedAddressError("is inside of a network")
    return Place(parts.scheme, host, ips[0], port, is_private)


def _is_public(text: str) -> bool:
    ip = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        return _is_public_v6(ip)
    return ip.is_global and not ip.is_multicast


def _is_public_v6(ip: ipaddress.IPv6Address) -> bool:
    """Not where an IPv4 address is hidden in one of IPv6 (6to4, Teredo and older forms), which may lead inside."""
    if ip in _NAT64:
        return _is_public(str(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)))
    if ip.ipv4_mapped:
        return _is_public(str(ip.ipv4_mapped))
    return ip in _GLOBAL_UNICAST and ip.is_global and ip.sixtofour is None and ip.teredo is None
