"""Pages that lead to other pages: sections and topics."""

from __future__ import annotations

from typing import ClassVar

from pages.models.landing import LandingPage


class SectionPage(LandingPage):
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

    class Meta:
        verbose_name = "section"


class TopicPage(LandingPage):
    """A subject that people look for, such as “Driving and transport”."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.TopicPage"]
    subpage_types: ClassVar[list[str]] = ["pages.TopicPage", "pages.GuidancePage", "pages.ServiceStartPage"]
    page_description = "A subject that people look for. Other pages are tagged with it."

    template = "pages/section_page.html"

    class Meta:
        verbose_name = "topic"
