"""What pages that lead readers on have in common: home, sections, topics."""

from __future__ import annotations

from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import LandingStream
from pages.models.base import BasePage


class LandingPage(BasePage):
    """A page whose text is mostly ways to other pages."""

    body = StreamField(LandingStream(), blank=True)

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body")]

    class Meta:
        abstract = True
