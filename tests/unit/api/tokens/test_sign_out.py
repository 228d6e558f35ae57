"""POST /api/auth/logout/: the session is over, access token included, at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from api.tokens.models import TokenSession
from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import SIGN_OUT, post, refresh, sign_in, works

pytestmark = pytest.mark.django_db


def test_signing_out_ends_both_tokens_at_once():
    pair = sign_in(PersonFactory.create())
    assert works(pair) == (True, True)

    response = post(SIGN_OUT, {"refresh": pair["refresh"]})

    assert response.status_code == 204
    assert response.content == b""
    assert works(pair) == (False, False)
    assert TokenSession.objects.get().revoked_reason == TokenSession.Revocation.SIGNED_OUT


def test_signing_out_twice_is_no_error():
    pair = sign_in(PersonFactory.create())
    for _ in range(2):
        assert post(SIGN_OUT, {"refresh": pair["refresh"]}).status_code == 204


def test_signing_out_leaves_other_sessions_alone():
    person = PersonFactory.create()
    here, elsewhere = sign_in(person), sign_in(person)
    post(SIGN_OUT, {"refresh": here["refresh"]})
    assert works(elsewhere) == (True, True)


def test_signing_out_with_a_refresh_token_that_was_used_ends_its_session():
    first = sign_in(PersonFactory.create())
    second = refresh(first["refresh"]).json()
    assert post(SIGN_OUT, {"refresh": first["refresh"]}).status_code == 204
    assert works(second) == (False, False)


def test_signing_out_of_a_deleted_account_is_no_error():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.delete()
    assert post(SIGN_OUT, {"refresh": pair["refresh"]}).status_code == 204


def test_signing_out_everywhere_ends_every_session_of_this_person_only():
    person = PersonFactory.create()
    pairs = [sign_in(person) for _ in range(3)]
    somebody_else = sign_in(PersonFactory.create())

    response = post(SIGN_OUT, {"all": True}, access=pairs[0]["access"])

    assert response.status_code == 204
    assert [works(pair) for pair in pairs] == [(False, False)] * 3
    assert works(somebody_else) == (True, True)


def test_signing_out_everywhere_needs_an_access_token():
    pair = sign_in(PersonFactory.create())
    response = post(SIGN_OUT, {"all": True})
    problem_of(response, 401)
    assert response["WWW-Authenticate"].startswith("Bearer")
    problem_of(post(SIGN_OUT, {"all": True, "refresh": pair["refresh"]}), 401)
    problem_of(post(SIGN_OUT, {"all": True}, access=pair["refresh"]), 401)
    assert works(pair) == (True, True)


def test_stale_access_token_does_not_keep_anybody_from_signing_out():
    pair = sign_in(PersonFactory.create())
    assert post(SIGN_OUT, {"refresh": pair["refresh"]}, access="stale").status_code == 204
    assert works(pair) == (False, False)


def test_access_token_is_no_refresh_token():
    pair = sign_in(PersonFactory.create())
    problem_of(post(SIGN_OUT, {"refresh": pair["access"]}), 401)
    assert works(pair) == (True, True)


def test_expired_refresh_token_says_so():
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        pair = sign_in(PersonFactory.create())
        clock.shift(timedelta(days=8))
        assert problem_of(post(SIGN_OUT, {"refresh": pair["refresh"]}), 401)["code"] == "token_expired"


def test_garbage_is_refused():
    problem_of(post(SIGN_OUT, {"refresh": "garbage"}), 401)


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all": False},
        {"all": "true"},
        {"all": 1},
        {"all": None},
        {"refresh": 5},
        {"refresh": "x", "everywhere": True},
    ],
)
def test_other_bodies_are_refused(body: object):
    problem_of(post(SIGN_OUT, body), 400)
