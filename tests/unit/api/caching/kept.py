"""How the tests of cached answers ask."""

from __future__ import annotations

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

PAGES = "/api/v2/pages/"


def ask(address: str = PAGES, method: str = "get", **headers: str) -> Any:
    """An answer of the API."""
    client = Client(raise_request_exception=False)
    return getattr(client, method)(address, headers={name.replace("_", "-"): value for name, value in headers.items()})


def is_hit(address: str = PAGES, method: str = "get", **headers: str) -> bool:
    """Whether this question is answered from the cache: no query, and not counted by the rate limit."""
    with CaptureQueriesContext(connection) as queries:
        response = ask(address, method, **headers)
    hit = not queries.captured_queries
    assert hit == ("RateLimit-Limit" not in response), "what costs work is counted, and nothing else"
    return hit
