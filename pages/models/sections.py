"""Pages that lead to other pages: sections and topics."""

from __future__ import annotations

from typing import ClassVar

from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import LandingStream
from pages.models.base import BasePage


class SectionPage(BasePage):
    """A part of the website, with a landing page."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = [
        "pages.SectionPage",
        "pages.TopicPage",
        "pages.OrganisationPage",
        "pages.PersonPage",
        "pages.NewsArticlePage",
        "pages.GuidancePage",
        "pages.PublicationPage",
        "pages.ConsultationPage",
        "pages.ServiceStartPage",
        "pages.EventPage",
        "pages.FormPage",
    ]
    page_description = "The landing page of a part of the website, such as “News” or “About us”."

    body = StreamField(LandingStream(), blank=True)

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body")]
    template = "pages/section_page.html"

    class Meta:
        verbose_name = "section"


class TopicPage(BasePage):
    """A subject that people look for, such as “Driving and transport”."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.TopicPage"]
    subpage_types: ClassVar[list[str]] = ["pages.TopicPage", "pages.GuidancePage", "pages.ServiceStartPage"]
    page_description = "A subject that people look for. Other pages are tagged with it."

    body = StreamField(LandingStream(), blank=True)

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body")]
    template = "pages/section_page.html"

    class Meta:
        verbose_name = "topic"
