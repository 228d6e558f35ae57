"""GET and DELETE /api/auth/sessions/: what somebody is signed in with, and ending it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from api.tokens import views
from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import SESSIONS, bearer, claims_of, get, refresh, sign_in, works

pytestmark = pytest.mark.django_db


def delete(client, session_id: object, access: str):
    return client.delete(f"{SESSIONS}{session_id}/", headers=bearer(access))


def session_id(pair) -> str:
    return claims_of(pair["access"])["sid"]


def test_sessions_are_listed_last_used_first_and_say_which_one_is_asking():
    person = PersonFactory.create()
    with time_machine.travel(datetime(2030, 1, 1, 9, tzinfo=UTC), tick=False) as clock:
        phone = sign_in(person, headers={"user-agent": "Phone"})
        clock.shift(timedelta(minutes=1))
        laptop = sign_in(person, headers={"user-agent": "Laptop"})
        sign_in(PersonFactory.create())
        answer = get(SESSIONS, phone["access"]).json()
    assert answer == {
        "meta": {"total_count": 2},
        "items": [
            {
                "id": session_id(laptop),
                "created_at": "2030-01-01T09:01:00Z",
                "last_used_at": "2030-01-01T09:01:00Z",
                "expires_at": "2030-01-08T09:01:00Z",
                "user_agent": "Laptop",
                "current": False,
            },
            {
                "id": session_id(phone),
                "created_at": "2030-01-01T09:00:00Z",
                "last_used_at": "2030-01-01T09:00:00Z",
                "expires_at": "2030-01-08T09:00:00Z",
                "user_agent": "Phone",
                "current": True,
            },
        ],
    }


def test_use_of_a_session_is_noted_every_few_minutes_only():
    with time_machine.travel(datetime(2030, 1, 1, 9, tzinfo=UTC), tick=False) as clock:
        pair = sign_in(PersonFactory.create())
        clock.shift(timedelta(minutes=4))
        assert get(SESSIONS, pair["access"]).json()["items"][0]["last_used_at"] == "2030-01-01T09:00:00Z"
        clock.shift(timedelta(minutes=1))
        assert get(SESSIONS, pair["access"]).json()["items"][0]["last_used_at"] == "2030-01-01T09:05:00Z"


def test_sessions_that_are_over_are_not_listed(api):
    person = PersonFactory.create()
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        sign_in(person)
        clock.shift(timedelta(days=8))
        ended, reused, here = sign_in(person), sign_in(person), sign_in(person)
        refresh(reused["refresh"])
        refresh(reused["refresh"])
        delete(api, session_id(ended), here["access"])
        answer = get(SESSIONS, here["access"]).json()
    assert [item["id"] for item in answer["items"]] == [session_id(here)]


def test_list_has_a_ceiling(monkeypatch: pytest.MonkeyPatch, django_assert_num_queries):
    monkeypatch.setattr(views, "SESSIONS_LISTED", 2)
    person = PersonFactory.create()
    pairs = [sign_in(person) for _ in range(3)]
    with django_assert_num_queries(3):  # session with user, the page, the count
        answer = get(SESSIONS, pairs[0]["access"]).json()
    assert answer["meta"]["total_count"] == 3
    assert len(answer["items"]) == 2


def test_own_session_is_ended_at_once(api):
    person = PersonFactory.create()
    here, lost_phone = sign_in(person), sign_in(person)

    assert delete(api, session_id(lost_phone), here["access"]).status_code == 204

    assert works(lost_phone) == (False, False)
    assert works(here) == (True, True)
    problem_of(delete(api, session_id(lost_phone), here["access"]), 404)


def test_session_may_end_itself(api):
    here = sign_in(PersonFactory.create())
    assert delete(api, session_id(here), here["access"]).status_code == 204
    assert works(here) == (False, False)


def test_session_of_somebody_else_does_not_exist(api):
    here, somebody_elses = sign_in(PersonFactory.create()), sign_in(PersonFactory.create())
    problem_of(delete(api, session_id(somebody_elses), here["access"]), 404)
    assert works(somebody_elses) == (True, True)


@pytest.mark.parametrize("wrong", [uuid4(), "5", "x" * 500, "%C3%A9", "0" * 32])
def test_session_that_does_not_exist_is_not_found(api, wrong: object):
    problem_of(delete(api, wrong, sign_in(PersonFactory.create())["access"]), 404)


def test_anonymous_is_asked_for_a_token(api):
    problem_of(get(SESSIONS), 401)
    problem_of(api.delete(f"{SESSIONS}{uuid4()}/"), 401)
