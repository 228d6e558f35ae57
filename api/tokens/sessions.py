"""Starting, refreshing, using and ending sessions. Every rule about when a token works is here.

docs/decisions/0003-tokens.md says why the rules are what they are.
"""

from __future__ import annotations

import hashlib
import logging
from dataclasses import dataclass
from datetime import timedelta
from hmac import compare_digest

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from api.tokens.models import TokenSession, password_fingerprint
from api.tokens.tokens import AccessToken, RefreshToken, TokenRefused

logger = logging.getLogger(__name__)

LAST_USED_GRANULARITY = timedelta(minutes=5)
"""How old `last_used_at` may be before a use is written down: else every read would be a write."""


@dataclass(frozen=True)
class TokenPair:
    """What a client gets for a password, or for a refresh token."""

    access: AccessToken
    refresh: RefreshToken


def start(user: AbstractBaseUser, user_agent: str) -> TokenPair:
    """Begin a session for somebody whose password was just checked."""
    session = TokenSession(
        user_id=user.pk, password_fingerprint=password_fingerprint(user), user_agent=_shortened(user_agent)
    )
    pair = _hand_out(session)
    session.save(force_insert=True)
    logger.info("Signed in", extra={"event": "token.sign_in", "user_id": user.pk, "session_id": str(session.pk)})
    return pair


def refresh(token: RefreshToken) -> TokenPair:
    """A new pair of tokens for the newest refresh token of a live session, which that uses up.

    Raises TokenRefused for any other. One that was used before has been copied by somebody: then its whole session is
    revoked, because nobody can tell who of the two is the thief. Of several requests with the same token the first
    wins; the others count as such a second use.
    """
    # durable: the revocation must be committed, although the answer is an error.
    with transaction.atomic(durable=True):
        session = _locked(token)
        if session is None:
            pair = None
        elif _is_newest(session, token):
            pair = _hand_out(session)
            session.save(update_fields=["refresh_digest", "expires_at", "last_used_at"])
        else:
            pair = None
            _revoke_for_reuse(session)
    if pair is None:
        raise TokenRefused
    return pair


def use(token: AccessToken | RefreshToken) -> TokenSession:
    """The live session of this token, with its user: one query. Raises TokenRefused when the token does not work."""
    session = TokenSession.objects.select_related("user").filter(pk=token.session_id).first()
    if session is None or not _belongs(token, session) or not session.is_usable(timezone.now()):
        raise TokenRefused
    if isinstance(token, RefreshToken) and not _is_newest(session, token):
        raise TokenRefused
    return session


def mark_used(session: TokenSession) -> None:
    """Write down that the session is in use, at most once in LAST_USED_GRANULARITY."""
    now = timezone.now()
    if now - session.last_used_at >= LAST_USED_GRANULARITY:
        TokenSession.objects.filter(pk=session.pk).update(last_used_at=now)


def end(token: RefreshToken) -> None:
    """End the session of this token, if it is not over yet. A token that was used up ends its session as well."""
    TokenSession.objects.filter(pk=token.session_id).revoke(TokenSession.Revocation.SIGNED_OUT)


def _locked(token: RefreshToken) -> TokenSession | None:
    """The token's session if it works, under a lock that the other refreshes of this session wait for."""
    # On SQLite there are no row locks: there the transaction holds the lock on the database from its beginning.
    session = (
        TokenSession.objects.select_for_update(of=("self",)).select_related("user").filter(pk=token.session_id).first()
    )
    if session is None or not _belongs(token, session) or not session.is_usable(timezone.now()):
        return None
    return session


def _hand_out(session: TokenSession) -> TokenPair:
    """Make a pair, and note in the session that its refresh token is the newest. Does not save."""
    pair = TokenPair(
        access=AccessToken.issue(user_id=session.user_id, session_id=session.pk),
        refresh=RefreshToken.issue(user_id=session.user_id, session_id=session.pk),
    )
    session.refresh_digest = _digest(pair.refresh)
    session.expires_at = pair.refresh.expires_at
    session.last_used_at = timezone.now()
    return pair


def _revoke_for_reuse(session: TokenSession) -> None:
    TokenSession.objects.filter(pk=session.pk).revoke(TokenSession.Revocation.REUSED)
    logger.warning(
        "A refresh token was used twice: its session is revoked",
        extra={"event": "token.reuse", "user_id": session.user_id, "session_id": str(session.pk)},
    )


def _belongs(token: AccessToken | RefreshToken, session: TokenSession) -> bool:
    return token.user_id == str(session.user_id)


def _is_newest(session: TokenSession, token: RefreshToken) -> bool:
    return compare_digest(session.refresh_digest, _digest(token))


def _digest(token: RefreshToken) -> str:
    return hashlib.sha256(token.jti.encode()).hexdigest()


def _shortened(user_agent: str) -> str:
    return "".join(character for character in user_agent if character.isprintable())[:200]
