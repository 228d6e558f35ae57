"""Titles while somebody types, and another spelling when nothing is found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, PageViewRestriction, Site

from tests.factories import pages as build
from tests.unit.api.problems import problem_of
from tests.unit.api.search.conftest import Search

Suggest = Callable[..., list[str]]
ADDRESS = "/api/v2/search/suggest/"


def test_titles_with_a_word_that_begins_so(suggest: Suggest) -> None:
    build.TopicPageFactory(title="Flood warnings", summary="")
    build.TopicPageFactory(title="Prepare for floods", summary="")
    build.TopicPageFactory(title="Waterfloods", summary="About flooding")

    assert set(suggest("flo")) == {"Flood warnings", "Prepare for floods"}
    assert suggest("flood wa") == suggest("warnings fl") == ["Flood warnings"]
    assert suggest("xy") == []


@pytest.mark.parametrize("typed", ["dwr", "DŴR", "tŷ", "ty", "dŵr y t"])
def test_accents_make_no_difference(suggest: Suggest, typed: str) -> None:
    build.TopicPageFactory(title="Dŵr y tŷ", slug="water")

    assert suggest(typed) == ["Dŵr y tŷ"]


def test_each_title_once_and_not_more_than_asked_for(suggest: Suggest) -> None:
    for number in range(12):
        build.TopicPageFactory(title="Flood", slug=f"same-{number}")
        build.TopicPageFactory(title=f"Flood {number}")

    assert len(suggest("flood")) == len(set(suggest("flood"))) == 10
    assert len(suggest("flood", limit=3)) == 3


def test_titles_come_before_summaries_however_many_there_are(suggest: Suggest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.search.suggestions.MAX_TITLES", 5)
    for number in range(10):
        build.TopicPageFactory(title=f"Number {number}", summary="Flood flood flood")
    build.TopicPageFactory(title="A rather long title about what to do in a flood", summary="")

    assert suggest("floo") == ["A rather long title about what to do in a flood"]


def test_only_titles_of_pages_that_anybody_sees(suggest: Suggest) -> None:
    build.TopicPageFactory(title="Flood draft", live=False)
    build.TopicPageFactory(title="Flood over", expire_at=timezone.now() - dt.timedelta(seconds=1))
    members = build.TopicPageFactory(title="Flood members")
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)

    assert suggest("flood") == []


def test_titles_of_the_language_and_the_site(suggest: Suggest) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    page = build.TopicPageFactory(title="Parks")
    page.get_parent().specific.copy_for_translation(welsh).save_revision().publish()
    translation = page.copy_for_translation(welsh)
    translation.title = "Parciau"
    translation.save_revision().publish()
    other = build.HomePageFactory(title="Other", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", root_page=other)
    build.TopicPageFactory(title="Parking", parent=other)

    assert suggest("par") == ["Parks"]
    assert suggest("par", locale="cy") == ["Parciau"]
    assert suggest("par", site="other.example.gov.uk") == ["Parking"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [("", "q"), ("q=a", "q"), ("q=ab&limit=11", "limit"), ("q=ab&limit=0", "limit"), ("q=ab&offset=1", "offset")],
)
def test_what_means_nothing_is_refused(api: Client, query: str, parameter: str) -> None:
    problem = problem_of(api.get(f"{ADDRESS}?{query}"), 400)

    assert problem["errors"][0]["loc"] == ["query", parameter]


@pytest.mark.parametrize("typed", ['""', "&&", "' or 1=1", "%%", "\\\\", "a:*", "(((", "_ _", "…."])
def test_anything_can_be_typed(suggest: Suggest, typed: str) -> None:
    build.TopicPageFactory(title="Otter")

    assert suggest(typed) == []


def test_number_of_queries_does_not_depend_on_the_number_of_pages(
    api: Client, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        build.TopicPageFactory(title=f"Flood {number}")
    call_command("update_index", verbosity=0)
    api.get(f"{ADDRESS}?q=xy")

    with django_assert_max_num_queries(6):
        assert len(api.get(f"{ADDRESS}?q=flood").json()["items"]) == 10


def test_similar_words_of_titles_when_nothing_is_found(search: Search) -> None:
    build.TopicPageFactory(title="Flooding and warnings")

    assert search("floding")["did_you_mean"] == "flooding"
    assert search("floding warnings")["did_you_mean"] == "flooding warnings"
    assert search("Flodding WARNNINGS!")["did_you_mean"] == "flooding warnings!"
    assert search("otter")["did_you_mean"] is None
    assert search("flooding")["did_you_mean"] is None


def test_what_is_suggested_finds_something_with_the_same_filters(search: Search) -> None:
    build.TopicPageFactory(title="Flooding")
    build.TopicPageFactory(title="Licences")

    assert search("floding", type="pages.NewsArticlePage")["did_you_mean"] is None
    assert search("floding licenses")["did_you_mean"] is None


def test_words_of_hidden_titles_are_not_suggested(search: Search) -> None:
    build.TopicPageFactory(title="Flooding", live=False)
    members = build.TopicPageFactory(title="Licences")
    PageViewRestriction.objects.create(page=members, restriction_type=PageViewRestriction.LOGIN)

    assert search("floding") == search("licenses") == search("nothingness")
