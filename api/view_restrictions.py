"""Makes the cost of view restrictions independent of their number."""

from __future__ import annotations

from typing import Any

from django.db.models import Manager, QuerySet
from wagtail.models import CollectionViewRestriction, PageViewRestriction


class WithGroups(Manager[Any]):
    """View restrictions, with their groups loaded in one query for all."""

    def get_queryset(self) -> QuerySet[Any]:
        """All of them."""
        return super().get_queryset().prefetch_related("groups")


def load_groups_in_bulk() -> None:
    """Replace the managers of Wagtail's two kinds of view restriction.

    Wagtail 8.0 reads all restrictions for each request to the API, and then the groups of each by a query of its own
    (wagtail/api/querysets.py, wagtail/api/v2/utils.py, `accept_request` in wagtail/models/view_restrictions.py). To be
    dropped when it loads them together itself.
    """
    for model in (PageViewRestriction, CollectionViewRestriction):
        model._meta.local_managers.clear()
        model.add_to_class("objects", WithGroups())
