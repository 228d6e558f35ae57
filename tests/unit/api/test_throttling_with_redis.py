"""The rate limit and its server: what is left behind there, and what happens when it is away."""

from __future__ import annotations

import logging
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from api import counters
from tests.unit.api.redis_away import silent_redis, take_redis_away

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _limits(settings: Settings) -> None:
    settings.RATE_LIMIT_MAX = 3
    settings.RATE_LIMIT_WINDOW = timedelta(hours=12)


def ask() -> HttpResponse:
    return Client(raise_request_exception=False).get("/api/v2/pages/")  # type: ignore[return-value]


def test_counts_do_not_stay_in_the_store_after_their_window():
    ask()

    cache = caches["limits"]
    client = cache.client.get_client(write=False)
    keys = client.keys("*requests*")
    assert keys
    assert all(0 < client.ttl(key) <= 12 * 3600 for key in keys)


def test_reads_pass_uncounted_when_redis_is_away(settings: Settings, caplog: pytest.LogCaptureFixture):
    take_redis_away(settings)
    with caplog.at_level(logging.WARNING):
        answers = [ask() for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert not any("RateLimit-Limit" in answer for answer in answers)
    (record,) = [record for record in caplog.records if getattr(record, "event", "") == "counters.unavailable"]
    assert record.levelname == "WARNING"


def test_redis_that_does_not_answer_is_waited_for_once_only(settings: Settings, caplog: pytest.LogCaptureFixture):
    with silent_redis(settings), caplog.at_level(logging.WARNING):
        assert [ask().status_code for _ in range(5)] == [200] * 5
    failures = [record for record in caplog.records if getattr(record, "event", "") == "counters.unavailable"]
    assert len(failures) == 1


def test_counting_goes_on_when_redis_is_back(settings: Settings, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(counters, "PAUSE_SECONDS", 0)
    before = settings.CACHES
    take_redis_away(settings)
    assert "RateLimit-Limit" not in ask()
    settings.CACHES = before
    assert "RateLimit-Limit" in ask()
