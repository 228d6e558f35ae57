"""The home page of a site."""

from __future__ import annotations

from typing import ClassVar

from pages.models.landing import LandingPage


class HomePage(LandingPage):
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

    template = "pages/home_page.html"

    class Meta:
        verbose_name = "home page"
