"""The date of a page, whatever its type."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, DateTimeField, OuterRef, QuerySet, Subquery, When
from wagtail.models import Page, get_page_models


def updated(**limits: dt.datetime) -> QuerySet[Any]:
    """Ids of the pages whose date is within the limits (`gte`, `lte`), whatever their type."""
    conditions = {f"public_updated_at__{lookup}": moment for lookup, moment in limits.items()}
    each = [model._base_manager.filter(**conditions).values("pk") for model in dated_models()]
    together: QuerySet[Any] = each[0].union(*each[1:], all=True)
    return together


def date_of_page() -> Case:
    """The date that readers see, `public_updated_at`, which each type of page keeps in a table of its own.

    Only the branch of the page's own type is looked up, by its primary key.
    """
    types = ContentType.objects.get_for_models(*dated_models())
    return Case(
        *(When(content_type=types[model], then=Subquery(_date_in(model))) for model in dated_models()),
        output_field=DateTimeField(null=True),
    )


def dated_models() -> list[type[Page]]:
    """The types of page that have such a date."""
    return [model for model in get_page_models() if hasattr(model, "public_updated_at")]


def _date_in(model: type[Page]) -> QuerySet[Any]:
    own: QuerySet[Any] = model._base_manager.filter(pk=OuterRef("pk")).values("public_updated_at")
    return own
