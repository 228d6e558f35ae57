"""Notices changes of content, and lets go of what was kept when they are committed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from django_tasks import TaskResult
from django_tasks.signals import task_finished
from wagtail.contrib.search_promotions.models import QueryDailyHits
from wagtail.images import get_image_model
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction, Site
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move

from api.caching.generations import renew_after_commit
from documents.models.files import updated_in_bulk

_APPS = ("pages", "documents", "api", "wagtailredirects", "wagtailsearchpromotions", "taggit")
_WAGTAIL = (Page, Site, Locale, Collection, PageViewRestriction, CollectionViewRestriction)

_DRAFT_FIELDS = frozenset(
    {
        *("draft_title", "has_unpublished_changes", "latest_revision", "latest_revision_created_at"),
        *("wagtail_admin_comments", "approved_schedule", "locked", "locked_at", "locked_by"),
    }
)
"""What Wagtail writes when a draft is saved or locked. Readers see none of it."""


def connect() -> None:
    """Listen to all that changes content. Called once, from `apps.py`.

    To each model by itself: a receiver for all of them would make Django load whatever it deletes, sessions included.
    """
    for model in content_models():
        name = model._meta.label
        post_save.connect(saved, sender=model, dispatch_uid=f"api.caching.saved.{name}")
        post_delete.connect(changed, sender=model, dispatch_uid=f"api.caching.deleted.{name}")
        for field in model._meta.local_many_to_many:
            m2m_changed.connect(changed, sender=field.remote_field.through, dispatch_uid=f"api.caching.m2m.{field}")
    for signal in (page_published, page_unpublished, post_page_move, page_slug_changed, updated_in_bulk):
        signal.connect(changed, dispatch_uid="api.caching.changed")
    task_finished.connect(task_done, dispatch_uid="api.caching.task_done")


def content_models() -> Iterator[type[Model]]:
    """The models whose rows show in the API. One of ours that does not says so: `shown_in_api = False`."""
    yield from _WAGTAIL
    for label in _APPS:
        for model in apps.get_app_config(label).get_models(include_auto_created=True):
            if model is not QueryDailyHits and getattr(model, "shown_in_api", True):
                yield model


def changed(**kwargs: Any) -> None:
    """Something was deleted, moved, published, tagged."""
    renew_after_commit()


def task_done(task_result: TaskResult[Any], **kwargs: Any) -> None:
    """The index for searches is brought up to date after the commit: what was found in between is out of date."""
    if task_result.task.module_path.startswith("modelsearch."):
        renew_after_commit()


def saved(
    instance: Model, created: bool, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """Something was saved: a change, unless only its draft was, or nobody can have seen it before."""
    only_a_draft = update_fields is not None and _DRAFT_FIELDS.issuperset(update_fields)
    if not only_a_draft and not (created and _is_invisible(instance)):
        renew_after_commit()


def _is_invisible(new: Model) -> bool:
    """Whether a new row shows nowhere: a draft, or a rendition.

    A rendition only gives a second address to what had one: until then the answer names the address that makes it.
    """
    return isinstance(new, get_image_model().get_rendition_model()) or getattr(new, "live", True) is False
