"""Builders of pages, reusable content and block values. Pages are live, under a home page that is the site's root."""

from __future__ import annotations

import datetime as dt
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory
from wagtail.models import Locale, Page, Site
from wagtail_factories import PageFactory

from pages import models


def home_page() -> models.HomePage:
    """The root page of the default site, made when it is still Wagtail's welcome page."""
    site = Site.objects.get(is_default_site=True)
    root = site.root_page.specific
    if isinstance(root, models.HomePage):
        return root
    home = models.HomePage(title="Home", slug="front")
    Page.objects.get(depth=1).add_child(instance=home)
    site.root_page = home
    site.save()
    return models.HomePage.objects.get(pk=home.pk)


def section(title: str = "Section") -> models.SectionPage:
    """A section under the home page, always the same one for a title."""
    found = models.SectionPage.objects.filter(title=title).first()
    return found or SectionPageFactory(title=title)


class ContentPageFactory(PageFactory):
    """What all types share. `parent` is the home page unless it is given."""

    title = factory.Sequence(lambda number: f"Page {number}")
    summary = "What this page is about."
    parent = factory.LazyFunction(home_page)

    class Meta:
        abstract = True


class HomePageFactory(ContentPageFactory):
    """Another home page, under the root of the tree."""

    parent = factory.LazyFunction(lambda: Page.objects.get(depth=1))

    class Meta:
        model = models.HomePage


class SectionPageFactory(ContentPageFactory):
    """A section."""

    class Meta:
        model = models.SectionPage


class TopicPageFactory(ContentPageFactory):
    """A topic."""

    class Meta:
        model = models.TopicPage


class OrganisationPageFactory(ContentPageFactory):
    """An organisation."""

    organisation_type = "executive_agency"

    class Meta:
        model = models.OrganisationPage


class InSectionFactory(ContentPageFactory):
    """What is not allowed right under the home page."""

    parent = factory.LazyFunction(section)

    class Meta:
        abstract = True


class PersonPageFactory(InSectionFactory):
    """A person."""

    class Meta:
        model = models.PersonPage


class NewsArticlePageFactory(InSectionFactory):
    """A news article with one paragraph."""

    body = factory.LazyFunction(lambda: [("text", "<p>Something happened.</p>")])

    class Meta:
        model = models.NewsArticlePage


class GuidancePageFactory(ContentPageFactory):
    """Guidance."""

    class Meta:
        model = models.GuidancePage


class GuidanceChapterPageFactory(ContentPageFactory):
    """A chapter of guidance. Needs a `parent`."""

    body = factory.LazyFunction(lambda: [("text", "<p>What to do.</p>")])

    class Meta:
        model = models.GuidanceChapterPage


class PublicationPageFactory(InSectionFactory):
    """A publication without documents."""

    class Meta:
        model = models.PublicationPage


class ConsultationPageFactory(InSectionFactory):
    """A consultation that is open."""

    opens_at = factory.LazyFunction(lambda: timezone.now() - dt.timedelta(days=7))
    closes_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))
    body = factory.LazyFunction(lambda: [("text", "<p>What do you think?</p>")])

    class Meta:
        model = models.ConsultationPage


class ServiceStartPageFactory(ContentPageFactory):
    """The start page of a service."""

    start_url = "https://service.example.gov.uk/start"

    class Meta:
        model = models.ServiceStartPage


class EventPageFactory(InSectionFactory):
    """An event next week."""

    starts_at = factory.LazyFunction(lambda: timezone.now() + dt.timedelta(days=7))
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + dt.timedelta(hours=2))
    venue_name = "Town Hall"

    class Meta:
        model = models.EventPage


class FormPageFactory(ContentPageFactory):
    """A form without fields."""

    to_address = "team@example.gov.uk"

    class Meta:
        model = models.FormPage


class ContactFactory(DjangoModelFactory[models.Contact]):
    """A published contact."""

    title = factory.Sequence(lambda number: f"Contact {number}")
    channels = factory.LazyFunction(lambda: [("email", {"title": "", "email": "office@example.gov.uk"})])
    locale = factory.LazyFunction(Locale.get_default)
    live = True

    class Meta:
        model = models.Contact


class NoticeFactory(DjangoModelFactory[models.Notice]):
    """A published notice."""

    title = factory.Sequence(lambda number: f"Notice {number}")
    body = "<p>These rules change soon.</p>"
    locale = factory.LazyFunction(Locale.get_default)
    live = True

    class Meta:
        model = models.Notice


def link(page: Page | None = None, url: str = "", text: str = "") -> dict[str, Any]:
    """The value of a link block."""
    return {"page": page, "url": url, "text": text}
