"""Reactions to changes of privacy: renditions move to the store that fits."""

from __future__ import annotations

from typing import Any

from django.db.models.signals import post_delete, post_save
from wagtail.models import Collection, CollectionViewRestriction

from documents.models import CustomImage, CustomRendition
from documents.placement import settle_after_commit, withdraw_file


def connect() -> None:
    """Listen to everything that can change who may see an image. Called once, from `apps.py`."""
    for signal in (post_save, post_delete):
        signal.connect(privacy_changed, sender=CollectionViewRestriction, dispatch_uid="documents.privacy")
    # Moving a collection saves it first, in the same transaction (wagtail/admin/views/collections.py).
    post_save.connect(privacy_changed, sender=Collection, dispatch_uid="documents.collection")
    post_save.connect(image_saved, sender=CustomImage, dispatch_uid="documents.image")
    post_delete.connect(rendition_deleted, sender=CustomRendition, dispatch_uid="documents.rendition")


def privacy_changed(**kwargs: Any) -> None:
    """A collection is restricted, opened, or at another place: any of its images may be misplaced."""
    settle_after_commit()


def image_saved(instance: CustomImage, created: bool, raw: bool, **kwargs: Any) -> None:
    """The image may be in another collection now."""
    if not created and not raw:
        settle_after_commit([instance.pk])


def rendition_deleted(instance: CustomRendition, **kwargs: Any) -> None:
    """Its image is gone, has another file, or is in another collection."""
    withdraw_file(instance)
