"""Who may see which documents and images.

Wagtail's rule decides: the privacy of a collection applies to everything below it. What it is based on is a request
with a session; we ask it on behalf of a user, so that a token serves as well as a session.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser
from wagtail.models import CollectionMember
from wagtail.permissions import policy_registry

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

Requester = AbstractBaseUser | AnonymousUser


def restricted_collection_ids(user: Requester | None) -> AbstractSet[int]:
    """Ids of the collections that `user` may not see: restricted ones, and everything below them.

    An inactive user counts as anonymous. A restriction by shared password is never fulfilled here (decision 0007).
    """
    # Wagtail's module needs the models to be loaded, which happens while this one is imported.
    from wagtail.api.v2.utils import get_restricted_collection_ids

    asker = user if user is not None and user.is_active else AnonymousUser()
    ids: set[int] = get_restricted_collection_ids(SimpleNamespace(user=asker, session={}))
    return ids


def private_collection_ids() -> AbstractSet[int]:
    """Ids of the collections that are not for everybody."""
    return restricted_collection_ids(AnonymousUser())


def may_see(user: Requester, member: CollectionMember) -> bool:
    """Whether `user` may open this document or image: as a reader, or because he may change it in the admin."""
    return _is_reader_of(user, member) or _may(user, ["change", "delete"], member)


def may_preview(user: Requester, image: CollectionMember) -> bool:
    """Whether `user` may see renditions of this image: also who may choose it for a page, not to choose blindly."""
    return _is_reader_of(user, image) or _may(user, ["change", "delete", "choose"], image)


def _is_reader_of(user: Requester, member: CollectionMember) -> bool:
    return member.collection_id not in restricted_collection_ids(user)


def _may(user: Requester, actions: list[str], member: CollectionMember) -> bool:
    policy = policy_registry.get_by_type(type(member))
    return bool(user.is_active and policy.user_has_any_permission_for_instance(user, actions, member))
