"""Publications: documents that are published under a number, a type and a date."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import BodyStream
from pages.models.attachments import Attachment
from pages.models.base import BasePage
from pages.validators import (
    validate_command_paper_number,
    validate_house_of_commons_paper_number,
    validate_isbn,
    validate_web_address,
)


class PublicationType(models.TextChoices):
    """The publication types of GOV.UK."""

    POLICY_PAPER = "policy_paper", "Policy paper"
    GUIDANCE = "guidance", "Guidance document"
    FORM = "form", "Form"
    STATISTICS = "statistics", "Statistics"
    RESEARCH = "research", "Research and analysis"
    CORPORATE_REPORT = "corporate_report", "Corporate report"
    IMPACT_ASSESSMENT = "impact_assessment", "Impact assessment"
    INDEPENDENT_REPORT = "independent_report", "Independent report"
    CORRESPONDENCE = "correspondence", "Correspondence"
    DECISION = "decision", "Decision"
    FOI_RELEASE = "foi_release", "Freedom of information release"
    TRANSPARENCY = "transparency", "Transparency data"
    INTERNATIONAL_TREATY = "international_treaty", "International treaty"
    REGULATION = "regulation", "Regulation"
    NOTICE = "notice", "Notice"
    MAP = "map", "Map"
    PROMOTIONAL = "promotional", "Promotional material"


class PublicationPage(BasePage):
    """A publication with its documents."""

    parent_page_types: ClassVar[list[str]] = ["pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "One or more documents that belong together, such as a report with its data."

    publication_type = models.CharField(
        "kind of publication", max_length=25, choices=PublicationType.choices, default=PublicationType.POLICY_PAPER
    )
    isbn = models.CharField("ISBN", max_length=20, blank=True, validators=[validate_isbn])
    command_paper_number = models.CharField(
        max_length=20, blank=True, validators=[validate_command_paper_number], help_text="For example CP 1024."
    )
    house_of_commons_paper_number = models.CharField(
        "House of Commons paper number",
        max_length=30,
        blank=True,
        validators=[validate_house_of_commons_paper_number],
        help_text="For example HC 121, 2025-26.",
    )
    unique_reference = models.CharField(max_length=60, blank=True, help_text="Your organisation's own number for it.")
    order_url = models.URLField("where to order it in print", blank=True, validators=[validate_web_address])
    body = StreamField(BodyStream(), blank=True, verbose_name="text")

    main_panels = [
        FieldPanel("publication_type"),
        InlinePanel("attachments", heading="Documents", label="Document", max_num=100),
        FieldPanel("body"),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("isbn"), FieldPanel("unique_reference")]),
                FieldRowPanel([FieldPanel("command_paper_number"), FieldPanel("house_of_commons_paper_number")]),
                FieldPanel("order_url"),
            ],
            heading="Numbers and ordering",
            classname="collapsed",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("isbn"),
        index.SearchField("command_paper_number"),
        index.SearchField("unique_reference"),
        index.RelatedFields("attachments", [index.SearchField("title")]),
        index.FilterField("publication_type"),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("publication_type"),
        APIField("isbn"),
        APIField("command_paper_number"),
        APIField("house_of_commons_paper_number"),
        APIField("unique_reference"),
        APIField("order_url"),
        APIField("body"),
        APIField("attachments"),
    ]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "attachments"]
    template = "pages/publication_page.html"

    class Meta:
        verbose_name = "publication"


class PublicationAttachment(Attachment):
    """A document of a publication."""

    page = ParentalKey(PublicationPage, on_delete=models.CASCADE, related_name="attachments")
