"""The two kinds of token, and what a token must be like to be read at all.

Reading proves who signed a token, what it is for and that its time is not up. Whether its session is still alive is
the business of `api.tokens.sessions`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar, Self, cast
from uuid import UUID

from django.conf import settings
from rest_framework.exceptions import AuthenticationFailed
from rest_framework_simplejwt import tokens
from rest_framework_simplejwt.exceptions import ExpiredTokenError, TokenError

from api.tokens.keys import KeyRing, key_ring


class TokenRefused(AuthenticationFailed):
    """A token that does not work (any more): 401."""

    default_detail = "The token is not valid."
    default_code = "token_not_valid"


class TokenExpired(TokenRefused):
    """A genuine token whose time is up. Told apart, because then it helps to refresh."""

    default_detail = "The token has expired."
    default_code = "token_expired"


class SessionToken(tokens.Token):
    """A token of one session. Its claims: sub (the user's id), sid (the session's), jti, iat, exp, iss, aud."""

    lifetime_setting: ClassVar[str]

    def __init__(self, token: Any = None, verify: bool = True) -> None:
        # The library reads its lifetimes once, when it is imported.
        self.lifetime = cast("timedelta", settings.SIMPLE_JWT[self.lifetime_setting])
        super().__init__(token, verify)

    @classmethod
    def issue(cls, *, user_id: object, session_id: UUID) -> Self:
        """A new token."""
        token = cls()
        token["sub"] = str(user_id)
        token["sid"] = str(session_id)
        return token

    @classmethod
    def read(cls, raw: str) -> Self:
        """The token that this text is. Raises TokenExpired, or TokenRefused for all else that is wrong with it."""
        try:
            return cls(raw)
        except ExpiredTokenError:
            raise TokenExpired from None
        except (TokenError, ValueError, OverflowError, TypeError):
            raise TokenRefused from None

    def verify(self) -> None:
        """Check the type, the times and that the claims which the properties below read are there and well-formed.

        Raises TokenError, or ValueError for claims that are none of ours.
        """
        super().verify()
        try:
            UUID(self.payload["sid"])
            if not all(isinstance(self.payload[name], str) for name in ("sub", "jti")):
                raise ValueError("sub and jti are texts")
        except (KeyError, AttributeError) as error:
            raise ValueError("a claim is missing or of another type") from error

    @property
    def user_id(self) -> str:
        return str(self.payload["sub"])

    @property
    def session_id(self) -> UUID:
        return UUID(self.payload["sid"])

    @property
    def jti(self) -> str:
        return str(self.payload["jti"])

    @property
    def expires_at(self) -> datetime:
        return datetime.fromtimestamp(self.payload["exp"], tz=UTC)

    @property
    def lifetime_seconds(self) -> int:
        return int(self.payload["exp"]) - int(self.payload["iat"])

    def get_token_backend(self) -> KeyRing:
        """The library's own knows one key only."""
        return key_ring()


class AccessToken(SessionToken):
    """Goes with each request, and says who sends it."""

    token_type = "access"  # noqa: S105
    lifetime_setting = "ACCESS_TOKEN_LIFETIME"


class RefreshToken(SessionToken):
    """Buys a new pair of tokens, once."""

    token_type = "refresh"  # noqa: S105
    lifetime_setting = "REFRESH_TOKEN_LIFETIME"


def read_any(raw: str) -> AccessToken | RefreshToken:
    """The token that this text is, of whichever kind. Raises as `SessionToken.read` does."""
    try:
        return AccessToken.read(raw)
    except TokenExpired:
        raise
    except TokenRefused:
        return RefreshToken.read(raw)
