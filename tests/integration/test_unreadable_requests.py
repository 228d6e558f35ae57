"""Requests that Django cannot even make an object of are answered, as the server really serves them."""

from __future__ import annotations

import pytest

from tests.services.live import LiveCms


@pytest.mark.parametrize("charset", ["hex", "rot13", "idna", "undefined", "unicode_escape"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_codec_that_is_no_character_set_is_refused(live_cms: LiveCms, method: str, charset: str) -> None:
    headers = {"content-type": f"application/json; charset={charset}"}

    response = live_cms.http.request(method, "/api/v2/pages/?search=a", content=b"{}", headers=headers)

    assert response.status_code == 415
    assert response.headers["content-type"] == "application/problem+json"


def test_codec_that_is_no_character_set_does_no_harm_elsewhere(live_cms: LiveCms) -> None:
    response = live_cms.http.get("/health?a=b", headers={"content-type": "text/plain; charset=hex"})

    assert response.status_code == 200


def test_more_parameters_than_django_reads_are_refused(live_cms: LiveCms) -> None:
    headers = {"content-type": "application/json; charset=utf-8"}

    response = live_cms.http.get("/api/v2/pages/?" + "&".join(["a"] * 10_001), headers=headers)

    assert response.status_code in {400, 414}
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("path", ["%00", "%ff", "%ED%A0%80", "..%2f..%2f", "%2e%2e/", "a" * 4000, "?x=%00", "?x=%ff"])
def test_strange_address_is_answered_with_a_problem(live_cms: LiveCms, path: str) -> None:
    response = live_cms.http.get(f"/api/v2/pages/{path}")

    assert 400 <= response.status_code < 500
    assert response.headers["content-type"] == "application/problem+json"
