"""What the tests of the search share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

Search = Callable[..., dict[str, Any]]


@pytest.fixture
def search(api: Client) -> Search:
    """Brings the index up to date and searches: `search("flood", type="…", headers={…})`."""

    def ask(q: str, *, headers: dict[str, str] | None = None, reindex: bool = True, **asked: Any) -> dict[str, Any]:
        if reindex:
            call_command("update_index", verbosity=0)
        response = api.get("/api/v2/search/", {"q": q} | asked, headers=headers)
        assert response.status_code == 200, response.content
        found: dict[str, Any] = response.json()
        return found

    return ask


@pytest.fixture
def suggest(api: Client) -> Callable[..., list[str]]:
    """The same for suggestions."""

    def ask(q: str, **asked: Any) -> list[str]:
        call_command("update_index", verbosity=0)
        response = api.get("/api/v2/search/suggest/", {"q": q} | asked)
        assert response.status_code == 200, response.content
        items: list[str] = response.json()["items"]
        return items

    return ask


def titles(found: dict[str, Any]) -> list[str]:
    """Of what was found, in order."""
    return [item["title"] for item in found["items"]]
