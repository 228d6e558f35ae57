"""Events."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import BodyStream
from pages.models.base import BasePage, BasePageForm
from pages.validators import validate_web_address


class EventPageForm(BasePageForm):
    """Asks where the event is before it goes to approval or live."""

    def clean(self) -> dict[str, object]:
        cleaned: dict[str, object] = super().clean()
        if not self.is_deferred_validation and not (cleaned.get("venue_name") or cleaned.get("is_online")):
            self.add_error("venue_name", ValidationError("Enter a venue, or tick that it is online.", code="no_place"))
        return cleaned


class EventPage(BasePage):
    """Something that people can go to or join online."""

    parent_page_types: ClassVar[list[str]] = ["pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "Something that people can go to or join online."

    starts_at = models.DateTimeField("begins", null=True)
    ends_at = models.DateTimeField("ends", null=True)
    venue_name = models.CharField("venue", max_length=150, blank=True)
    venue_address = models.TextField("address of the venue", max_length=500, blank=True)
    is_online = models.BooleanField("people can join online", default=False)
    online_url = models.URLField(
        "where to join", blank=True, validators=[validate_web_address], help_text="Only if everybody may have it."
    )
    booking_url = models.URLField("where to book", blank=True, validators=[validate_web_address])
    body = StreamField(BodyStream(), blank=True, verbose_name="text")

    main_panels = [
        FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at")]),
        MultiFieldPanel(
            [
                FieldPanel("venue_name"),
                FieldPanel("venue_address"),
                FieldRowPanel([FieldPanel("is_online"), FieldPanel("online_url")]),
                FieldPanel("booking_url"),
            ],
            heading="Where",
        ),
        FieldPanel("body"),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.SearchField("venue_name"),
        index.FilterField("starts_at"),
        index.FilterField("ends_at"),
        index.FilterField("is_online"),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("starts_at"),
        APIField("ends_at"),
        APIField("venue_name"),
        APIField("venue_address"),
        APIField("is_online"),
        APIField("online_url"),
        APIField("booking_url"),
        APIField("body"),
    ]
    base_form_class = EventPageForm
    template = "pages/event_page.html"

    class Meta:
        verbose_name = "event"

    def clean(self) -> None:
        super().clean()
        if self.starts_at and self.ends_at and self.ends_at <= self.starts_at:
            raise ValidationError({"ends_at": "An event must end after it begins."})
        if self.online_url and not self.is_online:
            raise ValidationError({"is_online": "Tick this, or remove the address where people join."})
