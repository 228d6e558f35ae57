"""POST /api/auth/token/: a name and a password for a pair of tokens."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone
from pytest_django import Settings

from api.tokens.models import TokenSession
from tests.factories.people import PASSWORD, PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import ME, SIGN_IN, attempt, claims_of, get, post, sign_in, works

pytestmark = pytest.mark.django_db


def test_name_and_password_give_a_pair_of_tokens():
    person = PersonFactory.create()

    response = attempt(person)

    answer = response.json()
    assert response.status_code == 200
    assert set(answer) == {"access", "refresh", "token_type", "expires_in", "refresh_expires_in"}
    assert answer["token_type"] == "Bearer"
    assert answer["expires_in"] == timedelta(hours=24).total_seconds()
    assert answer["refresh_expires_in"] == timedelta(days=7).total_seconds()
    assert response["Cache-Control"] == "no-store"
    assert get(ME, answer["access"]).json()["id"] == person.pk


def test_lifetimes_are_those_of_the_settings_at_the_time(settings: Settings):
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | {
        "ACCESS_TOKEN_LIFETIME": timedelta(minutes=5), "REFRESH_TOKEN_LIFETIME": timedelta(hours=1),
    }  # fmt: skip

    answer = sign_in(PersonFactory.create())

    assert (answer["expires_in"], answer["refresh_expires_in"]) == (300, 3600)


def test_tokens_say_who_and_which_session_and_nothing_else(settings: Settings):
    person = PersonFactory.create()

    pair = sign_in(person)

    session = TokenSession.objects.get(user=person)
    for kind in ("access", "refresh"):
        claims = claims_of(pair[kind])
        assert set(claims) == {"token_type", "sub", "sid", "jti", "iat", "exp", "iss", "aud"}
        assert claims["token_type"] == kind
        assert claims["sub"] == str(person.pk)
        assert claims["sid"] == str(session.pk)
        assert claims["iss"] == settings.BASE_URL
        assert claims["aud"] == f"{settings.BASE_URL}/api/"


def test_neither_token_nor_password_is_in_the_database():
    person = PersonFactory.create()

    pair = sign_in(person)

    stored = {str(value) for row in TokenSession.objects.values_list() for value in row}
    jtis = {claims_of(pair[kind])["jti"] for kind in ("access", "refresh")}
    assert stored.isdisjoint({pair["access"], pair["refresh"], PASSWORD, person.password, *jtis})


def test_sign_in_is_noted_in_the_account():
    person = PersonFactory.create(last_login=None)

    sign_in(person)

    person.refresh_from_db()
    assert timezone.now() - person.last_login < timedelta(minutes=1)


def test_name_may_be_surrounded_by_blanks():
    person = PersonFactory.create()
    assert attempt(f" {person.username} ").status_code == 200


def test_blanks_belong_to_the_password():
    person = PersonFactory.create(password=" two blanks ")
    assert attempt(person, "two blanks").status_code == 401
    assert attempt(person, " two blanks ").status_code == 200


def test_unknown_name_wrong_password_and_inactive_account_cannot_be_told_apart():
    person, inactive = PersonFactory.create(), PersonFactory.create(is_active=False)
    without_password = PersonFactory.create()
    without_password.set_unusable_password()
    without_password.save()

    answers = [
        attempt(person, "wrong"),
        attempt("nobody"),
        attempt(inactive),
        attempt(inactive, "wrong"),
        attempt(without_password),
    ]

    for answer in answers:
        problem_of(answer, 401)
        assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert len({(a.json()["detail"], a.json()["code"], a.json()["title"]) for a in answers}) == 1
    assert not TokenSession.objects.exists()


class CountingHasher(MD5PasswordHasher):
    """Stands for the real hasher, whose work is what takes the time."""

    calls = 0

    def encode(self, password: str, salt: str) -> str:
        CountingHasher.calls += 1
        return super().encode(password, salt)


def test_every_failure_costs_one_hash_so_that_the_time_tells_nothing(settings: Settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.CountingHasher"]
    person, inactive = PersonFactory.create(), PersonFactory.create(is_active=False)
    costs = []
    for name, password in [(person, "wrong"), ("nobody", "wrong"), (inactive, PASSWORD), (inactive, "wrong")]:
        CountingHasher.calls = 0
        assert attempt(name, password).status_code == 401
        costs.append(CountingHasher.calls)
    assert costs == [1, 1, 1, 1]


def test_hash_of_an_earlier_hasher_is_renewed_at_sign_in_and_ends_older_sessions_only(settings: Settings):
    person = PersonFactory.create()
    before = sign_in(person)
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.ScryptPasswordHasher", *settings.PASSWORD_HASHERS]

    after = sign_in(person)

    person.refresh_from_db()
    assert person.password.startswith("scrypt$")
    assert works(before) == (False, False), "nobody can tell a renewed hash from a new password"
    assert works(after) == (True, True)


def test_stale_token_in_the_header_does_not_keep_anybody_from_signing_in():
    person = PersonFactory.create()
    assert attempt(person, access="stale").status_code == 200


def test_signing_in_needs_no_cookie_and_sets_none():
    assert not attempt(PersonFactory.create()).cookies


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_other_methods_are_refused(api, method: str):
    problem_of(getattr(api, method)(SIGN_IN), 405)


def test_client_is_noted_shortened_and_without_control_characters():
    person = PersonFactory.create()

    sign_in(person, headers={"user-agent": "Fire\tfox " + "x" * 1000})

    assert TokenSession.objects.get().user_agent == ("Firefox " + "x" * 1000)[:200]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"username": "someone"},
        {"username": "", "password": "secret"},
        {"username": "someone", "password": ""},
        {"username": None, "password": None},
        {"username": 5, "password": "secret"},
        {"username": "someone", "password": True},
        {"username": ["someone"], "password": {"$ne": ""}},
        {"username": "x" * 300, "password": "secret"},
        {"username": "someone", "password": "x" * 5000},
        {"username": "some\x00one", "password": "secret"},
        {"username": "someone", "password": "sec\x00ret"},
        {"username": "someone", "password": "secret", "remember": True},
        [{"username": "someone", "password": "secret"}],
        "someone",
        5,
    ],
    ids=lambda body: repr(body)[:60],
)
def test_other_bodies_are_refused_with_what_is_wrong(body: object):
    problem = problem_of(post(SIGN_IN, body), 400)
    assert problem["errors"]


@pytest.mark.parametrize(
    ("content", "content_type", "status"),
    [
        (b"username=a&password=b", "application/x-www-form-urlencoded", 415),
        (b"{}", "text/plain", 415),
        (b"{", "application/json", 400),
        (b"", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b'{"username": "\\ud800", "password": "x"}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b'{"username": "a", "password": "b"}', "application/json; charset=hex", 415),
    ],
)
def test_other_content_is_refused(api, content: bytes, content_type: str, status: int):
    problem_of(api.generic("POST", SIGN_IN, content, content_type), status)
