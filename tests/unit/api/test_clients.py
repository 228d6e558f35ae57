"""Which address a request comes from, when proxies stand in front and clients lie."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from api.clients import client_address, client_network


def address(forwarded: str | None = None, connection: str = "192.0.2.1") -> str:
    headers = {} if forwarded is None else {"x-forwarded-for": forwarded}
    return client_address(RequestFactory().get("/", headers=headers, REMOTE_ADDR=connection))


@pytest.mark.parametrize(
    ("proxies", "forwarded", "expected"),
    [
        (0, None, "192.0.2.1"),
        (0, "203.0.113.5", "192.0.2.1"),
        (1, None, "192.0.2.1"),
        (1, "203.0.113.5", "203.0.113.5"),
        (1, "10.0.0.1, 203.0.113.5", "203.0.113.5"),
        (1, "10.0.0.1,10.0.0.2 ,  203.0.113.5 ", "203.0.113.5"),
        (2, "10.0.0.1, 203.0.113.5, 198.51.100.7", "203.0.113.5"),
        (2, "203.0.113.5", "203.0.113.5"),
        (3, "203.0.113.5, 198.51.100.7", "203.0.113.5"),
        (1, "203.0.113.5:55123", "203.0.113.5"),
        (1, "2001:db8::5", "2001:db8::5"),
        (1, "[2001:db8::5]:443", "2001:db8::5"),
        (1, "[2001:db8::5]", "2001:db8::5"),
        (1, "::ffff:203.0.113.5", "203.0.113.5"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    settings: Settings, proxies: int, forwarded: str | None, expected: str
):
    settings.TRUSTED_PROXY_COUNT = proxies
    assert address(forwarded) == expected


@pytest.mark.parametrize(
    "forwarded", ["", " ", ",", "unknown", "203.0.113.5, _hidden", "1.2.3.4.5", "x" * 8000, "[", "é"]
)
def test_entry_that_is_no_address_counts_for_nothing(settings: Settings, forwarded: str):
    settings.TRUSTED_PROXY_COUNT = 1
    assert address(forwarded) == "192.0.2.1"


def test_connection_through_a_unix_socket_has_no_address():
    assert address(connection="") == "unknown"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("192.0.2.1", "192.0.2.2", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("", "", True),
    ],
)
def test_one_client_is_one_ipv4_address_or_one_ipv6_network(one: str, other: str, same: bool):
    networks = [client_network(RequestFactory().get("/", REMOTE_ADDR=connection)) for connection in (one, other)]
    assert (networks[0] == networks[1]) is same
