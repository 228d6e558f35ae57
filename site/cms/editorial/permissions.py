"""What the words of a role mean in the database: Django's permissions, looked up by model."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain

from django.contrib.auth import get_permission_codename
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, DraftStateMixin, LockableMixin, Page
from wagtail.snippets.models import get_snippet_models

from cms.editorial.roles import Role

_NEEDS_MIXIN = {"publish": DraftStateMixin, "lock": LockableMixin, "unlock": LockableMixin}


def on_pages(role: Role) -> set[Permission]:
    """What the role may do to pages; granted on the root page, for all below it."""
    return _permissions(Page, role.pages)


def in_collections(role: Role) -> set[Permission]:
    """What the role may do to images, documents and collections; granted on the root collection, for all below it.

    Wagtail asks for its own models here, whatever image and document models a project has (wagtail/images/__init__.py).
    """
    return (
        _permissions(Image, role.images)
        | _permissions(Document, role.documents)
        | _permissions(Collection, role.collections)
    )


def of_models(role: Role) -> set[Permission]:
    """What the role may do to everything else; granted to the group itself."""
    snippets = (_permissions(model, _known(model, role.snippets)) for model in get_snippet_models())
    settings = (_permissions(model, ("change",)) for model in settings_registry if role.site_settings)
    return {_named(name) for name in role.permissions}.union(*chain(snippets, settings))


def _known(model: type[Model], actions: Iterable[str]) -> list[str]:
    return [action for action in actions if issubclass(model, _NEEDS_MIXIN.get(action, Model))]


def _permissions(model: type[Model], actions: Iterable[str]) -> set[Permission]:
    content_type = ContentType.objects.get_for_model(model, for_concrete_model=False)
    codenames = {get_permission_codename(action, model._meta) for action in actions}
    found = set(
        Permission.objects.select_related("content_type").filter(content_type=content_type, codename__in=codenames)
    )
    missing = codenames - {permission.codename for permission in found}
    if missing:
        raise Permission.DoesNotExist(f"{model._meta.label} has no permission {', '.join(sorted(missing))}")
    return found


def _named(name: str) -> Permission:
    app_label, codename = name.split(".")
    try:
        return Permission.objects.select_related("content_type").get(
            content_type__app_label=app_label, codename=codename
        )
    except Permission.DoesNotExist:
        raise Permission.DoesNotExist(f"There is no permission {name}") from None
