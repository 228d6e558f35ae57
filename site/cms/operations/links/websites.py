"""Asks other websites whether an address answers: politely, for a limited time, and only where `places` allows it."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPException
from socket import SHUT_RDWR
from urllib.parse import urljoin

import certifi
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from cms import __version__
from cms.operations.links.places import Place, PrivateHosts, RefusedAddressError, place_of, split

logger = logging.getLogger(__name__)

REDIRECTS = 5
HOSTS_AT_ONCE = 8
SILENCE_SECONDS = 10
"""How long a server may say nothing."""
ANSWER_SECONDS = 30
"""How long it may take to answer, however often it says a word."""
ALL_SECONDS = 3 * 60 * 60
"""How long all questions together may take. What is left then is not asked."""
TRIES_IN_VAIN = 3
"""A host that did not answer so many questions in a row is not asked any more."""

_AGENT = f"government-cms-link-check/{__version__}"
_ASK_WITH_GET = {HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.NOT_IMPLEMENTED}
"""Many servers answer one of these to HEAD and are quite well when asked properly."""
_MEANS_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_Connection = HTTPConnection | HTTPSConnection


class _NoAnswerError(Exception):
    """Nobody answered, or nothing that could be understood."""


def problems(
    addresses: Iterable[str], *, private_hosts: Iterable[str] = (), delay_seconds: float = 1
) -> dict[str, str]:
    """What is wrong, in a few words, with each address that has something wrong with it.

    Several hosts are asked at a time, each of them one question after another with a pause in between.
    """
    by_host: dict[str, list[str]] = {}
    for address in dict.fromkeys(addresses):
        by_host.setdefault(split(address).netloc.lower(), []).append(address)
    private, ends_at = PrivateHosts(private_hosts), time.monotonic() + ALL_SECONDS
    with ThreadPoolExecutor(HOSTS_AT_ONCE) as pool:
        asked = [pool.submit(_of_one_host, group, private, delay_seconds, ends_at) for group in by_host.values()]
        return {address: problem for each in asked for address, problem in each.result().items()}


def _of_one_host(addresses: list[str], private: PrivateHosts, delay_seconds: float, ends_at: float) -> dict[str, str]:
    found: dict[str, str] = {}
    in_vain = 0
    for number, address in enumerate(addresses):
        if time.monotonic() > ends_at:
            left = len(addresses) - number
            logger.warning("There was no time to check all links", extra={"event": "links.no_time", "left": left})
            break
        if in_vain >= TRIES_IN_VAIN:
            found[address] = found[addresses[number - 1]]
            continue
        if number:
            time.sleep(delay_seconds)  # politeness
        try:
            problem = _problem(address, private)
            in_vain = 0
        except _NoAnswerError as error:
            problem = str(error)
            in_vain += 1
        if problem:
            found[address] = problem
    return found


def _problem(address: str, private: PrivateHosts) -> str | None:
    try:
        status = _status("HEAD", address, private)
        if status in _ASK_WITH_GET or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            status = _status("GET", address, private)
    except RefusedAddressError as refusal:
        return str(refusal)
    # ValueError: what a server sends as the address of a redirect may be anything.
    except (HTTPError, HTTPException, OSError, ValueError) as error:
        raise _NoAnswerError(f"no answer ({type(error).__name__})") from error
    # 401, 403, 429 and the like are for programs: a person may well get the page.
    if status in _MEANS_GONE or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"answers {status}"
    return None


def _status(method: str, address: str, private: PrivateHosts) -> int:
    """The status behind all redirects."""
    for _ in range(REDIRECTS + 1):
        place = place_of(address, private)
        status, headers = _ask(method, place, address)
        if not (300 <= status < 400 and headers.get("Location")):
            return status
        address = urljoin(address, headers["Location"])
        if not place.is_private:
            private = PrivateHosts()  # nobody outside leads us to where only links of ours may lead
    raise RefusedAddressError("redirects without end")


def _ask(method: str, place: Place, address: str) -> tuple[int, Mapping[str, str]]:
    """One question to the very address that was looked up, so that the name cannot mean another one a moment later."""
    headers = {"Host": split(address).netloc.rpartition("@")[2], "User-Agent": _AGENT, "Accept": "*/*"}
    connection = _connection(place)
    with _given_up_in_time(connection):
        connection.request(method, parse_url(address).request_uri, headers=headers, preload_content=False)
        response = connection.getresponse()
    return response.status, response.headers  # the body is not read: it may be endless


def _connection(place: Place) -> _Connection:
    if place.scheme == "http":
        return HTTPConnection(place.ip, place.port, timeout=SILENCE_SECONDS)
    return HTTPSConnection(
        place.ip,
        place.port,
        timeout=SILENCE_SECONDS,
        cert_reqs="CERT_REQUIRED",
        server_hostname=place.host,
        assert_hostname=place.host,
        ca_certs=certifi.where(),
    )


@contextmanager
def _given_up_in_time(connection: _Connection) -> Iterator[None]:
    """Cut the connection after ANSWER_SECONDS. Raises TimeoutError then, whatever was understood of half an answer."""
    is_cut = threading.Event()

    def cut() -> None:
        is_cut.set()
        if connection.sock is not None:
            with suppress(OSError):
                connection.sock.shutdown(SHUT_RDWR)

    watch = threading.Timer(ANSWER_SECONDS, cut)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        connection.close()
    if is_cut.is_set():
        raise TimeoutError
