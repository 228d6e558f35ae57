"""What the endpoints under /api/auth/ take and answer, for the OpenAPI document."""

from __future__ import annotations

from api.openapi.operations import Answer, Operation, component
from api.tokens.inputs import MAX_TOKEN_LENGTH, MAX_USERNAME_LENGTH
from pages.schemas import Schema, list_of, record

_TEXT: Schema = {"type": "string"}
_TIME: Schema = {"type": "string", "format": "date-time"}
_SECONDS: Schema = {"type": "integer", "minimum": 0}
_YES_OR_NO: Schema = {"type": "boolean"}
_TOKEN: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_TOKEN_LENGTH}

_PAIR = record(
    {
        "access": _TEXT,
        "refresh": _TEXT,
        "token_type": {"type": "string", "const": "Bearer"},
        "expires_in": _SECONDS | {"description": "Seconds for which the access token works."},
        "refresh_expires_in": _SECONDS,
    },
    "Two tokens. The refresh token works once.",
)
_ACTIVE = record(
    {
        "active": {"type": "boolean", "const": True},
        "token_type": {"type": "string", "enum": ["access", "refresh"]},
        "sub": _TEXT,
        "sid": _TEXT,
        "iat": {"type": "integer"},
        "exp": {"type": "integer"},
    }
)
_PERSON = record(
    {
        "id": {"type": "integer", "minimum": 1},
        **dict.fromkeys(("username", "first_name", "last_name", "email"), _TEXT),
        "groups": list_of(_TEXT),
        "is_superuser": _YES_OR_NO,
        "can_access_admin": _YES_OR_NO,
        "permissions": list_of(_TEXT),
        "page_permissions": list_of(_TEXT) | {"description": "What they may do somewhere in the page tree."},
    }
)
_SESSION = record(
    {
        "id": {"type": "string", "format": "uuid"},
        **dict.fromkeys(("created_at", "last_used_at", "expires_at"), _TIME),
        "user_agent": _TEXT,
        "current": _YES_OR_NO,
    }
)
_CREDENTIALS = record(
    {
        "username": {"type": "string", "minLength": 1, "maxLength": MAX_USERNAME_LENGTH},
        "password": {"type": "string", "minLength": 1, "maxLength": 4096},
    }
)
_SIGN_OUT: Schema = {
    "oneOf": [
        record({"refresh": _TOKEN, "all": {"type": "boolean", "const": False}}, required=("refresh",)),
        record({"all": {"type": "boolean", "const": True}, "refresh": _TOKEN}, required=("all",)),
    ]
}

_NO_TOKEN = Answer("The token does not work.", headers=("WWW-Authenticate",))
_TOO_MANY = Answer("Too many requests, or too many failed sign-ins: `too_many_attempts`.", headers=("Retry-After",))

SIGN_IN = Operation(
    "post",
    "Sign in",
    {
        200: Answer("A pair of tokens.", _PAIR),
        401: Answer("`wrong_credentials`.", headers=("WWW-Authenticate",)),
        429: _TOO_MANY,
    },
    body=_CREDENTIALS,
)
REFRESH = Operation(
    "post",
    "Trade a refresh token for a new pair",
    {200: Answer("A pair of tokens. The old refresh token is used up.", _PAIR), 401: _NO_TOKEN},
    description="A refresh token that is used twice ends its session.",
    body=record({"refresh": _TOKEN}),
)
VERIFY = Operation(
    "post",
    "Whether a token works right now",
    {200: Answer("It does.", _ACTIVE), 401: _NO_TOKEN},
    body=record({"token": _TOKEN}),
)
SIGN_OUT = Operation(
    "post",
    "Sign out",
    {204: Answer("The session is over, or all are."), 401: _NO_TOKEN},
    description='With a refresh token: of its session. With an access token in the header and `"all": true`: of all.',
    body=_SIGN_OUT,
)
CURRENT_USER = Operation("get", "Who is signed in", {200: Answer("The person.", _PERSON)}, needs_token=True)
SESSIONS = Operation(
    "get",
    "One's own sessions",
    {
        200: Answer(
            "Those that live, the most recently used first, at most 100.",
            record({"meta": component("ListMeta"), "items": list_of(_SESSION)}),
        )
    },
    needs_token=True,
)
SESSION = Operation("delete", "End one of one's own sessions", {204: Answer("It is over.")}, needs_token=True)
