"""The endpoints under /api/auth/."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from django.contrib.auth import authenticate
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AbstractUser, update_last_login
from django.db import transaction
from django.views.decorators.debug import sensitive_variables
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated, NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from api.sign_in_limits import refusal_of
from api.tokens import operations, sessions
from api.tokens.authentication import CHALLENGE, TokenAuthentication
from api.tokens.inputs import CredentialsInput, LogoutInput, RefreshInput, StrictSerializer, VerifyInput
from api.tokens.models import TokenSession
from api.tokens.representations import represent_active_token, represent_pair, represent_session, represent_user
from api.tokens.tokens import RefreshToken, read_any

SESSIONS_LISTED = 100


class WrongCredentials(AuthenticationFailed):
    """The same words for a wrong password, an unknown name and an inactive account: nobody learns which it was."""

    default_detail = "There is no active account with this name and password."
    default_code = "wrong_credentials"


class _AuthView(APIView):
    """Answers about tokens are never kept by a cache (RFC 6749, section 5.1)."""

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Any:
        response["Cache-Control"] = "no-store"
        return super().finalize_response(request, response, *args, **kwargs)


class _CredentialInBodyView(_AuthView):
    """The body says who asks. A header is not looked at: with an expired token in it, nobody could refresh."""

    authentication_classes: tuple[type[BaseAuthentication], ...] = ()

    def get_authenticate_header(self, request: Request) -> str:
        return CHALLENGE


class SignInView(_CredentialInBodyView):
    """Name and password for a pair of tokens."""

    operations = (operations.SIGN_IN,)

    @sensitive_variables()
    def post(self, request: Request) -> Response:
        credentials = _body(CredentialsInput, request)
        user = authenticate(request._request, **credentials)
        if user is None:
            raise refusal_of(request._request) or WrongCredentials()
        with transaction.atomic():
            pair = sessions.start(user, request.headers.get("User-Agent", ""))
            update_last_login(type(user), user)
        return Response(represent_pair(pair))


class RefreshView(_CredentialInBodyView):
    """A refresh token for a new pair."""

    operations = (operations.REFRESH,)

    def post(self, request: Request) -> Response:
        token = RefreshToken.read(_body(RefreshInput, request)["refresh"])
        return Response(represent_pair(sessions.refresh(token)))


class VerifyView(_CredentialInBodyView):
    """Whether a token works right now. To verify a refresh token does not use it up."""

    operations = (operations.VERIFY,)

    def post(self, request: Request) -> Response:
        token = read_any(_body(VerifyInput, request)["token"])
        sessions.use(token)
        return Response(represent_active_token(token))


class SignOutView(_CredentialInBodyView):
    """Ends the session of a refresh token or, with `"all": true`, every session of the bearer of the access token."""

    operations = (operations.SIGN_OUT,)

    def post(self, request: Request) -> Response:
        body = _body(LogoutInput, request)
        if body["all"]:
            everything = TokenSession.objects.filter(user=_bearer(request).pk)
            everything.revoke(TokenSession.Revocation.SIGNED_OUT_EVERYWHERE)
        else:
            sessions.end(RefreshToken.read(body["refresh"]))
        return Response(status=204)


class CurrentUserView(_AuthView):
    """Who the bearer of the access token is."""

    operations = (operations.CURRENT_USER,)
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        return Response(represent_user(_user(request)))


class SessionListView(_AuthView):
    """The live sessions of the bearer: the SESSIONS_LISTED most recently used."""

    operations = (operations.SESSIONS,)
    permission_classes = (IsAuthenticated,)

    def get(self, request: Request) -> Response:
        own = TokenSession.objects.live().of(_user(request)).order_by("-last_used_at", "-created_at")
        current = cast("TokenSession", request.auth)
        items = [represent_session(session, current) for session in own[:SESSIONS_LISTED]]
        return Response({"meta": {"total_count": own.count()}, "items": items})


class SessionView(_AuthView):
    """One live session of the bearer. Anybody else's does not exist."""

    operations = (operations.SESSION,)
    permission_classes = (IsAuthenticated,)

    def delete(self, request: Request, session_id: str) -> Response:
        own = TokenSession.objects.filter(pk=_uuid(session_id), user=_user(request).pk)
        if not own.revoke(TokenSession.Revocation.ENDED):
            raise NotFound
        return Response(status=204)


def _body(serializer_class: type[StrictSerializer], request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return dict(serializer.validated_data)


def _user(request: Request) -> AbstractUser:
    """Whom IsAuthenticated let in: never the anonymous user."""
    return cast("AbstractUser", request.user)


def _bearer(request: Request) -> AbstractBaseUser:
    found = TokenAuthentication().authenticate(request)
    if found is None:
        raise NotAuthenticated
    return found[0]


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None
