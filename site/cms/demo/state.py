"""Whether there is a demo site, and what belongs to it."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from wagtail.models import Page, get_page_models

from cms.demo.models import DemoObject, Seeding


def seeding() -> Seeding | None:
    """Return the record of the demo site, or None where there is none."""
    return Seeding.objects.first()


def ids_of(*models: type[Model]) -> QuerySet[DemoObject, int]:
    """Return the ids of the demo objects of these models, as a subquery."""
    types = ContentType.objects.get_for_models(*models, for_concrete_models=False).values()
    return DemoObject.objects.filter(content_type__in=list(types)).values_list("object_id", flat=True)


def page_ids() -> QuerySet[DemoObject, int]:
    """Return the ids of all demo pages, whatever their type."""
    return ids_of(*page_models())


def page_models() -> list[type[Page]]:
    """Return Page and then every page type."""
    return [Page, *(model for model in get_page_models() if model is not Page)]


def users() -> dict[str, Any]:
    """Return the demo accounts that still exist, by role."""
    rows = DemoObject.objects.filter(content_type=ContentType.objects.get_for_model(get_user_model()))
    roles = {row.object_id: row.key.partition(":")[2] for row in rows}
    found = {user.pk: user for user in get_user_model().objects.filter(pk__in=roles)}
    return {role: found[pk] for pk, role in sorted(roles.items()) if pk in found}
