"""Who sends this request."""

from __future__ import annotations

from rest_framework_simplejwt.authentication import JWTAuthentication


class TokenAuthentication(JWTAuthentication):
    """Bearer tokens."""
