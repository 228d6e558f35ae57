"""Sessions: what makes tokens revocable."""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import models
from django.utils import timezone


class TokenSessionQuerySet(models.QuerySet["TokenSession"]):
    """Sessions, some of which are over."""

    def live(self) -> TokenSessionQuerySet:
        """Those that are neither revoked nor expired. Whether their user may still sign in is not looked at."""
        return self.filter(revoked_at=None, expires_at__gt=timezone.now())

    def of(self, user: AbstractBaseUser) -> TokenSessionQuerySet:
        """Those of this person that the present password has not ended."""
        return self.filter(user_id=user.pk, password_fingerprint=password_fingerprint(user))

    def revoke(self, reason: TokenSession.Revocation) -> int:
        """End all that are not over yet, for good. Returns how many."""
        return self.live().update(revoked_at=timezone.now(), revoked_reason=reason)

    def revoke_outdated(self, user: AbstractBaseUser) -> None:
        """End what must not survive the state that the user was just saved in."""
        own = self.filter(user_id=user.pk)
        if not user.is_active:
            own.revoke(self.model.Revocation.DEACTIVATED)
        else:
            own.exclude(password_fingerprint=password_fingerprint(user)).revoke(self.model.Revocation.PASSWORD)

    def revoke_of_inactive_users(self) -> None:
        """End the sessions of everybody who is not active. Else they would live again when the user is reactivated."""
        self.filter(user__is_active=False).revoke(self.model.Revocation.DEACTIVATED)


class TokenSession(models.Model):
    """One sign-in to the API, and all tokens that came of it: its family.

    A token works as long as its session does, and the session is looked up whenever a token is used. No token is kept
    here, only the digest of the id of the one refresh token that may be used next.
    """

    class Revocation(models.TextChoices):
        """Why a session ended before its time."""

        SIGNED_OUT = "signed_out", "Signed out"
        SIGNED_OUT_EVERYWHERE = "signed_out_everywhere", "Signed out everywhere"
        ENDED = "ended", "Ended from another session"
        PASSWORD = "password", "The password was changed"
        DEACTIVATED = "deactivated", "The account was deactivated"
        REUSED = "reused", "A refresh token was used twice"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="token_sessions")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    last_used_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=32, choices=Revocation.choices, blank=True)
    user_agent = models.CharField(max_length=200, blank=True)
    password_fingerprint = models.CharField(max_length=64)
    refresh_digest = models.CharField(max_length=64)

    objects = TokenSessionQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.user_agent or 'unknown client'}, since {self.created_at:%Y-%m-%d %H:%M}"

    def is_usable(self, at: datetime) -> bool:
        """Whether tokens of this session work: it is not over, and its user may sign in with the same password.

        The user is looked at as well, because not every change of one comes by `revoke_outdated`: SQL does not.
        """
        return (
            self.revoked_at is None
            and self.expires_at > at
            and self.user.is_active
            and self.password_fingerprint == password_fingerprint(self.user)
        )


def password_fingerprint(user: AbstractBaseUser) -> str:
    """Another text after each change of the password. It says no more than the salted hash that it is made of."""
    return hashlib.sha256(f"token session {user.password}".encode()).hexdigest()
