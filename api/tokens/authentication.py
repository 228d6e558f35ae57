"""Who sends this request: the bearer of an access token, or nobody in particular."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from api.throttling import count_refused_credential
from api.tokens import sessions
from api.tokens.models import TokenSession
from api.tokens.tokens import AccessToken, TokenRefused

CHALLENGE = 'Bearer realm="api"'


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer …` and nothing else. `request.auth` is the session.

    A request without that header is anonymous. One whose header is not understood or whose token does not work is
    refused, even where the answer would be public: else an editor with an expired token would take the public version
    of a page for the draft.
    """

    def authenticate(self, request: Request) -> tuple[AbstractBaseUser, TokenSession] | None:
        """The user and the session; None without a credential. Raises TokenRefused, Throttled."""
        header = request.META.get("HTTP_AUTHORIZATION")
        if header is None:
            return None
        try:
            session = sessions.use(AccessToken.read(_bearer_token(header)))
        except AuthenticationFailed:
            count_refused_credential(request._request)
            raise
        sessions.mark_used(session)
        return session.user, session

    def authenticate_header(self, request: Request) -> str:
        """The challenge in `WWW-Authenticate` of a 401 (RFC 6750, section 3)."""
        return f'{CHALLENGE}, error="invalid_token"' if "HTTP_AUTHORIZATION" in request.META else CHALLENGE


def _bearer_token(header: str) -> str:
    scheme, _, token = header.strip().partition(" ")
    token = token.strip()
    if scheme.lower() != "bearer" or not token or " " in token:
        raise TokenRefused("The Authorization header must be: Bearer, a space, and an access token.")
    return token
