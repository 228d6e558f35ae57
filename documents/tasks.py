"""Background work on images."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django_tasks import task
from wagtail.images.models import SourceImageIOError

from documents.renditions import renditions_of

if TYPE_CHECKING:
    from documents.models import CustomImage

logger = logging.getLogger(__name__)

_LOW_PRIORITY = -50
"""Readers' mail and editors' search come before: a picture that is wanted earlier is made when it is asked for."""


@task(priority=_LOW_PRIORITY)
def make_renditions_task(image_id: int) -> None:
    """Make the renditions that the API shows of an image by default, so that no reader waits for them."""
    images = apps.get_model("documents", "CustomImage")._default_manager
    image: CustomImage | None = images.filter(pk=image_id).first()
    if image is None:
        return
    try:
        for rendition in renditions_of(image, settings.API_DEFAULT_RENDITIONS):
            image.get_rendition(rendition.filter)
    except images.model.DoesNotExist:
        return  # deleted meanwhile
    except SourceImageIOError:
        logger.exception("The store has lost a file", extra={"file_name": image.file.name})
