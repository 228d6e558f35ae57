"""What editors put first."""

from __future__ import annotations

from typing import Any

from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import PageViewRestriction, Site

from tests.factories import pages as build
from tests.unit.api.search.conftest import Search


def promote(typed: str, **target: Any) -> SearchPromotion:
    return SearchPromotion.objects.create(query=Query.get(typed), **target)


def test_promoted_page_and_website_in_the_order_of_the_editors(search: Search) -> None:
    page = build.TopicPageFactory(title="Warnings", slug="warnings")
    elsewhere = {"external_link_url": "https://example.org/", "external_link_text": "Elsewhere"}
    promote("flood", page=page, description="In force now.", sort_order=1)
    promote("flood", **elsewhere, sort_order=0)

    assert search("  FLOOD ")["promoted"] == [
        {"title": "Elsewhere", "url": "https://example.org/", "description": "", "page": None},
        {
            "title": "Warnings",
            "url": "/warnings/",
            "description": "In force now.",
            "page": {"id": page.pk, "type": "pages.TopicPage", "title": "Warnings", "url": "/warnings/"},
        },
    ]


def test_promoted_for_exactly_this_query(search: Search) -> None:
    promote("flood", page=build.TopicPageFactory(title="Warnings"))

    assert search("flood warning")["promoted"] == search("floods")["promoted"] == []


def test_hidden_pages_are_not_promoted(search: Search) -> None:
    promote("flood", page=build.TopicPageFactory(title="Draft", live=False))
    members = build.TopicPageFactory(title="Members")
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)
    promote("flood", page=members)
    other = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", root_page=other)
    promote("flood", page=build.TopicPageFactory(title="There", parent=other))

    assert search("flood") == search("nothingness")


def test_what_people_search_for_is_not_written_down(search: Search) -> None:
    search("something private")

    assert not Query.objects.exists()
    assert not QueryDailyHits.objects.exists()
