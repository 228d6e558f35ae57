"""What the dashboard shows beside Wagtail's own panels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils import timezone
from wagtail.admin.ui.components import Component
from wagtail.models import Page, get_page_models
from wagtail.permissions import policy_registry

from pages.models import BasePage

_SHOWN: Final = 5


class OverdueReviewsPanel(Component):
    """The live pages whose date of review is longest past, of those that the person may edit."""

    name = "overdue_reviews"
    template_name = "editorial/overdue_reviews.html"
    order = 230

    def get_context_data(self, parent_context: Mapping[str, Any] | None = None) -> dict[str, Any]:
        user = (parent_context or {})["request"].user
        overdue = _overdue(user)
        pages = Page.objects.specific(defer=True).in_bulk([pk for pk, _ in overdue])
        shown = [(pages[pk], review_by) for pk, review_by in overdue[:_SHOWN]]
        return {"pages": shown, "more": len(overdue) > _SHOWN}


def _overdue(user: Any) -> list[tuple[int, Any]]:
    """(primary key, date) of one more than are shown, in one query for all types."""
    editable = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "change").values("pk")
    first, *others = (
        model.objects.live()
        .filter(review_by__lt=timezone.localdate(), pk__in=editable)
        .order_by()  # SQLite takes no order inside a union
        .values_list("pk", "review_by")
        for model in get_page_models()
        if issubclass(model, BasePage)
    )
    return list(first.union(*others).order_by("review_by", "pk")[: _SHOWN + 1])
