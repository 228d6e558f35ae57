"""Lists of pages by the organisations and topics that they belong to."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client
from wagtail.models import Page, PageViewRestriction, Site

from pages import models
from tests.factories import pages as build
from tests.unit.api.problems import problem_of


def listed(api: Client, query: str) -> list[str]:
    response = api.get(f"/api/v2/pages/?{query}")
    assert response.status_code == 200, response.content
    answer = response.json()
    titles = sorted(item["title"] for item in answer["items"])
    assert answer["meta"]["total_count"] == len(titles)
    return titles


def article(title: str, *organisations: Page, topics: tuple[Page, ...] = (), parent: Page | None = None) -> Page:
    page: Page = build.NewsArticlePageFactory(title=title, **({"parent": parent} if parent else {}))
    for organisation in organisations:
        page.page_organisations.add(models.PageOrganisation(organisation=organisation))
    for topic in topics:
        page.page_topics.add(models.PageTopic(topic=topic))
    page.save()
    return page


def test_pages_are_filtered_by_organisation_and_topic(api: Client) -> None:
    first, second = build.OrganisationPageFactory(), build.OrganisationPageFactory()
    topic = build.TopicPageFactory()
    article("Both", first, second)
    article("First", first, topics=(topic,))
    article("None")

    assert listed(api, f"organisations={first.pk}") == ["Both", "First"]
    assert listed(api, f"organisations={second.pk}") == ["Both"]
    assert listed(api, f"topics={topic.pk}") == ["First"]
    assert listed(api, f"organisations={first.pk}&topics={topic.pk}&type=pages.NewsArticlePage&fields=*") == ["First"]
    assert listed(api, f"organisations={second.pk}&topics={topic.pk}") == []


def test_filter_goes_together_with_a_search(api: Client) -> None:
    organisation = build.OrganisationPageFactory()
    article("Herons return", organisation)
    article("Herons leave")
    call_command("update_index", verbosity=0)

    assert listed(api, f"organisations={organisation.pk}&search=herons") == ["Herons return"]


def test_hidden_organisation_is_like_none(api: Client) -> None:
    draft, restricted = build.OrganisationPageFactory(live=False), build.OrganisationPageFactory()
    PageViewRestriction.objects.create(page=restricted, restriction_type=PageViewRestriction.LOGIN)
    article("Public", draft, restricted)

    for pk in (draft.pk, restricted.pk, 987654):
        assert listed(api, f"organisations={pk}") == []


def test_organisation_of_another_site_finds_pages_of_this_one(api: Client) -> None:
    home = build.HomePageFactory(slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=home)
    organisation = build.OrganisationPageFactory(parent=home)
    article("Here", organisation)
    article("There", organisation, parent=build.SectionPageFactory(parent=home))

    assert listed(api, f"organisations={organisation.pk}") == ["Here"]
    assert listed(api, f"organisations={organisation.pk}&site=other.example.gov.uk") == ["There"]


@pytest.mark.parametrize("value", ["x", "", "0", "-1", "100000000000000000000000", "1,2", "root"])
@pytest.mark.parametrize("name", ["organisations", "topics"])
def test_bad_id_is_refused(api: Client, name: str, value: str) -> None:
    problem_of(api.get(f"/api/v2/pages/?{name}={value}"), 400)
