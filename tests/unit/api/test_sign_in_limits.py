"""Guessing passwords is limited, at the API and at the admin alike, and nobody can be locked out by a stranger."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.core.cache import caches
from django.http import HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from api.sign_in_limits import ADDRESSES_PER_ACCOUNT, Attempt, TooManyAttempts
from tests.factories.people import PASSWORD, PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.redis_away import take_redis_away
from tests.unit.api.tokens.client import attempt, get, refresh, sign_in

pytestmark = pytest.mark.django_db

HOME, OFFICE = "192.0.2.1", "198.51.100.1"
LIMIT = 3


@pytest.fixture(autouse=True)
def _limit(settings: Settings) -> None:
    settings.LOGIN_LIMIT_MAX = LIMIT
    settings.RATE_LIMIT_WINDOW = timedelta(hours=12)


def fail(someone: object, address: str = HOME, times: int = LIMIT) -> list[int]:
    return [attempt(someone, "wrong", REMOTE_ADDR=address).status_code for _ in range(times)]  # type: ignore[arg-type]


def test_after_too_many_failures_even_the_right_password_is_refused_for_a_while():
    person = PersonFactory.create()
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        assert fail(person) == [401] * LIMIT

        refused = attempt(person, REMOTE_ADDR=HOME)

        assert problem_of(refused, 429)["code"] == "too_many_attempts"
        assert 0 < int(refused["Retry-After"]) <= 12 * 3600
        clock.shift(timedelta(hours=12))
        assert attempt(person, REMOTE_ADDR=HOME).status_code == 200


def test_one_address_may_not_try_many_accounts():
    people = PersonFactory.create_batch(LIMIT + 1)
    for person in people[:LIMIT]:
        assert fail(person, times=1) == [401]
    assert attempt(people[-1], REMOTE_ADDR=HOME).status_code == 429
    assert attempt(people[-1], REMOTE_ADDR=OFFICE).status_code == 200


def test_unknown_accounts_are_limited_like_any_other():
    assert fail("nobody", times=LIMIT + 1) == [401] * LIMIT + [429]


def test_many_addresses_may_not_try_one_account():
    person = PersonFactory.create()
    for number in range(ADDRESSES_PER_ACCOUNT):
        assert fail(person, f"203.0.113.{number}") == [401] * LIMIT
    assert attempt(person, REMOTE_ADDR="203.0.113.200").status_code == 429


def test_stranger_cannot_lock_somebody_out_of_where_they_usually_are():
    person = PersonFactory.create()
    sign_in(person, REMOTE_ADDR=HOME)

    for number in range(ADDRESSES_PER_ACCOUNT):
        fail(person, f"203.0.113.{number}")

    assert attempt(person, REMOTE_ADDR="203.0.113.200").status_code == 429
    assert attempt(person, REMOTE_ADDR=HOME).status_code == 200


def test_clumsy_colleague_does_not_lock_the_office_out():
    person, colleague, newcomer = PersonFactory.create_batch(3)
    sign_in(person, REMOTE_ADDR=OFFICE)

    fail(colleague, OFFICE)

    assert attempt(person, REMOTE_ADDR=OFFICE).status_code == 200
    assert attempt(newcomer, REMOTE_ADDR=OFFICE).status_code == 429


def test_usual_address_is_limited_too():
    person = PersonFactory.create()
    sign_in(person, REMOTE_ADDR=HOME)
    assert fail(person, times=LIMIT + 1) == [401] * LIMIT + [429]


def test_address_is_usual_for_a_month_only():
    person = PersonFactory.create()
    sign_in(person, REMOTE_ADDR=HOME)
    cache = caches["limits"]
    client = cache.client.get_client(write=False)
    (key,) = client.keys("*mark:*")
    assert 29 < client.ttl(key) / 86400 <= 30


def test_one_address_cannot_use_up_what_an_account_has():
    person = PersonFactory.create()
    fail(person, "203.0.113.1", times=LIMIT * ADDRESSES_PER_ACCOUNT * 2)
    assert attempt(person, REMOTE_ADDR=HOME).status_code == 200


def test_successes_are_not_counted():
    person = PersonFactory.create()
    for _ in range(LIMIT * 2):
        assert attempt(person, REMOTE_ADDR=HOME).status_code == 200
    assert fail(person) == [401] * LIMIT


def test_name_in_another_form_is_the_same_account():
    person = PersonFactory.create(username="rhian")
    for name in ("RHIAN", " rhian", "\N{FULLWIDTH LATIN SMALL LETTER R}hian"):
        fail(name, times=1)
    assert attempt(person, REMOTE_ADDR=HOME).status_code == 429


def test_addresses_of_one_ipv6_network_are_one_address():
    person = PersonFactory.create()
    for number in range(LIMIT):
        fail(person, f"2001:db8::{number:x}", times=1)
    assert attempt(person, REMOTE_ADDR="2001:db8::ffff").status_code == 429


def test_forged_forwarding_header_is_no_way_round(settings: Settings):
    settings.TRUSTED_PROXY_COUNT = 0
    for number in range(LIMIT):
        attempt("nobody", "wrong", headers={"x-forwarded-for": f"203.0.113.{number}"})
    assert attempt("nobody", "wrong", headers={"x-forwarded-for": "203.0.113.99"}).status_code == 429


def test_attempts_that_arrive_together_do_not_slip_through():
    count = 12
    barrier = Barrier(count)

    def try_it(rf) -> str:
        barrier.wait()
        try:
            Attempt(rf, "someone")
        except TooManyAttempts:
            return "refused"
        return "looked at"

    with ThreadPoolExecutor(count) as threads:
        outcomes = list(threads.map(try_it, [RequestFactory().get("/") for _ in range(count)]))

    assert outcomes.count("looked at") == LIMIT


def admin_form(person: object, password: str = PASSWORD) -> HttpResponse:
    name = person if isinstance(person, str) else person.username  # type: ignore[attr-defined]
    return Client(REMOTE_ADDR=HOME).post("/admin/login/", {"username": name, "password": password})  # type: ignore[return-value]


@pytest.mark.parametrize("first", ["api", "admin"])
def test_failures_at_the_api_and_at_the_admin_are_counted_together(first: str):
    person = PersonFactory.create()
    doors: dict[str, Callable[[], HttpResponse]] = {
        "api": lambda: attempt(person, "wrong", REMOTE_ADDR=HOME),
        "admin": lambda: admin_form(person, "wrong"),
    }
    for _ in range(LIMIT):
        doors[first]()
    assert attempt(person, REMOTE_ADDR=HOME).status_code == 429
    assert admin_form(person).status_code == 429


def test_nobody_can_sign_in_while_redis_is_away_and_hears_when_to_try_again(settings: Settings):
    person = PersonFactory.create()
    take_redis_away(settings)

    refused = attempt(person)

    assert problem_of(refused, 503)["code"] == "sign_in_unavailable"
    assert int(refused["Retry-After"]) > 0
    form = admin_form(person)
    assert form.status_code == 503
    assert int(form["Retry-After"]) > 0
    assert "Signing in is not possible at the moment" in form.content.decode()


def test_whoever_is_signed_in_works_on_while_redis_is_away(settings: Settings):
    pair = sign_in(PersonFactory.create())
    take_redis_away(settings)
    assert get("/api/auth/me/", pair["access"]).status_code == 200
    assert refresh(pair["refresh"]).status_code == 200


def test_successful_sign_in_survives_redis_going_away_in_that_moment(settings: Settings):
    taken = Attempt(RequestFactory().get("/"), "someone")
    take_redis_away(settings)
    taken.succeeded()


def test_limits_hold_in_the_memory_of_the_process_too(settings: Settings):
    memory = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "sign-ins-of-this-test"}
    settings.CACHES = settings.CACHES | {"limits": memory}
    caches["limits"].clear()
    person = PersonFactory.create()
    sign_in(person, REMOTE_ADDR=HOME)
    assert fail(person, times=LIMIT + 1) == [401] * LIMIT + [429]
