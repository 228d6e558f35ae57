"""The home page of a site."""

from __future__ import annotations

from typing import ClassVar

from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import LandingStream
from pages.models.base import BasePage


class HomePage(BasePage):
    """The page at the address of a site, once for each language."""

    parent_page_types: ClassVar[list[str]] = ["wagtailcore.Page"]
    subpage_types: ClassVar[list[str]] = [
        "pages.SectionPage",
        "pages.TopicPage",
        "pages.OrganisationPage",
        "pages.GuidancePage",
        "pages.ServiceStartPage",
        "pages.FormPage",
    ]
    page_description = "The first page of a website. It leads people to what most of them come for."

    body = StreamField(LandingStream(), blank=True)

    main_panels = [FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body")]
    template = "pages/home_page.html"

    class Meta:
        verbose_name = "home page"
