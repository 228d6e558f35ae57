"""Checks a name and a password, and how often somebody may try."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend, ModelBackend
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from api.sign_in_limits import Attempt, SignInRefused, note_refusal
from cms.accounts.models import User


class LimitedModelBackend(ModelBackend):
    """Django's own backend behind the limits on failed attempts, for every door that hands over its request.

    What the limits refuse looks to the door like a wrong password. A door that wants to say more finds the reason with
    `api.sign_in_limits.refusal_of`.
    """

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The active user with this name and password, else None. Raises PermissionDenied when a limit is reached."""
        if request is None or username is None or password is None:
            return super().authenticate(request, username, password, **kwargs)
        try:
            attempt = Attempt(request, username)
        except SignInRefused as refusal:
            note_refusal(request, refusal)
            raise PermissionDenied from refusal
        user = super().authenticate(request, username, password, **kwargs)
        if user is not None:
            attempt.succeeded()
        return user

    # ModelBackend has its own copy of the above for asynchronous views, which would go round the limits.
    aauthenticate = BaseBackend.aauthenticate  # type: ignore[assignment]
