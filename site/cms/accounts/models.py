"""The user model."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as BaseUserManager
from django.db import models

from api.tokens.models import TokenSession


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def update(self, **kwargs: Any) -> int:
        """As always; and who is deactivated is signed out.

        Wagtail's bulk action "Set active state" comes by here (wagtail/users/views/bulk_actions/set_active_state.py),
        and no signal of a single user is sent.
        """
        count = super().update(**kwargs)
        if "is_active" in kwargs:
            TokenSession.objects.revoke_of_inactive_users()
        return count


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds and makes people."""

    use_in_migrations = False


class User(AbstractUser):
    """A person who signs in. Its own model from the first migration, because it cannot be swapped in later.

    Any active user may sign in to the API. Who has no permission at all is a reader there: they see what is restricted
    to people who are signed in. Signing in to the admin takes the permission to access it.
    """

    objects: ClassVar[UserManager] = UserManager()
