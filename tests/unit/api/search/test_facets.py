"""How results are counted."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction

from pages import models
from tests.factories import pages as build
from tests.factories import people
from tests.unit.api.search.conftest import Search
from tests.unit.api.search.test_results import sign_in


def belong(page: Any, *, to: list[Any]) -> Any:
    for target in to:
        if isinstance(target, models.TopicPage):
            models.PageTopic.objects.create(page=page, topic=target)
        else:
            models.PageOrganisation.objects.create(page=page, organisation=target)
    return page


def counts(found: dict[str, Any], name: str) -> dict[Any, int]:
    return {counted["value"]: counted["count"] for counted in found["facets"][name]}


def test_facets_that_are_asked_for_are_counted(search: Search) -> None:
    agency, council = build.OrganisationPageFactory(title="Agency"), build.OrganisationPageFactory(title="Council")
    topic = build.TopicPageFactory(title="Nature")
    belong(build.NewsArticlePageFactory(title="Otter one"), to=[agency, topic])
    belong(build.NewsArticlePageFactory(title="Otter two"), to=[agency, council])
    build.EventPageFactory(title="Otter three")

    assert search("otter", facets="type,locale,organisation,topic")["facets"] == {
        "type": [
            {"value": "pages.NewsArticlePage", "label": "News article", "count": 2},
            {"value": "pages.EventPage", "label": "Event", "count": 1},
        ],
        "locale": [{"value": "en", "label": "English", "count": 3}],
        "organisation": [
            {"value": agency.pk, "label": "Agency", "count": 2},
            {"value": council.pk, "label": "Council", "count": 1},
        ],
        "topic": [{"value": topic.pk, "label": "Nature", "count": 1}],
    }
    assert search("otter", facets="topic")["facets"].keys() == {"topic"}


def test_facets_count_what_the_filters_leave(search: Search) -> None:
    agency = build.OrganisationPageFactory(title="Agency")
    belong(build.NewsArticlePageFactory(title="Otter one"), to=[agency])
    build.NewsArticlePageFactory(title="Otter two")
    belong(build.EventPageFactory(title="Otter three"), to=[agency])

    found = search("otter", facets="type,organisation", type="pages.NewsArticlePage", organisation=agency.pk)

    assert found["meta"] == {"total_count": 1}
    assert counts(found, "type") == {"pages.NewsArticlePage": 1}
    assert counts(found, "organisation") == {agency.pk: 1}


def test_facets_count_all_results_and_not_one_page_of_them(search: Search) -> None:
    for number in range(5):
        build.TopicPageFactory(title=f"Otter {number}")

    assert counts(search("otter", facets="type", limit=1, offset=4), "type") == {"pages.TopicPage": 5}


def test_languages_are_counted_in_every_language(search: Search) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    page = build.TopicPageFactory(title="Otter")
    page.get_parent().specific.copy_for_translation(welsh).save_revision().publish()
    page.copy_for_translation(welsh).save_revision().publish()
    build.NewsArticlePageFactory(title="Otter news")

    assert counts(search("otter", facets="locale"), "locale") == {"en": 2, "cy": 1}
    assert counts(search("otter", facets="locale", locale="cy"), "locale") == {"en": 2, "cy": 1}
    assert counts(search("otter", facets="locale", type="pages.NewsArticlePage"), "locale") == {"en": 1}


def test_hidden_pages_are_not_counted(search: Search) -> None:
    agency = build.OrganisationPageFactory(title="Agency")
    topic = build.TopicPageFactory(title="Nature")
    belong(build.NewsArticlePageFactory(title="Otter"), to=[agency, topic])
    belong(build.NewsArticlePageFactory(title="Otter draft", live=False), to=[agency, topic])
    overdue = timezone.now() - dt.timedelta(seconds=1)
    belong(build.EventPageFactory(title="Otter over", expire_at=overdue), to=[agency, topic])

    found = search("otter", facets="type,locale,organisation,topic")

    assert counts(found, "type") == {"pages.NewsArticlePage": 1}
    assert counts(found, "locale") == {"en": 1}
    assert counts(found, "organisation") == {agency.pk: 1}
    assert counts(found, "topic") == {topic.pk: 1}


def test_hidden_organisations_and_topics_are_left_out(search: Search, api: Client) -> None:
    draft = build.OrganisationPageFactory(title="Secret draft", live=False)
    topic = build.TopicPageFactory(title="Secret topic", live=False)
    members = build.OrganisationPageFactory(title="For members")
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)
    belong(build.NewsArticlePageFactory(title="Otter"), to=[draft, topic, members])

    facets = search("otter", facets="organisation,topic")["facets"]
    assert facets == {"organisation": [], "topic": []}

    headers = sign_in(api, people.reader())
    facets = search("otter", facets="organisation,topic", headers=headers)["facets"]
    assert facets == {"organisation": [{"value": members.pk, "label": "For members", "count": 1}], "topic": []}
