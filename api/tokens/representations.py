"""How tokens, sessions and the signed-in person look in JSON."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AbstractUser
from wagtail.models import GroupPagePermission

from api.tokens.models import TokenSession
from api.tokens.sessions import TokenPair
from api.tokens.tokens import AccessToken, RefreshToken


def represent_pair(pair: TokenPair) -> dict[str, Any]:
    """Both tokens, and for how many seconds they work."""
    return {
        "access": str(pair.access),
        "refresh": str(pair.refresh),
        "token_type": "Bearer",
        "expires_in": pair.access.lifetime_seconds,
        "refresh_expires_in": pair.refresh.lifetime_seconds,
    }


def represent_active_token(token: AccessToken | RefreshToken) -> dict[str, Any]:
    """What is in a token that works. Times are seconds since 1970, as in the token."""
    claims = {name: token[name] for name in ("token_type", "sub", "sid", "iat", "exp")}
    return {"active": True, **claims}


def represent_session(session: TokenSession, current: TokenSession) -> dict[str, Any]:
    """One session of somebody's own."""
    return {
        "id": str(session.pk),
        "created_at": session.created_at,
        "last_used_at": session.last_used_at,
        "expires_at": session.expires_at,
        "user_agent": session.user_agent,
        "current": session == current,
    }


def represent_user(user: AbstractUser) -> dict[str, Any]:
    """The signed-in person, and what they may do: four queries, whatever their number of groups."""
    return {
        "id": user.pk,
        "username": user.get_username(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "email": user.email,
        "groups": list(user.groups.order_by("name").values_list("name", flat=True)),
        "is_superuser": user.is_superuser,
        "can_access_admin": user.has_perm("wagtailadmin.access_admin"),
        "permissions": sorted(user.get_all_permissions()),
        "page_permissions": _page_permissions(user),
    }


def _page_permissions(user: AbstractUser) -> list[str]:
    """What they may do with at least one part of the page tree. Where exactly depends on the page."""
    names = GroupPagePermission.objects.filter(group__user=user).values_list("permission__codename", flat=True)
    return sorted(set(names))
