"""POST /api/auth/token/refresh/: each refresh token buys one new pair."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from django.db import connection
from django.http import HttpResponse

from api.tokens.models import TokenSession
from tests.factories.people import PersonFactory
from tests.integration.locks import held_up
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import REFRESH, claims_of, post, refresh, sign_in, works

pytestmark = pytest.mark.django_db

MORNING = datetime(2030, 1, 1, 9, tzinfo=UTC)


def test_refresh_token_buys_a_new_pair_in_the_same_session():
    first = sign_in(PersonFactory.create())

    response = refresh(first["refresh"])

    second = response.json()
    assert response.status_code == 200
    assert response["Cache-Control"] == "no-store"
    assert set(second) == set(first)
    assert second["refresh"] != first["refresh"]
    assert claims_of(second["access"])["sid"] == claims_of(first["access"])["sid"]
    assert works(second) == (True, True)


def test_refreshing_makes_the_session_last_longer():
    with time_machine.travel(MORNING, tick=False) as clock:
        pair = sign_in(PersonFactory.create())
        clock.shift(timedelta(days=6))
        pair = refresh(pair["refresh"]).json()
        clock.shift(timedelta(days=6))
        pair = refresh(pair["refresh"]).json()
        assert works(pair) == (True, True)
        assert TokenSession.objects.get().last_used_at == MORNING + timedelta(days=12)


def test_second_use_of_a_refresh_token_revokes_the_whole_session(caplog: pytest.LogCaptureFixture):
    person = PersonFactory.create()
    first = sign_in(person)
    elsewhere = sign_in(person)
    second = refresh(first["refresh"]).json()

    with caplog.at_level(logging.WARNING):
        problem = problem_of(refresh(first["refresh"]), 401)

    assert problem["code"] == "token_not_valid"
    assert works(second) == (False, False)
    assert works(elsewhere) == (True, True), "other sessions are other families"
    session = TokenSession.objects.get(pk=claims_of(first["refresh"])["sid"])
    assert session.revoked_reason == TokenSession.Revocation.REUSED
    (record,) = [record for record in caplog.records if getattr(record, "event", "") == "token.reuse"]
    assert record.user_id == person.pk
    assert first["refresh"] not in caplog.text


def test_thief_who_refreshes_first_is_locked_out_when_the_owner_refreshes():
    owners = sign_in(PersonFactory.create())
    thiefs = refresh(owners["refresh"]).json()

    assert refresh(owners["refresh"]).status_code == 401

    assert works(thiefs) == (False, False)
    assert refresh(thiefs["refresh"]).status_code == 401


@pytest.mark.django_db(transaction=True)
def test_of_many_concurrent_refreshes_with_one_token_exactly_one_wins():
    pair = sign_in(PersonFactory.create())
    count = 8
    barrier = Barrier(count)

    def try_it(_: int) -> HttpResponse:
        barrier.wait()
        try:
            return refresh(pair["refresh"])
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        answers = list(threads.map(try_it, range(count)))

    assert sorted(answer.status_code for answer in answers) == [200] + [401] * (count - 1)
    assert TokenSession.objects.get().revoked_reason == TokenSession.Revocation.REUSED


@pytest.mark.django_db(transaction=True)
def test_refresh_waits_for_another_one_of_the_session_and_sees_what_it_did():
    pair = sign_in(PersonFactory.create())
    session = TokenSession.objects.filter(pk=claims_of(pair["refresh"])["sid"])

    with held_up(session.select_for_update().get, lambda: refresh(pair["refresh"])) as (other,):
        session.update(refresh_digest="of the pair that the first of the two got")
    assert other.result().status_code == 401


@pytest.mark.django_db(transaction=True)
def test_concurrent_refreshes_of_different_sessions_do_not_disturb_each_other():
    person = PersonFactory.create()
    pairs = [sign_in(person) for _ in range(6)]
    barrier = Barrier(len(pairs))

    def try_it(pair: dict[str, str]) -> dict[str, str]:
        barrier.wait()
        try:
            return refresh(pair["refresh"]).json()  # type: ignore[attr-defined, no-any-return]
        finally:
            connection.close()

    with ThreadPoolExecutor(len(pairs)) as threads:
        renewed = list(threads.map(try_it, pairs))

    assert all(works(pair) == (True, True) for pair in renewed)


def test_expired_refresh_token_is_refused():
    with time_machine.travel(MORNING, tick=False) as clock:
        pair = sign_in(PersonFactory.create())
        clock.shift(timedelta(days=7) - timedelta(seconds=1))
        assert works(pair) == (False, True), "the access token has had its 24 hours"
        clock.shift(timedelta(seconds=1))
        problem = problem_of(refresh(pair["refresh"]), 401)
    assert problem["code"] == "token_expired"


def test_refresh_token_of_a_deleted_user_is_refused():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.delete()
    problem_of(refresh(pair["refresh"]), 401)


def test_refresh_token_of_an_inactive_user_is_refused():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.is_active = False
    person.save()
    problem_of(refresh(pair["refresh"]), 401)


def test_refresh_token_is_refused_after_a_change_of_the_password():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.set_password("another long password")
    person.save()
    problem_of(refresh(pair["refresh"]), 401)


def test_refresh_token_is_refused_after_sign_out():
    pair = sign_in(PersonFactory.create())
    post("/api/auth/logout/", {"refresh": pair["refresh"]})
    problem_of(refresh(pair["refresh"]), 401)


def test_access_token_cannot_refresh():
    pair = sign_in(PersonFactory.create())
    problem_of(refresh(pair["access"]), 401)
    assert works(pair) == (True, True)


def test_stale_access_token_in_the_header_does_not_keep_anybody_from_refreshing():
    pair = sign_in(PersonFactory.create())
    assert post(REFRESH, {"refresh": pair["refresh"]}, access="stale").status_code == 200


@pytest.mark.parametrize("body", [{}, {"refresh": ""}, {"refresh": 5}, {"refresh": "x" * 5000}, {"token": "x"}, []])
def test_other_bodies_are_refused(body: object):
    problem_of(post(REFRESH, body), 400)
