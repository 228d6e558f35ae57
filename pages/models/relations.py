"""What any page may belong to: organisations and topics."""

from __future__ import annotations

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import PageChooserPanel
from wagtail.models import Orderable, Page


class PageOrganisation(Orderable):
    """An organisation that is responsible for a page. The first one leads."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_organisations")
    organisation = models.ForeignKey("pages.OrganisationPage", on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("organisation")]

    class Meta(Orderable.Meta):
        verbose_name = "organisation of a page"
        constraints = [models.UniqueConstraint(fields=["page", "organisation"], name="organisation_once_for_each_page")]

    def __str__(self) -> str:
        return str(self.organisation)


class PageTopic(Orderable):
    """A topic that a page is about."""

    page = ParentalKey(Page, on_delete=models.CASCADE, related_name="page_topics")
    topic = models.ForeignKey("pages.TopicPage", on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("topic")]

    class Meta(Orderable.Meta):
        verbose_name = "topic of a page"
        constraints = [models.UniqueConstraint(fields=["page", "topic"], name="topic_once_for_each_page")]

    def __str__(self) -> str:
        return str(self.topic)
