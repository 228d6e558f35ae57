"""Ends the sessions of somebody whose password or account changes, whoever changes it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models.signals import post_save

from api.tokens.models import TokenSession

_THAT_MATTER = {"password", "is_active"}


def connect() -> None:
    """Called once, when the app is ready."""
    post_save.connect(_revoke_outdated, sender=get_user_model(), dispatch_uid="api.tokens.revoke_outdated")


def _revoke_outdated(
    instance: AbstractBaseUser, created: bool, update_fields: Collection[str] | None, **kwargs: Any
) -> None:
    # In the transaction of the change itself: there is no moment at which the password is new and old sessions live.
    if not created and (update_fields is None or _THAT_MATTER.intersection(update_fields)):
        TokenSession.objects.revoke_outdated(instance)
