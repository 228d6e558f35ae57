"""Documents that are attached to pages."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.models import Orderable

from pages.languages import content_languages
from pages.representations import ReferenceField


class Attachment(Orderable):
    """A document with what readers need to know before they download it."""

    title = models.CharField(max_length=255, help_text="What readers see. Say what it is, not “click here”.")
    document = models.ForeignKey(
        settings.WAGTAILDOCS_DOCUMENT_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name="document"
    )
    language = models.CharField(
        max_length=10, choices=content_languages, blank=True, help_text="If it is not that of the page."
    )
    accessible = models.BooleanField(
        default=False, help_text="Tick if it was checked and works with a screen reader (PDF/UA, tagged headings)."
    )

    panels = [
        FieldPanel("title"),
        FieldPanel("document"),
        FieldRowPanel([FieldPanel("language"), FieldPanel("accessible")]),
    ]
    api_fields: ClassVar[list[APIField]] = [
        APIField("title"),
        APIField("document", serializer=ReferenceField()),
        APIField("language"),
        APIField("accessible"),
    ]

    class Meta(Orderable.Meta):
        abstract = True

    def __str__(self) -> str:
        return self.title
