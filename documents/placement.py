"""Each rendition in the store that fits the privacy of its image's collection.

One rule, checked again after everything that can break it: a rendition in the public store belongs to an image that
everybody may see, one in the private store to an image that not everybody may see. What breaks the rule is removed,
file first, and made anew when it is next wanted.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.core.files.storage import Storage
from django.db import models, transaction
from django.dispatch import Signal
from django_tasks import task

from documents.storages import RESTRICTED_PREFIX
from documents.visibility import private_collection_ids

if TYPE_CHECKING:
    from documents.models import CustomImage, CustomRendition

logger = logging.getLogger(__name__)

public_files_removed = Signal()
"""Sent with `urls` after public files are gone from their store, for whoever has copies to purge."""

_AT_ONCE = 100
"""Renditions that are removed before the request ends. The rest is left to a background task."""


def folder_for(image: CustomImage) -> str:
    """The folder for renditions of `image`, which decides on the store."""
    restricted = image.collection_id in private_collection_ids()
    return f"{RESTRICTED_PREFIX}images" if restricted else "images"


def settle_after_commit(image_ids: Collection[int] | None = None) -> None:
    """Remove misplaced renditions when the transaction has committed: of these images, or of all.

    After the commit, because only then a rendition that another process is making right now either has been seen
    by us, or sees our change itself and removes itself.
    """
    ids = list(image_ids) if image_ids is not None else None
    transaction.on_commit(lambda: _settle_now(ids))


def _settle_now(image_ids: list[int] | None) -> None:
    if not remove_misplaced(image_ids, limit=_AT_ONCE):
        remove_misplaced_task.enqueue(image_ids)


@task()
def remove_misplaced_task(image_ids: list[int] | None) -> None:
    """Remove all misplaced renditions, of these images or of all. Fails when some are left; the scheduler goes on."""
    if not remove_misplaced(image_ids):
        raise RuntimeError("Some misplaced renditions could not be removed; see the log.")


def remove_misplaced(image_ids: list[int] | None = None, *, limit: int | None = None) -> bool:
    """Remove misplaced renditions, at most `limit`. Answers whether none is left. May be repeated at any time.

    A store that fails is logged, and ends it for now. The file goes before its row: when the store fails in between,
    the row is still there to find it by.
    """
    queryset = misplaced_renditions(image_ids).select_related("image")
    renditions = list(queryset if limit is None else queryset[: limit + 1])
    for rendition in renditions[:limit]:
        try:
            rendition.file.storage.delete(str(rendition.file.name))
        except Exception:  # of boto, of the file system, of the network
            logger.exception("A misplaced rendition could not be removed", extra={"file_name": rendition.file.name})
            return False
        rendition.delete()
    return limit is None or len(renditions) <= limit


def withdraw_file(rendition: CustomRendition) -> None:
    """A public rendition is no more: after the commit remove its file at once, and tell who has copies.

    Wagtail leaves the file to a background task, which is late for something that was taken back.
    """
    name = str(rendition.file.name)
    if not name.startswith(RESTRICTED_PREFIX):
        transaction.on_commit(lambda: _withdraw_now(type(rendition), rendition.file.storage, name))


def _withdraw_now(sender: type[CustomRendition], storage: Storage, name: str) -> None:
    try:
        storage.delete(name)
        public_files_removed.send(sender=sender, urls=[storage.url(name)])
    except Exception:
        logger.exception("A public file could not be removed at once; a task tries again", extra={"file_name": name})


def misplaced_renditions(image_ids: list[int] | None = None) -> models.QuerySet[Any]:
    """Renditions in the store that does not fit, of these images or of all."""
    restricted = models.Q(image__collection__in=private_collection_ids())
    private = models.Q(file__startswith=RESTRICTED_PREFIX)
    renditions: models.QuerySet[Any] = apps.get_model("documents", "CustomRendition")._default_manager.filter(
        (restricted & ~private) | (~restricted & private)
    )
    return renditions if image_ids is None else renditions.filter(image__in=image_ids)
