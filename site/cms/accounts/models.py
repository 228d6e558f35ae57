"""The user model."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):  # type: ignore[django-manager-missing]  # Wagtail has no types
    """A person who signs in. Its own model from the first migration, because it cannot be swapped in later."""
