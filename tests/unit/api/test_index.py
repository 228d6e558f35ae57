"""What is here, and how to reach it without the last slash."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

from api.router import delivery_router


def test_index_leads_to_every_endpoint_of_the_router(api: Client) -> None:
    index = api.get("/api/v2/").json()

    assert index["version"] == settings.API_VERSION
    assert index["endpoints"] == {
        name: f"{settings.WAGTAILAPI_BASE_URL}/api/v2/{name}/"
        for name, viewset in delivery_router._endpoints.items()
        if any(pattern.name == "listing" for pattern in viewset.get_urlpatterns())
    }
    for address in index["endpoints"].values():
        assert api.get(address.removeprefix(settings.WAGTAILAPI_BASE_URL)).status_code != 404


def test_index_of_the_api_leads_to_its_parts(api: Client) -> None:
    index = api.get("/api/").json()

    assert index["delivery"] == f"{settings.WAGTAILAPI_BASE_URL}/api/v2/"
    assert index["auth"] == f"{settings.WAGTAILAPI_BASE_URL}/api/auth/"


@pytest.mark.parametrize("address", ["/api", "/api/v2", "/api/v2/pages", "/api/v2/pages/1", "/api/v2/pages/find"])
def test_missing_slash_is_added(api: Client, address: str) -> None:
    response = api.get(f"{address}?fields=*")

    assert response.status_code == 301
    assert response["Location"] == f"{address}/?fields=*"


def test_missing_slash_is_added_without_losing_the_body(api: Client) -> None:
    response = api.post("/api/auth/token", {"username": "a"}, content_type="application/json")

    assert response.status_code == 308
    assert response["Location"] == "/api/auth/token/"


def test_namespace_is_the_one_that_wagtail_reverses() -> None:
    assert delivery_router.url_namespace == "wagtailapi_v2"
