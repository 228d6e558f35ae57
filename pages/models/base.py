"""What every page type has."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page


class BasePage(Page):
    """The fields and behaviour that all page types share."""

    review_by = models.DateField(null=True, blank=True)

    class Meta:
        abstract = True
