"""Consultations: questions to the public, with a beginning, an end and an outcome."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import BodyStream, ChannelStream, ProseStream
from pages.models.attachments import Attachment
from pages.models.base import BasePage
from pages.schemas import Schema, one_of


class ConsultationState(models.TextChoices):
    """Where a consultation stands. Never stored: it follows from its times and its outcome."""

    UPCOMING = "upcoming", "Not yet open"
    OPEN = "open", "Open"
    CLOSED = "closed", "Closed"
    OUTCOME_PUBLISHED = "outcome_published", "Outcome published"


class ConsultationPage(BasePage):
    """A consultation."""

    parent_page_types: ClassVar[list[str]] = ["pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "Asks the public about a proposal, and later says what came of it."

    opens_at = models.DateTimeField("opens", null=True, help_text="When people can begin to respond.")
    closes_at = models.DateTimeField("closes", null=True, help_text="When responses are no longer taken.")
    body = StreamField(BodyStream(), verbose_name="text", help_text="What you propose, and what you ask.")
    response_channels = StreamField(ChannelStream(), blank=True, verbose_name="ways to respond")
    outcome = StreamField(
        ProseStream(), blank=True, help_text="Fill it in when the consultation has closed and you have decided."
    )

    main_panels = [
        FieldRowPanel([FieldPanel("opens_at"), FieldPanel("closes_at")]),
        FieldPanel("body"),
        InlinePanel("documents", heading="Documents", label="Document", max_num=50),
        FieldPanel("response_channels"),
        MultiFieldPanel(
            [
                FieldPanel("outcome"),
                InlinePanel("outcome_documents", heading="Documents of the outcome", label="Document", max_num=50),
            ],
            heading="Outcome",
            classname="collapsed",
        ),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("outcome"),
        index.FilterField("opens_at"),
        index.FilterField("closes_at"),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("opens_at"),
        APIField("closes_at"),
        APIField("state"),
        APIField("body"),
        APIField("documents"),
        APIField("response_channels"),
        APIField("outcome"),
        APIField("outcome_documents"),
    ]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "documents", "outcome_documents"]
    api_schemas: ClassVar[dict[str, Schema]] = {"state": one_of(ConsultationState.values)}
    moment_fields: ClassVar[tuple[str, ...]] = ("opens_at", "closes_at")
    template = "pages/consultation_page.html"

    class Meta:
        verbose_name = "consultation"

    @property
    def state(self) -> str:
        """Where the consultation stands now: one of ConsultationState."""
        now = timezone.now()
        if self.opens_at is None or now < self.opens_at:
            return ConsultationState.UPCOMING.value
        if self.closes_at is None or now < self.closes_at:
            return ConsultationState.OPEN.value
        return (ConsultationState.OUTCOME_PUBLISHED if self.outcome else ConsultationState.CLOSED).value

    def clean(self) -> None:
        super().clean()
        if self.opens_at and self.closes_at and self.closes_at <= self.opens_at:
            raise ValidationError({"closes_at": "A consultation must close after it opens."})


class ConsultationDocument(Attachment):
    """A document that people are asked about."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="documents")


class ConsultationOutcomeDocument(Attachment):
    """A document of the outcome, such as the government's response."""

    page = ParentalKey(ConsultationPage, on_delete=models.CASCADE, related_name="outcome_documents")
