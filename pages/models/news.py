"""News."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.api import APIField
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import BodyStream
from pages.models.base import BasePage


class NewsType(models.TextChoices):
    """What GOV.UK publishes as news."""

    NEWS_STORY = "news_story", "News story"
    PRESS_RELEASE = "press_release", "Press release"
    GOVERNMENT_RESPONSE = "government_response", "Government response"
    SPEECH = "speech", "Speech"
    WORLD_NEWS = "world_news_story", "World news story"


class NewsArticlePage(BasePage):
    """A piece of news."""

    parent_page_types: ClassVar[list[str]] = ["pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "News, a press release, a speech, or the government's answer to something in the media."

    news_type = models.CharField("kind of news", max_length=20, choices=NewsType.choices, default=NewsType.NEWS_STORY)
    body = StreamField(BodyStream(), verbose_name="text")

    main_panels = [FieldPanel("news_type"), FieldPanel("body")]
    search_fields = [*BasePage.search_fields, index.SearchField("body"), index.FilterField("news_type")]
    api_fields = [*BasePage.api_fields, APIField("news_type"), APIField("body")]
    template = "pages/news_article_page.html"

    class Meta:
        verbose_name = "news article"
