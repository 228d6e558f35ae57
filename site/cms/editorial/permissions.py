"""What the words of a role mean to Django: names of permissions, such as `pages.add_notice`."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth import get_permission_codename
from django.db.models import Model
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, DraftStateMixin, LockableMixin, Page
from wagtail.snippets.models import get_snippet_models

from cms.editorial.roles import Role

_NEEDS_MIXIN = {"publish": DraftStateMixin, "lock": LockableMixin, "unlock": LockableMixin}


def on_pages(role: Role) -> set[str]:
    """What the role may do to pages; granted on the root page, for all below it."""
    return _names(Page, role.pages)


def in_collections(role: Role) -> set[str]:
    """What the role may do to images, documents and collections; granted on the root collection, for all below it.

    Wagtail asks for its own models here, whatever image and document models a project has (wagtail/images/__init__.py).
    """
    return _names(Image, role.images) | _names(Document, role.documents) | _names(Collection, role.collections)


def of_models(role: Role) -> set[str]:
    """What the role may do to everything else; granted to the group itself."""
    snippets = (_names(model, _known(model, role.snippets)) for model in get_snippet_models())
    settings = (_names(model, ["change"]) for model in settings_registry if role.site_settings)
    return set(role.permissions).union(*snippets, *settings)


def _known(model: type[Model], actions: Iterable[str]) -> list[str]:
    return [action for action in actions if issubclass(model, _NEEDS_MIXIN.get(action, Model))]


def _names(model: type[Model], actions: Iterable[str]) -> set[str]:
    return {f"{model._meta.app_label}.{get_permission_codename(action, model._meta)}" for action in actions}
