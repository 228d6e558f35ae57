"""Where a request comes from, when proxies stand in front."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

from django.conf import settings
from django.http import HttpRequest

UNKNOWN = "unknown"
"""Stands for the address of a request that came through a Unix socket with no proxy to name the client."""


def client_address(request: HttpRequest) -> str:
    """The IP address of the client.

    Every proxy appends the address that it was called from to `X-Forwarded-For`. So only the last
    TRUSTED_PROXY_COUNT entries were written by proxies of ours; the first of those names the client. Whatever is to
    the left of it was written by the client and is ignored, as is the whole header when there is no such proxy. An
    entry that is no address counts for nothing: the address of the connection is used.
    """
    forwarded = _forwarded_address(request) if settings.TRUSTED_PROXY_COUNT else None
    address = forwarded or _parsed(request.META.get("REMOTE_ADDR", ""))
    return str(address) if address else UNKNOWN


def client_network(request: HttpRequest) -> str:
    """What one client can be told by: its IPv4 address, or the /64 of its IPv6 address.

    Whoever has one IPv6 address has the other 2⁶⁴ of its network too (RFC 6177), and could use a new one each time.
    """
    address = _parsed(client_address(request))
    if isinstance(address, IPv6Address):
        return str(IPv6Network((address, 64), strict=False))
    return str(address) if address else UNKNOWN


def _forwarded_address(request: HttpRequest) -> IPv4Address | IPv6Address | None:
    hops: list[str] = request.META.get("HTTP_X_FORWARDED_FOR", "").rsplit(",", settings.TRUSTED_PROXY_COUNT)
    return _parsed(hops[-min(settings.TRUSTED_PROXY_COUNT, len(hops))])


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    """The address in `192.0.2.1`, `192.0.2.1:443`, `2001:db8::1`, `[2001:db8::1]` or `[2001:db8::1]:443`."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
