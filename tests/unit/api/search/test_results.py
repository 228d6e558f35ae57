"""What a search finds, and in which order."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages import models
from tests.factories import pages as build
from tests.factories import people
from tests.unit.api.problems import problem_of
from tests.unit.api.search.conftest import Search, titles

ADDRESS = "/api/v2/search/"


def dated(page: Any, at: dt.datetime | None) -> Any:
    type(page).objects.filter(pk=page.pk).update(public_updated_at=at)
    return page


def sign_in(api: Client, user: Any) -> dict[str, str]:
    body = {"username": user.username, "password": people.PASSWORD}
    tokens = api.post("/api/auth/token/", body, content_type="application/json").json()
    return {"authorization": f"Bearer {tokens['access']}"}


def test_result_has_all_that_a_page_of_results_shows(search: Search) -> None:
    page = build.NewsArticlePageFactory(title="Flood barrier opens", slug="barrier", summary="It protects the town.")
    dated(page, dt.datetime(2026, 1, 2, 3, 4, 5, tzinfo=dt.UTC))

    found = search("flood")

    assert found == {
        "meta": {"total_count": 1},
        "items": [
            {
                "id": page.pk,
                "type": "pages.NewsArticlePage",
                "title": "Flood barrier opens",
                "url": "/section/barrier/",
                "summary": "It protects the town.",
                "locale": "en",
                "public_updated_at": "2026-01-02T03:04:05Z",
                "highlight": {"title": "<mark>Flood</mark> barrier opens", "text": "It protects the town."},
            }
        ],
        "facets": {},
        "promoted": [],
        "did_you_mean": None,
    }


def test_words_are_found_in_title_summary_and_body(search: Search) -> None:
    build.TopicPageFactory(title="Otters")
    build.TopicPageFactory(title="Rivers", summary="Where otters live.")
    build.NewsArticlePageFactory(title="Streams", body=[("text", "<p>An otter was seen.</p>")])

    assert set(titles(search("otter"))) == {"Otters", "Rivers", "Streams"}


def test_title_counts_more_than_summary_and_summary_more_than_body(search: Search) -> None:
    body = [("text", "<p>An otter. Otter, otter and otter again: the otter.</p>")]
    for number in range(3):
        build.NewsArticlePageFactory(title=f"In the body {number}", summary="", body=body)
    build.NewsArticlePageFactory(title="In the summary", summary="About the otter")
    build.NewsArticlePageFactory(title="A rather long title in which the word otter occurs near the end", summary="")

    found = titles(search("otter"))

    assert found[:2] == ["A rather long title in which the word otter occurs near the end", "In the summary"]


def test_titles_of_roles_and_attachments_are_no_titles(search: Search) -> None:
    person = build.PersonPageFactory(title="Somebody", summary="")
    person.roles.add(models.RoleAppointment(title="Minister for otters", started_on=dt.date(2020, 1, 1)))
    person.save()
    build.TopicPageFactory(title="A long title with a few words about the otter", summary="")

    assert titles(search("otter")) == ["A long title with a few words about the otter", "Somebody"]


def test_page_with_exactly_this_title_comes_first(search: Search) -> None:
    build.TopicPageFactory(title="Boat licence", summary="")
    for number in range(3):
        build.TopicPageFactory(title=f"Boat licence boat licence {number}", summary="Boat licence: boat, licence.")

    assert titles(search("boat LICENCE"))[0] == "Boat licence"


def test_all_words_must_be_there(search: Search) -> None:
    build.TopicPageFactory(title="Boat licence")
    build.TopicPageFactory(title="Boat race")

    assert titles(search("licence boat")) == ["Boat licence"]


def test_words_in_quotation_marks_must_stand_together(search: Search) -> None:
    build.TopicPageFactory(title="Flood warning today")
    build.TopicPageFactory(title="Warning of a flood")

    assert titles(search('"flood warning"')) == ["Flood warning today"]
    assert titles(search("“flood warning” today")) == ["Flood warning today"]
    assert len(titles(search('flood "warning'))) == 2


def test_other_forms_of_a_word_are_found(search: Search) -> None:
    build.TopicPageFactory(title="Fishing licences")

    assert titles(search("licence")) == titles(search("fish licences")) == ["Fishing licences"]


@pytest.mark.parametrize("typed", ["dŵr", "DŴR", "dwr", "Dw\u0302r"])
@pytest.mark.parametrize("written", ["Dŵr y tŷ", "DŴR Y TŶ", "Dwr y ty", "Dw\u0302r y ty\u0302"])
def test_accents_and_capitals_make_no_difference(search: Search, typed: str, written: str) -> None:
    build.TopicPageFactory(title=written, slug="water")

    assert titles(search(typed)) == [written]


@pytest.mark.parametrize(
    "typed",
    [
        "otter & river",
        "otter AND river",
        "otter | river",
        "(otter river",
        "otter:* river",
        "!otter river",
        "-otter -river",
        "otter' OR '1'='1",
        "otter'; DROP TABLE wagtailcore_page; --",
        "otter % river %s",
        "otter \\ river",
        "otter <-> river",
        "otter* river*",
        "title:otter river",
        "live:true",
        "NEAR(otter river)",
    ],
)
def test_operators_are_no_operators(search: Search, typed: str) -> None:
    build.TopicPageFactory(title="Otter and river, river and otter")
    build.TopicPageFactory(title="Otter")

    assert set(titles(search(typed))) <= {"Otter and river, river and otter"}


@pytest.mark.parametrize("typed", ["&&", '""', "\"' '\"", "%%", "--", "_ _", "''''", "()", "\\\\", "…!", "“”"])
def test_without_a_word_nothing_is_found(search: Search, typed: str) -> None:
    build.TopicPageFactory(title="Otter & river")

    found = search(typed, facets="type,locale,organisation,topic")

    assert found["meta"] == {"total_count": 0}
    assert found["items"] == []
    assert all(counted == [] for counted in found["facets"].values())


def test_as_many_words_as_can_be_typed(search: Search) -> None:
    build.TopicPageFactory(title="a b")

    assert search(" ".join("abcdefgh" * 16))["meta"]["total_count"] in {0, 1}


def test_type_limits_the_results(search: Search) -> None:
    build.TopicPageFactory(title="Otter topic")
    build.NewsArticlePageFactory(title="Otter news")
    build.EventPageFactory(title="Otter event")

    assert titles(search("otter", type="pages.TopicPage")) == ["Otter topic"]
    assert len(titles(search("otter", type="pages.TopicPage,pages.EventPage"))) == 2
    assert len(titles(search("otter", type="wagtailcore.Page"))) == 0


def test_organisation_and_topic_limit_the_results(search: Search) -> None:
    agency, council = build.OrganisationPageFactory(title="Agency"), build.OrganisationPageFactory(title="Council")
    topic = build.TopicPageFactory(title="Nature")
    both, one = build.NewsArticlePageFactory(title="Otter one"), build.NewsArticlePageFactory(title="Otter two")
    build.NewsArticlePageFactory(title="Otter three")
    models.PageOrganisation.objects.create(page=both, organisation=agency)
    models.PageOrganisation.objects.create(page=one, organisation=council)
    models.PageTopic.objects.create(page=both, topic=topic)

    assert titles(search("otter", organisation=agency.pk)) == ["Otter one"]
    assert set(titles(search("otter", organisation=f"{agency.pk},{council.pk}"))) == {"Otter one", "Otter two"}
    assert titles(search("otter", topic=topic.pk)) == ["Otter one"]
    assert titles(search("otter", topic=topic.pk, organisation=council.pk)) == []
    assert titles(search("otter", organisation=987_654)) == []


def test_pages_of_a_hidden_organisation_cannot_be_asked_for(search: Search) -> None:
    hidden = build.OrganisationPageFactory(title="Secret agency", live=False)
    page = build.NewsArticlePageFactory(title="Otter")
    models.PageOrganisation.objects.create(page=page, organisation=hidden)

    found = search("otter", organisation=hidden.pk)

    assert found == search("otter", organisation=987_654)
    assert found["meta"] == {"total_count": 0}


def test_dates_limit_the_results(search: Search) -> None:
    for day in (1, 15, 31):
        moment = dt.datetime(2026, 1, day, 23, 30, tzinfo=dt.UTC)
        dated(build.NewsArticlePageFactory(title=f"Otter {day}"), moment)
    dated(build.TopicPageFactory(title="Otter in general"), None)

    assert titles(search("otter", date_from="2026-01-15", sort="oldest")) == ["Otter 15", "Otter 31"]
    assert titles(search("otter", date_to="2026-01-15", sort="oldest")) == ["Otter 1", "Otter 15"]
    assert titles(search("otter", date_to="2026-01-15T23:29:59Z")) == ["Otter 1"]
    assert titles(search("otter", date_from="2026-01-16T01:00:00+01:00", date_to="2026-01-30")) == []
    assert titles(search("otter", date_from="2026-01-16T00:30:00+01:00", date_to="2026-01-30")) == ["Otter 15"]
    assert titles(search("otter", date_from="2026-02-01", date_to="2026-01-01")) == []


def test_results_can_be_sorted(search: Search) -> None:
    dated(build.TopicPageFactory(title="b otter"), dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    dated(build.NewsArticlePageFactory(title="A otter"), dt.datetime(2026, 1, 3, tzinfo=dt.UTC))
    dated(build.EventPageFactory(title="c otter"), dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    dated(build.GuidancePageFactory(title="d otter"), None)

    assert titles(search("otter", sort="title")) == ["A otter", "b otter", "c otter", "d otter"]
    assert titles(search("otter", sort="newest")) == ["A otter", "c otter", "b otter", "d otter"]
    assert titles(search("otter", sort="oldest")) == ["b otter", "c otter", "A otter", "d otter"]


def test_limit_and_offset(search: Search) -> None:
    for number in range(5):
        build.TopicPageFactory(title=f"Otter {number}")

    found = search("otter", sort="title", limit=2, offset=3)

    assert titles(found) == ["Otter 3", "Otter 4"]
    assert found["meta"] == {"total_count": 5}
    assert titles(search("otter", offset=5)) == titles(search("otter", offset=10_000)) == []


def test_language_of_the_site_unless_another_is_asked_for(search: Search) -> None:
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    page = build.TopicPageFactory(title="Otter")
    page.get_parent().specific.copy_for_translation(welsh).save_revision().publish()
    translation = page.copy_for_translation(welsh)
    translation.title = "Otter yn Gymraeg"
    translation.save_revision().publish()

    assert titles(search("otter")) == ["Otter"]
    found = search("otter", locale="cy")
    assert titles(found) == ["Otter yn Gymraeg"]
    assert found["items"][0]["locale"] == "cy"


def test_pages_of_the_site_that_is_asked(search: Search) -> None:
    build.TopicPageFactory(title="Otter here")
    other = build.HomePageFactory(title="Other home", slug="other")
    Site.objects.create(hostname="other.example.gov.uk", root_page=other)
    build.TopicPageFactory(title="Otter there", parent=other)

    assert titles(search("otter")) == ["Otter here"]
    assert titles(search("otter", site="other.example.gov.uk")) == ["Otter there"]


def test_reader_finds_restricted_pages(search: Search, api: Client) -> None:
    page = build.TopicPageFactory(title="Otter for members")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert search("otter") == search("nothingness")
    assert titles(search("otter", headers=sign_in(api, people.reader()))) == ["Otter for members"]


def test_page_is_gone_when_its_time_is_over(search: Search) -> None:
    """Before the scheduler unpublishes it, too."""
    build.TopicPageFactory(title="Otter", expire_at=timezone.now() - dt.timedelta(seconds=1))

    assert search("otter") == search("nothingness")


def test_hidden_pages_are_not_found(search: Search) -> None:
    build.TopicPageFactory(title="Otter draft", live=False)
    page = build.TopicPageFactory(title="Otter withdrawn")
    page.unpublish()
    Page.objects.get(pk=build.TopicPageFactory(title="Otter below", parent=page).pk).delete()

    assert search("otter") == search("nothingness")


def test_newer_draft_of_a_page_is_not_found(search: Search, run_tasks: Any) -> None:
    page = build.TopicPageFactory(title="Beaver")
    page.title = page.draft_title = "Otter"
    page.save_revision()
    run_tasks()

    assert search("otter", reindex=False) == search("nothingness")
    assert titles(search("beaver")) == ["Beaver"]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("", "q"),
        ("q=", "q"),
        ("q=+a+", "q"),
        (f"q={'a' * 257}", "q"),
        ("q=otter&type=pages.Nothing", "type"),
        ("q=otter&type=pages.Contact", "type"),
        ("q=otter&type=", "type"),
        ("q=otter&locale=xx", "locale"),
        ("q=otter&site=nowhere.example", "site"),
        ("q=otter&organisation=a", "organisation"),
        ("q=otter&organisation=1,,2", "organisation"),
        ("q=otter&topic=0", "topic"),
        ("q=otter&topic=-1", "topic"),
        (f"q=otter&topic={10**23}", "topic"),
        ("q=otter&tag=a", "tag"),
        ("q=otter&date_from=yesterday", "date_from"),
        ("q=otter&date_from=2026-02-30", "date_from"),
        ("q=otter&date_from=2026-W01-1", "date_from"),
        ("q=otter&date_from=2026-01-01T00:00:00", "date_from"),
        ("q=otter&date_to=0001-01-01T00:00:00%2B23:00", "date_to"),
        ("q=otter&date_to=9999-12-31T23:59:59-23:00", "date_to"),
        ("q=otter&facets=colour", "facets"),
        ("q=otter&facets=", "facets"),
        ("q=otter&sort=random", "sort"),
        ("q=otter&limit=0", "limit"),
        ("q=otter&limit=101", "limit"),
        ("q=otter&offset=-1", "offset"),
        ("q=otter&offset=10001", "offset"),
        ("q=otter&fields=*", "fields"),
        ("q=otter&search=otter", "search"),
    ],
)
def test_what_means_nothing_is_refused(api: Client, query: str, parameter: str) -> None:
    problem = problem_of(api.get(f"{ADDRESS}?{query}"), 400)

    assert problem["errors"][0]["loc"] == ["query", parameter]


@pytest.mark.parametrize("moment", ["0001-01-01", "9999-12-31", "9999-12-31T23:59:59.999999999Z"])
def test_ends_of_the_calendar_are_dates(search: Search, moment: str) -> None:
    assert search("otter", date_from=moment, date_to=moment)["meta"] == {"total_count": 0}


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_only_get(api: Client, method: str) -> None:
    problem_of(getattr(api, method)(f"{ADDRESS}?q=otter"), 405)


def test_links_lead_to_other_pages_of_results(api: Client) -> None:
    for number in range(3):
        build.TopicPageFactory(title=f"Otter {number}")
    call_command("update_index", verbosity=0)

    links = api.get(f"{ADDRESS}?q=otter&limit=1&offset=1")["Link"]

    assert '<http://testserver/api/v2/search/?q=otter&limit=1&offset=2>; rel="next"' in links
    assert '<http://testserver/api/v2/search/?q=otter&limit=1&offset=0>; rel="prev"' in links


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}suggest/"])
def test_answers_are_kept_for_a_minute_and_those_to_a_reader_not_at_all(api: Client, address: str) -> None:
    public, personal = (
        api.get(f"{address}?q=otter"),
        api.get(f"{address}?q=otter", headers=sign_in(api, people.reader())),
    )

    assert public["Cache-Control"] == "public, max-age=0, s-maxage=60"
    assert personal["Cache-Control"] == "private, no-store"


def test_answer_depends_on_the_pages_that_it_shows(api: Client) -> None:
    page = build.TopicPageFactory(title="Otter")
    hidden = build.TopicPageFactory(title="Otter draft", live=False)
    call_command("update_index", verbosity=0)

    tags = api.get(f"{ADDRESS}?q=otter")["Surrogate-Key"].split()

    assert {"search", f"page-{page.pk}", "locale-en"} <= set(tags)
    assert f"page-{hidden.pk}" not in tags


def test_number_of_queries_does_not_depend_on_the_number_of_results(
    api: Client, django_assert_max_num_queries: Any
) -> None:
    contact = build.ContactFactory()
    organisations = [build.OrganisationPageFactory() for _ in range(3)]
    topics = [build.TopicPageFactory(title=f"Topic {number}") for number in range(3)]
    for number in range(100):
        body = [
            ("text", "<p>An otter was seen.</p>"),
            ("contact", {"contact": contact}),
            ("links", {"title": "", "links": [build.link(page=topics[number % 3])]}),
        ]
        factory = build.NewsArticlePageFactory if number % 2 else build.PersonPageFactory
        page = factory(title=f"Page {number}", body=body)
        models.PageOrganisation.objects.create(page=page, organisation=organisations[number % 3])
        models.PageTopic.objects.create(page=page, topic=topics[number % 3])
    call_command("update_index", verbosity=0)
    everything = f"{ADDRESS}?q=otter&facets=type,locale,organisation,topic&limit="
    api.get(f"{everything}1")

    for limit in (20, 50, 100):
        with django_assert_max_num_queries(24) as queries:
            found = api.get(f"{everything}{limit}").json()
        assert len(found["items"]) == limit
        assert found["meta"] == {"total_count": 100}
        if limit == 20:
            number_at_twenty = len(queries)
        assert len(queries) == number_at_twenty
