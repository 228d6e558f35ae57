"""RATE_LIMIT_MAX requests per RATE_LIMIT_WINDOW for each client, counted in Redis or in memory."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from api import counters
from api.throttling import rate_limit_headers
from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import bearer, sign_in

pytestmark = pytest.mark.django_db

NOON = datetime(2030, 1, 1, 12, tzinfo=UTC)
MEMORY = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "limits-of-this-test"}


@pytest.fixture(params=["redis", "memory"], autouse=True)
def _limits(request: pytest.FixtureRequest, settings: Settings) -> None:
    """Everything holds for both places where counts may be kept."""
    settings.RATE_LIMIT_MAX = 3
    settings.RATE_LIMIT_WINDOW = timedelta(hours=12)
    if request.param == "memory":
        settings.CACHES = settings.CACHES | {"limits": MEMORY}
        caches["limits"].clear()


def ask(address: str = "192.0.2.1", access: str | None = None, **headers: str) -> HttpResponse:
    client = Client(raise_request_exception=False)
    headers |= bearer(access) if access else {}
    return client.get("/api/v2/pages/", headers=headers, REMOTE_ADDR=address)  # type: ignore[return-value]


def test_answers_say_where_the_client_stands():
    with time_machine.travel(NOON, tick=False):
        answers = [ask() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    assert {answer["RateLimit-Limit"] for answer in answers} == {"3"}
    assert [answer["RateLimit-Remaining"] for answer in answers] == ["2", "1", "0"]
    (reset,) = {int(answer["RateLimit-Reset"]) for answer in answers}
    assert 0 < reset <= 12 * 3600


def test_one_request_too_many_is_refused_with_when_to_come_back():
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            ask()

        refused = ask()

        problem_of(refused, 429)
        assert refused["RateLimit-Remaining"] == "0"
        assert refused["Retry-After"] == refused["RateLimit-Reset"]
        clock.shift(timedelta(seconds=int(refused["Retry-After"]) - 1))
        assert ask().status_code == 429
        clock.shift(timedelta(seconds=1))
        assert ask().status_code == 200, "and what Retry-After says is true"


def test_refused_requests_do_not_make_the_window_longer():
    with time_machine.travel(NOON, tick=False) as clock:
        answers = [ask() for _ in range(20)]
        clock.shift(timedelta(seconds=int(answers[0]["RateLimit-Reset"])))
        assert ask()["RateLimit-Remaining"] == "2"


def test_windows_of_different_clients_end_at_different_times():
    with time_machine.travel(NOON, tick=False):
        ends = {ask(f"192.0.2.{number}")["RateLimit-Reset"] for number in range(10)}
    assert len(ends) > 5


def test_clients_are_counted_apart():
    for _ in range(4):
        ask("192.0.2.1")
    assert ask("192.0.2.1").status_code == 429
    assert ask("192.0.2.2").status_code == 200


def test_signed_in_person_is_counted_wherever_they_are():
    access = sign_in(PersonFactory.create())["access"]
    somebody_else = sign_in(PersonFactory.create())["access"]
    for number in range(3):
        assert ask(f"192.0.2.{number}", access).status_code == 200
    assert ask("192.0.2.9", access).status_code == 429
    assert ask("192.0.2.9", somebody_else).status_code == 200
    assert ask("192.0.2.9").status_code == 200


def test_addresses_of_one_ipv6_network_are_one_client():
    answers = [ask(f"2001:db8::{number:x}") for number in range(1, 5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]


def test_forged_forwarding_header_does_not_make_a_new_client(settings: Settings):
    settings.TRUSTED_PROXY_COUNT = 0
    answers = [ask(**{"x-forwarded-for": f"203.0.113.{number}"}) for number in range(4)]
    assert answers[-1].status_code == 429

    settings.TRUSTED_PROXY_COUNT = 1
    answers = [ask(**{"x-forwarded-for": f"10.0.0.{number}, 203.0.113.5"}) for number in range(4)]
    assert answers[-1].status_code == 429
    assert ask(**{"x-forwarded-for": "203.0.113.6"}).status_code == 200


def test_refused_credentials_are_counted_too():
    answers = [ask(access="garbage") for _ in range(4)]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 429]
    assert answers[0]["RateLimit-Remaining"] == "2"
    assert int(answers[-1]["Retry-After"]) > 0
    assert ask().status_code == 429, "the same address is one client with and without a credential"


def test_limits_of_the_environment_change_at_once(settings: Settings):
    assert ask()["RateLimit-Limit"] == "3"
    settings.RATE_LIMIT_MAX = 7
    answer = ask()
    assert (answer["RateLimit-Limit"], answer["RateLimit-Remaining"]) == ("7", "5")


def test_windows_may_be_shorter_than_a_second(settings: Settings):
    settings.RATE_LIMIT_WINDOW = timedelta(milliseconds=500)
    with time_machine.travel(NOON, tick=False) as clock:
        assert [ask().status_code for _ in range(4)][-1] == 429
        clock.shift(0.5)
        assert ask().status_code == 200


def test_concurrent_requests_are_all_counted():
    count = 40

    def one(_: int) -> int:
        return counters.add("test", "concurrent", timedelta(hours=1)).used

    with time_machine.travel(NOON, tick=False), ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(one, range(count))) == list(range(1, count + 1))


def test_request_that_was_not_counted_has_no_headers():
    assert rate_limit_headers(RequestFactory().get("/")) == {}
