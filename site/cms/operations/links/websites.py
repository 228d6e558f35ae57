"""Asks other websites whether an address answers: politely, and never where somebody could make us spy on ourselves."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from urllib.parse import SplitResult, urljoin, urlsplit

import certifi
import urllib3
from urllib3.exceptions import HTTPError

from cms import __version__

REDIRECTS = 5
TIMEOUT = urllib3.Timeout(connect=5, read=10)
HOSTS_AT_ONCE = 8
_AGENT = f"government-cms-link-check/{__version__}"
_ASK_WITH_GET = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""Many servers answer one of these to HEAD and are quite well when asked properly."""
_MEANS_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


class RefusedAddressError(Exception):
    """The address is none that we ask: another protocol, or inside of a network."""


def problems(
    addresses: Iterable[str], *, private_hosts: Iterable[str] = (), delay_seconds: float = 1
) -> dict[str, str]:
    """What is wrong, in a few words, with each address that has something wrong with it.

    Several hosts are asked at a time, each of them one question after another with a pause in between.
    """
    by_host: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses):
        by_host.setdefault(_split(address).netloc.lower(), []).append(address)
    allowed = {host.lower() for host in private_hosts}
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        asked = [pool.submit(_of_one_host, group, allowed, delay_seconds) for group in by_host.values()]
        return {address: problem for each in asked for address, problem in each.result().items()}


def _of_one_host(addresses: list[str], allowed: set[str], delay_seconds: float) -> dict[str, str]:
    found = {}
    for number, address in enumerate(addresses):
        if number:
            time.sleep(delay_seconds)  # politeness
        if problem := _problem(address, allowed):
            found[address] = problem
    return found


def _problem(address: str, allowed: set[str]) -> str | None:
    try:
        status = _status("HEAD", address, allowed)
        if status in _ASK_WITH_GET or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            status = _status("GET", address, allowed)
    except RefusedAddressError as refusal:
        return str(refusal)
    except (HTTPError, OSError, UnicodeError) as error:
        return f"no answer ({type(error).__name__})"
    # 401, 403, 429 and the like are for programs: a person may well get the page.
    if status in _MEANS_GONE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"answers {status}"
    return None


def _status(method: str, address: str, allowed: set[str]) -> int:
    """The status behind all redirects."""
    for _ in range(REDIRECTS + 1):
        status, headers = _ask(method, address, allowed)
        if not (300 <= status < 400 and headers.get("Location")):
            return status
        address = urljoin(address, headers["Location"])
    raise RefusedAddressError("redirects without end")


def _ask(method: str, address: str, allowed: set[str]) -> tuple[int, Mapping[str, str]]:
    """One question to the very address that was looked up, so that the name cannot mean another one a moment later."""
    parts = _split(address)
    if parts.scheme not in {"http", "https"}:
        raise RefusedAddressError("is no address of a website")
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    where = _looked_up(host, port, allowed)
    pool = _pool(parts.scheme, host, where, port)
    path = urllib3.util.parse_url(address).request_uri
    headers = {"Host": parts.netloc.rpartition("@")[2], "User-Agent": _AGENT, "Accept": "*/*"}
    with pool:
        response = pool.request(method, path, headers=headers, redirect=False, retries=False, preload_content=False)
        # The body is not read: it may be endless.
        response.close()
        return response.status, response.headers


def _pool(scheme: str, host: str, where: str, port: int) -> urllib3.HTTPConnectionPool:
    if scheme == "http":
        return urllib3.HTTPConnectionPool(where, port, timeout=TIMEOUT)
    return urllib3.HTTPSConnectionPool(
        where, port, timeout=TIMEOUT, server_hostname=host, assert_hostname=host, ca_certs=certifi.where()
    )


def _split(address: str) -> SplitResult:
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return SplitResult("", "", "", "", "")
    return parts


def _looked_up(host: str, port: int, allowed: set[str]) -> str:
    if not host:
        raise RefusedAddressError("is no address")
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise RefusedAddressError("the host is not known") from error
    addresses = [str(entry[4][0]) for entry in found]
    if host.lower() not in allowed and not all(_is_public(each) for each in addresses):
        raise RefusedAddressError("is inside of a network")
    return addresses[0]


def _is_public(address: str) -> bool:
    parsed = ipaddress.ip_address(address.partition("%")[0])
    inner = getattr(parsed, "ipv4_mapped", None) or parsed
    return inner.is_global and not inner.is_multicast
