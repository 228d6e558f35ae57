"""People: ministers and officials, with the roles they have had."""

from __future__ import annotations

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.models import Orderable
from wagtail.search import index

from pages.blocks.stream import BodyStream
from pages.models.base import BasePage
from pages.representations import ReferenceField


class RoleKind(models.TextChoices):
    """What sort of office a role is."""

    MINISTER = "minister", "Minister"
    OFFICIAL = "official", "Civil servant"
    BOARD = "board_member", "Board member"
    MILITARY = "military", "Military"
    SPECIAL = "special_representative", "Special representative or commissioner"


class PersonPage(BasePage):
    """A minister or an official. The title of the page is the person's name; the lead image is a portrait."""

    parent_page_types: ClassVar[list[str]] = ["pages.OrganisationPage", "pages.SectionPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "A minister or an official: who they are, and the roles they have and had."

    honorific = models.CharField("title before the name", max_length=60, blank=True, help_text="Such as The Rt Hon.")
    letters = models.CharField("letters after the name", max_length=60, blank=True, help_text="Such as MP or CBE.")
    body = StreamField(BodyStream(), blank=True, verbose_name="biography")

    main_panels = [
        FieldRowPanel([FieldPanel("honorific"), FieldPanel("letters")]),
        FieldPanel("body"),
        InlinePanel("roles", heading="Roles", label="Role", help_text="The most important present role first."),
    ]
    search_fields = [
        *BasePage.search_fields,
        index.SearchField("body"),
        index.RelatedFields("roles", [index.SearchField("title")]),
    ]
    api_fields = [
        *BasePage.api_fields,
        APIField("honorific"),
        APIField("letters"),
        APIField("body"),
        APIField("roles"),
    ]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "roles"]
    template = "pages/person_page.html"

    class Meta:
        verbose_name = "person"
        verbose_name_plural = "people"


class RoleAppointment(Orderable):
    """A role that a person has or had, from one day to another."""

    page = ParentalKey(PersonPage, on_delete=models.CASCADE, related_name="roles")
    title = models.CharField("role", max_length=200, help_text="Such as Parliamentary Under Secretary of State.")
    kind = models.CharField(max_length=25, choices=RoleKind.choices, default=RoleKind.OFFICIAL)
    organisation = models.ForeignKey(
        "pages.OrganisationPage", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    started_on = models.DateField("from")
    ended_on = models.DateField("until", null=True, blank=True, help_text="Leave empty for a present role.")

    panels = [
        FieldPanel("title"),
        MultiFieldPanel([FieldPanel("kind"), PageChooserPanel("organisation")]),
        FieldRowPanel([FieldPanel("started_on"), FieldPanel("ended_on")]),
    ]
    api_fields: ClassVar[list[APIField]] = [
        APIField("title"),
        APIField("kind"),
        APIField("organisation", serializer=ReferenceField()),
        APIField("started_on"),
        APIField("ended_on"),
        APIField("current"),
    ]

    def __str__(self) -> str:
        return self.title

    @property
    def current(self) -> bool:
        """Whether the person has this role now."""
        return self.ended_on is None

    def clean(self) -> None:
        super().clean()
        if self.started_on and self.ended_on and self.ended_on < self.started_on:
            raise ValidationError({"ended_on": "A role cannot end before it begins."})
