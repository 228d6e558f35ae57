"""The Authorization header: only a genuine access token of a live session gets in, and nothing else is ignored."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import jwt
import pytest
import time_machine
from django.conf import settings as django_settings
from django.test import RequestFactory
from rest_framework.request import Request

from api.tokens.authentication import TokenAuthentication
from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import (
    ME,
    VERIFY,
    claims_of,
    forge,
    fresh_claims,
    get,
    post,
    refresh,
    sign_in,
)

pytestmark = pytest.mark.django_db

PUBLIC = "/api/v2/pages/"
ANOTHER_KEY = "k" * 40


@pytest.fixture
def pair() -> dict[str, Any]:
    return sign_in(PersonFactory.create())


def refused(api, header: str) -> None:
    """Everywhere: where a token is needed, and where the answer would be public."""
    for path in (ME, PUBLIC):
        response = api.get(path, headers={"authorization": header})
        problem_of(response, 401)
        assert response["WWW-Authenticate"] == 'Bearer realm="api", error="invalid_token"'


def test_access_token_says_who_asks(api, pair):
    assert get(ME, pair["access"]).status_code == 200
    assert get(PUBLIC, pair["access"]).status_code == 200


def test_scheme_is_written_in_any_case(api, pair):
    for scheme in ("bearer", "BEARER", "Bearer "):
        assert api.get(ME, headers={"authorization": f"{scheme} {pair['access']}"}).status_code == 200


def test_authenticated_request_costs_one_query(api, pair, django_assert_num_queries):
    request = Request(RequestFactory().get("/", headers={"authorization": f"Bearer {pair['access']}"}))
    with django_assert_num_queries(1):
        user, session = TokenAuthentication().authenticate(request)
        assert user.is_active
        assert session.user is user


def test_forged_token_costs_no_query(django_assert_num_queries, pair):
    with django_assert_num_queries(0):
        assert get(ME, forge(pair["access"], key=ANOTHER_KEY)).status_code == 401


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer ", "Bearer  ", "", " ", "Basic dXNlcjpwYXNz", "Token abc", "Bearer a b", "garbage", "Bearer é",
     "Bearer garbage", "Bearer a.b.c", "Bearer ..", "Bearer " + "x" * 7000, "Bearer null", "Bearer wagtail_abc",
        "Bearer a\x00.b.c"],
)  # fmt: skip
def test_header_that_is_no_working_token_is_refused_everywhere(api, header: str):
    refused(api, header)


def test_expired_token_says_so(api):
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        access = sign_in(PersonFactory.create())["access"]
        clock.shift(timedelta(hours=24) - timedelta(seconds=1))
        assert get(ME, access).status_code == 200
        clock.shift(timedelta(seconds=1))
        assert problem_of(get(ME, access), 401)["code"] == "token_expired"


def test_refresh_token_is_no_access_token(api, pair):
    refused(api, f"Bearer {pair['refresh']}")


def test_refresh_token_with_a_changed_type_is_refused(api, pair):
    header, _, signature = pair["refresh"].split(".")
    claims = json.dumps(claims_of(pair["refresh"]) | {"token_type": "access"}).encode()
    payload = base64.urlsafe_b64encode(claims).rstrip(b"=").decode()
    refused(api, f"Bearer {header}.{payload}.{signature}")


def test_token_signed_with_another_key_is_refused(api, pair):
    refused(api, f"Bearer {forge(pair['access'], key=ANOTHER_KEY)}")


def test_token_signed_with_the_key_of_django_is_refused(api, pair):
    refused(api, f"Bearer {forge(pair['access'], key=django_settings.SECRET_KEY)}")


def test_unsigned_token_is_refused(api, pair):
    refused(api, f"Bearer {forge(pair['access'], key='', algorithm='none')}")
    unsigned = pair["access"].rpartition(".")[0]
    refused(api, f"Bearer {unsigned}.")
    refused(api, f"Bearer {unsigned}")


@pytest.mark.filterwarnings("ignore::jwt.InsecureKeyLengthWarning")
def test_token_of_another_algorithm_is_refused(api, pair):
    refused(api, f"Bearer {forge(pair['access'], algorithm='HS512')}")


@pytest.mark.parametrize("header", [{"kid": "another"}, {"kid": "../../etc/passwd"}, {"jku": "http://127.0.0.1/"}])
def test_hints_in_the_tokens_header_change_nothing(api, pair, header):
    assert get(ME, forge(pair["access"], headers=header)).status_code == 200
    refused(api, f"Bearer {forge(pair['access'], key=ANOTHER_KEY, headers=header)}")


def test_token_with_an_unknown_critical_header_is_refused(api, pair):
    refused(api, f"Bearer {forge(pair['access'], headers={'crit': ['x'], 'x': 1})}")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://another.example"},
        {"iss": None},
        {"aud": "https://another.example/api/"},
        {"aud": None},
        {"exp": None},
        {"exp": "never"},
        {"exp": 10**30},
        {"exp": -1},
        {"jti": None},
        {"jti": 5},
        {"sub": None},
        {"sub": 5},
        {"sub": "999999999"},
        {"sid": None},
        {"sid": "garbage"},
        {"sid": 5},
        {"sid": ["x"]},
        {"sid": "7985abd0-4410-484d-8155-cd73904979dc"},
        {"token_type": None},
        {"token_type": "sliding"},
        {"iat": 10**12},
    ],
    ids=str,
)
def test_token_of_ours_with_other_claims_is_refused(api, pair, changes):
    # Only somebody with the key could make these. They must be refused, and not crash anything, all the same.
    refused(api, f"Bearer {forge(pair['access'], **changes)}")
    problem_of(refresh(forge(pair["refresh"], **changes)), 401)
    problem_of(post(VERIFY, {"token": forge(pair["access"], **changes)}), 401)


def test_token_as_the_library_makes_them_by_itself_is_refused(api, pair):
    claims = fresh_claims() | {"token_type": "access", "user_id": claims_of(pair["access"])["sub"]}
    refused(api, f"Bearer {jwt.encode(claims, django_settings.JWT_SECRET)}")


def test_token_in_the_query_is_no_credential(api, pair):
    problem_of(api.get(f"{ME}?token={pair['access']}"), 400)


def test_answer_to_a_request_with_a_token_is_for_nobody_else(api, pair):
    assert get(PUBLIC, pair["access"])["Cache-Control"] == "private, no-store"
