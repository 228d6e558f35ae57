"""What the tests of tokens do over and over, through the public door."""

from __future__ import annotations

import time
from typing import Any
from uuid import uuid4

import jwt
from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpResponse
from django.test import Client

from tests.factories.people import PASSWORD

SIGN_IN = "/api/auth/token/"
REFRESH = "/api/auth/token/refresh/"
VERIFY = "/api/auth/token/verify/"
SIGN_OUT = "/api/auth/logout/"
ME = "/api/auth/me/"
SESSIONS = "/api/auth/sessions/"


def bearer(access: str) -> dict[str, str]:
    """Headers of a request with this access token."""
    return {"authorization": f"Bearer {access}"}


def post(path: str, body: Any, *, access: str | None = None, **extra: Any) -> HttpResponse:
    """POST JSON as a client of its own, which sees crashes as their answer."""
    client = Client(raise_request_exception=False)
    headers = extra.pop("headers", {}) | (bearer(access) if access else {})
    return client.post(path, body, content_type="application/json", headers=headers, **extra)  # type: ignore[return-value]


def get(path: str, access: str | None = None) -> HttpResponse:
    """GET, with an access token if there is one."""
    client = Client(raise_request_exception=False)
    return client.get(path, headers=bearer(access) if access else {})  # type: ignore[return-value]


def attempt(someone: AbstractUser | str, password: str = PASSWORD, **extra: Any) -> HttpResponse:
    """Try to sign in."""
    username = someone if isinstance(someone, str) else someone.get_username()
    return post(SIGN_IN, {"username": username, "password": password}, **extra)


def sign_in(someone: AbstractUser, **extra: Any) -> dict[str, Any]:
    """Sign in, and return the answer."""
    response = attempt(someone, **extra)
    assert response.status_code == 200, response.content
    answer: dict[str, Any] = response.json()  # type: ignore[attr-defined]
    return answer


def refresh(token: str) -> HttpResponse:
    """Try to refresh."""
    return post(REFRESH, {"refresh": token})


def works(pair: dict[str, Any]) -> tuple[bool, bool]:
    """Whether the access token and the refresh token of a pair work, as `verify` says. Uses up neither."""
    answers = [post(VERIFY, {"token": pair[name]}).status_code for name in ("access", "refresh")]
    assert set(answers) <= {200, 401}
    assert answers[0] == get(ME, pair["access"]).status_code, "verify must say what use of the token says"
    return answers[0] == 200, answers[1] == 200


def claims_of(token: str) -> dict[str, Any]:
    """What is in a token, unchecked."""
    claims: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    return claims


def forge(token: str, *, key: str | None = None, algorithm: str = "HS256", headers: Any = None, **changes: Any) -> str:
    """A token with other claims (None: without it), signed with our own key unless another one is given."""
    claims = {name: value for name, value in (claims_of(token) | changes).items() if value is not None}
    return jwt.encode(claims, settings.JWT_SECRET if key is None else key, algorithm=algorithm, headers=headers)


def fresh_claims() -> dict[str, Any]:
    """Claims of a token that could be ours."""
    now = int(time.time())
    issuer, audience = settings.SIMPLE_JWT["ISSUER"], settings.SIMPLE_JWT["AUDIENCE"]
    return {"jti": uuid4().hex, "iat": now, "exp": now + 600, "iss": issuer, "aud": audience}
