"""Guidance, with chapters."""

from __future__ import annotations

from typing import ClassVar

from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import BodyStream
from pages.models.base import BasePage
from pages.representations import ChildPagesField


class GuidancePage(BasePage):
    """Guidance: short ones are one page, long ones have chapters, which are pages under this one."""

    parent_page_types: ClassVar[list[str]] = [
        "pages.HomePage",
        "pages.SectionPage",
        "pages.TopicPage",
        "pages.OrganisationPage",
    ]
    subpage_types: ClassVar[list[str]] = ["pages.GuidanceChapterPage"]
    page_description = "Tells people what to do or how a rule works. Add chapters under it if it is long."
    admin_default_ordering = "ord"

    body = StreamField(BodyStream(), blank=True, verbose_name="text")

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [
        *BasePage.api_fields,
        APIField("body"),
        APIField("chapters", serializer=ChildPagesField("pages.GuidanceChapterPage")),
    ]
    template = "pages/guidance_page.html"

    class Meta:
        verbose_name = "guidance"
        verbose_name_plural = "guidance"


class GuidanceChapterPage(BasePage):
    """A chapter of guidance. Chapters are in the order of the page tree, which editors change by dragging."""

    parent_page_types: ClassVar[list[str]] = ["pages.GuidancePage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "One chapter of long guidance."

    body = StreamField(BodyStream(), verbose_name="text")

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body")]
    template = "pages/guidance_chapter_page.html"

    class Meta:
        verbose_name = "guidance chapter"
