"""Where answers are kept, how long others may keep them, and which websites' scripts may read them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

Settings = Callable[..., dict[str, Any]]
Refusal = Callable[..., str]


def backend(settings: dict[str, Any]) -> str:
    name: str = settings["CACHES"]["responses"]["BACKEND"]
    return name.rpartition(".")[2]


def test_answers_are_kept_in_redis(settings_with: Settings) -> None:
    settings = settings_with(REDIS_URL="redis://redis:6379/0")

    assert backend(settings) == "RedisCache"
    options = settings["CACHES"]["responses"]["OPTIONS"]
    assert options["IGNORE_EXCEPTIONS"] is False, "a change that does not arrive has to be noticed"
    assert options["SERIALIZER"].endswith("SignedPickleSerializer")


def test_without_redis_production_keeps_nothing_and_development_a_folder(settings_with: Settings) -> None:
    assert backend(settings_with()) == "DummyCache"
    assert backend(settings_with("settings.development")) == "FileBasedCache"
    assert backend(settings_with("settings.development", REDIS_URL="redis://redis:6379/0")) == "RedisCache"


@pytest.mark.parametrize(
    ("variables", "origins"),
    [
        ({}, []),
        ({"FRONTEND_URL": "https://WWW.example.gov.uk/base/"}, ["https://www.example.gov.uk"]),
        ({"FRONTEND_URL": "https://www.example.gov.uk:443"}, ["https://www.example.gov.uk"]),
        ({"FRONTEND_URL": "https://www.example.gov.uk:8443"}, ["https://www.example.gov.uk:8443"]),
        (
            {"FRONTEND_URL": "https://a.example", "CORS_ALLOWED_ORIGINS": "https://B.example, http://localhost:3000"},
            ["https://b.example", "http://localhost:3000"],
        ),
        ({"CORS_ALLOWED_ORIGINS": "http://[2001:DB8::1]:80"}, ["http://[2001:db8::1]"]),
    ],
)
def test_origins_are_written_as_browsers_do(
    settings_with: Settings, variables: dict[str, str], origins: list[str]
) -> None:
    assert settings_with(**variables)["CORS_ALLOWED_ORIGINS"] == origins


@pytest.mark.parametrize(
    "value",
    [
        "*",
        "null",
        "www.example.gov.uk",
        "https://www.example.gov.uk/path",
        "https://a.example:99999",
        "ftp://a.example",
    ],
)
def test_what_is_no_origin_is_refused(refusal: Refusal, value: str) -> None:
    assert "CORS_ALLOWED_ORIGINS" in refusal(CORS_ALLOWED_ORIGINS=value)


def test_lengths_may_be_nothing_and_have_a_limit(settings_with: Settings, refusal: Refusal) -> None:
    assert settings_with(API_SHARED_MAX_AGE="0s")["API_SHARED_MAX_AGE"] == "0:00:00"
    assert "API_STALE_IF_ERROR" in refusal(API_STALE_IF_ERROR="30d")
