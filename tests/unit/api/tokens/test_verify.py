"""POST /api/auth/token/verify/: whether a token works right now, for somebody who may use it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import SIGN_OUT, VERIFY, claims_of, post, refresh, sign_in

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_working_token_is_active(kind: str):
    pair = sign_in(PersonFactory.create())

    response = post(VERIFY, {"token": pair[kind]})

    claims = claims_of(pair[kind])
    assert response.status_code == 200
    assert response.json() == {
        "active": True,
        "token_type": kind,
        "sub": claims["sub"],
        "sid": claims["sid"],
        "iat": claims["iat"],
        "exp": claims["exp"],
    }
    assert response["Cache-Control"] == "no-store"


def test_verifying_a_refresh_token_does_not_use_it_up():
    pair = sign_in(PersonFactory.create())
    for _ in range(2):
        assert post(VERIFY, {"token": pair["refresh"]}).status_code == 200
    assert refresh(pair["refresh"]).status_code == 200


def test_refresh_token_that_was_used_is_not_active_and_asking_revokes_nothing():
    pair = sign_in(PersonFactory.create())
    new = refresh(pair["refresh"]).json()
    problem_of(post(VERIFY, {"token": pair["refresh"]}), 401)
    assert post(VERIFY, {"token": new["refresh"]}).status_code == 200


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_token_of_an_inactive_user_is_not_active(kind: str):
    person = PersonFactory.create()
    pair = sign_in(person)
    person.is_active = False
    person.save()
    problem_of(post(VERIFY, {"token": pair[kind]}), 401)


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_token_of_a_deleted_user_is_not_active(kind: str):
    person = PersonFactory.create()
    pair = sign_in(person)
    person.delete()
    problem_of(post(VERIFY, {"token": pair[kind]}), 401)


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_token_from_before_a_change_of_the_password_is_not_active(kind: str):
    person = PersonFactory.create()
    pair = sign_in(person)
    person.set_password("another long password")
    person.save()
    problem_of(post(VERIFY, {"token": pair[kind]}), 401)


@pytest.mark.parametrize("kind", ["access", "refresh"])
def test_token_from_before_sign_out_is_not_active(kind: str):
    pair = sign_in(PersonFactory.create())
    post(SIGN_OUT, {"refresh": pair["refresh"]})
    problem_of(post(VERIFY, {"token": pair[kind]}), 401)


@pytest.mark.parametrize(("kind", "lifetime"), [("access", timedelta(hours=24)), ("refresh", timedelta(days=7))])
def test_expired_token_is_not_active(kind: str, lifetime: timedelta):
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        pair = sign_in(PersonFactory.create())
        clock.shift(lifetime - timedelta(seconds=1))
        assert post(VERIFY, {"token": pair[kind]}).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert problem_of(post(VERIFY, {"token": pair[kind]}), 401)["code"] == "token_expired"


@pytest.mark.parametrize("token", ["garbage", "a.b.c", "." * 3000, "é", "null"])
def test_garbage_is_not_active(token: str):
    problem_of(post(VERIFY, {"token": token}), 401)


@pytest.mark.parametrize("body", [{}, {"token": ""}, {"token": None}, {"token": 1}, {"token": "x" * 5000}, "x", []])
def test_other_bodies_are_refused(body: object):
    problem_of(post(VERIFY, body), 400)
