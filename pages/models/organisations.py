"""Organisations: departments, agencies and other public bodies."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from pages.blocks.stream import LandingStream
from pages.models.base import BasePage
from pages.representations import ReferenceListField
from pages.validators import validate_web_address


class OrganisationType(models.TextChoices):
    """The kinds of public body, as GOV.UK lists them."""

    MINISTERIAL = "ministerial_department", "Ministerial department"
    NON_MINISTERIAL = "non_ministerial_department", "Non-ministerial department"
    AGENCY = "executive_agency", "Executive agency"
    EXECUTIVE_NDPB = "executive_ndpb", "Executive non-departmental public body"
    ADVISORY_NDPB = "advisory_ndpb", "Advisory non-departmental public body"
    TRIBUNAL = "tribunal", "Tribunal"
    PUBLIC_CORPORATION = "public_corporation", "Public corporation"
    DEVOLVED = "devolved_government", "Devolved government"
    OTHER = "other", "Other"


class OrganisationStatus(models.TextChoices):
    """Whether an organisation still exists."""

    LIVE = "live", "Working"
    JOINING = "joining", "Not yet set up"
    CLOSED = "closed", "Closed"


class OrganisationPage(BasePage):
    """A public body."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage"]
    subpage_types: ClassVar[list[str]] = [
        "pages.SectionPage",
        "pages.PersonPage",
        "pages.NewsArticlePage",
        "pages.GuidancePage",
        "pages.PublicationPage",
        "pages.ConsultationPage",
        "pages.EventPage",
        "pages.FormPage",
    ]
    page_description = "A department, agency or other public body."

    acronym = models.CharField(max_length=20, blank=True)
    organisation_type = models.CharField(
        "kind of organisation", max_length=30, choices=OrganisationType.choices, default=OrganisationType.OTHER
    )
    status = models.CharField(max_length=10, choices=OrganisationStatus.choices, default=OrganisationStatus.LIVE)
    website_url = models.URLField(
        "website", blank=True, validators=[validate_web_address], help_text="If it has a website of its own."
    )
    body = StreamField(LandingStream(), blank=True)

    main_panels = [
        FieldRowPanel([FieldPanel("acronym"), FieldPanel("organisation_type"), FieldPanel("status")]),
        FieldPanel("website_url"),
        FieldPanel("body"),
        MultiFieldPanel(
            [InlinePanel("parent_organisations", label="Parent organisation", max_num=10)],
            heading="Part of",
            classname="collapsed",
        ),
        MultiFieldPanel(
            [InlinePanel("organisation_contacts", label="Contact", max_num=20)],
            heading="Contacts",
            classname="collapsed",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("acronym", boost=3),
        index.AutocompleteField("acronym"),
        index.SearchField("body"),
        index.FilterField("organisation_type"),
        index.FilterField("status"),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("acronym"),
        APIField("organisation_type"),
        APIField("status"),
        APIField("website_url"),
        APIField("parents", serializer=ReferenceListField("parent_organisations", "parent")),
        APIField("contacts", serializer=ReferenceListField("organisation_contacts", "contact")),
        APIField("body"),
    ]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "parent_organisations", "organisation_contacts"]
    template = "pages/organisation_page.html"

    class Meta:
        verbose_name = "organisation"


class ParentOrganisation(Orderable):
    """An organisation that another one belongs to."""

    page = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="parent_organisations")
    parent = models.ForeignKey(OrganisationPage, on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("parent")]

    def __str__(self) -> str:
        return str(self.parent)


class OrganisationContact(Orderable):
    """A contact of an organisation."""

    page = ParentalKey(OrganisationPage, on_delete=models.CASCADE, related_name="organisation_contacts")
    contact = models.ForeignKey("pages.Contact", on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("contact")]

    def __str__(self) -> str:
        return str(self.contact)
