"""Reactions to what happens to pages: what was public is remembered, and what the last publication looked like."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_save, pre_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_slug_changed, page_unpublished, post_page_move, pre_page_move

from pages import gone
from pages.versions import is_unpublished, remember_content


def connect() -> None:
    """Listen. Called once, from `apps.py`."""
    page_unpublished.connect(page_was_unpublished, dispatch_uid="pages.unpublished")
    pre_delete.connect(page_will_be_deleted, sender=Page, dispatch_uid="pages.deleted")
    pre_page_move.connect(page_will_move, dispatch_uid="pages.will_move")
    post_page_move.connect(page_has_moved, dispatch_uid="pages.has_moved")
    page_slug_changed.connect(slug_has_changed, dispatch_uid="pages.slug_changed")
    page_published.connect(page_was_published, dispatch_uid="pages.published")
    post_save.connect(page_was_saved, dispatch_uid="pages.saved")


def page_was_unpublished(instance: Page, **kwargs: Any) -> None:
    """By hand, by the scheduler, or together with a page above it."""
    _leave(instance)


def page_will_be_deleted(instance: Page, **kwargs: Any) -> None:
    """Called for each page of a subtree, while restrictions are still there."""
    if instance.live or gone.is_restricted(instance):
        _leave(instance)


def _leave(page: Page) -> None:
    if gone.is_restricted(page):
        gone.forget_page(page.pk)
    else:
        gone.remember(gone.addresses_of(page.url_path), page.pk)


def page_will_move(instance: Page, url_path_before: str, url_path_after: str, **kwargs: Any) -> None:
    """Before the move, because that is when restrictions and addresses are still the old ones."""
    if url_path_before != url_path_after:
        for page, addresses in gone.public_addresses_below(instance):
            gone.remember(addresses, page.pk)


def page_has_moved(instance: Page, **kwargs: Any) -> None:
    """The addresses where it is now are not gone."""
    _arrive(instance)


def slug_has_changed(instance: Page, instance_before: Page, **kwargs: Any) -> None:
    """The same as a move, but only told after it. Restrictions do not change with it."""
    for page, _ in gone.public_addresses_below(instance):
        before = instance_before.url_path + page.url_path[len(instance.url_path) :]
        gone.remember(gone.addresses_of(before), page.pk)
    _arrive(instance)


def _arrive(root: Page) -> None:
    public = [addresses for _, addresses in gone.public_addresses_below(root)]
    gone.forget_addresses(set().union(*public))


def page_was_published(instance: Page, **kwargs: Any) -> None:
    """Something is at its address again."""
    gone.forget_addresses(gone.addresses_of(instance.url_path))


def page_was_saved(
    instance: Any, raw: bool = False, update_fields: frozenset[str] | None = None, **kwargs: Any
) -> None:
    """What readers see of a live page was written, by a publication or by code."""
    if not isinstance(instance, Page) or type(instance) is Page or not instance.live or raw:
        return
    if update_fields is None:
        remember_content(instance)
    elif not is_unpublished(update_fields):
        # What else is in memory may be a draft: saving one writes some fields about it.
        remember_content(type(instance)._default_manager.get(pk=instance.pk))
