"""Start pages of services."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import ProseStream
from pages.models.base import BasePage
from pages.validators import validate_web_address


class ServiceStartPage(BasePage):
    """Where people begin to use a service, and learn whether it is for them."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.TopicPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "The page from which people start an online service. It says who can use it and what they need."

    start_label = models.CharField("text of the button", max_length=60, default="Start now")
    start_url = models.URLField(
        "where the button leads",
        blank=False,
        validators=[validate_web_address],
        help_text="The first page of the service itself.",
    )
    body = StreamField(ProseStream(), blank=True, verbose_name="introduction")
    before_you_start = StreamField(
        ProseStream(), blank=True, help_text="What people need at hand: documents, numbers, a means of payment."
    )
    other_ways = StreamField(ProseStream(), blank=True, verbose_name="other ways", help_text="By phone, by post.")

    main_panels = [
        FieldPanel("body"),
        FieldRowPanel([FieldPanel("start_label"), FieldPanel("start_url")]),
        FieldPanel("before_you_start"),
        FieldPanel("other_ways"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("before_you_start"),
        index.SearchField("other_ways"),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("body"),
        APIField("start_label"),
        APIField("start_url"),
        APIField("before_you_start"),
        APIField("other_ways"),
    ]
    template = "pages/service_start_page.html"

    class Meta:
        verbose_name = "service start page"
