"""Filters and orders of lists."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from pytest_django import Settings
from wagtail.models import Locale

from documents.models import CustomDocument
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

EVENTS = "/api/v2/pages/?type=pages.EventPage"


def titles(api: Client, address: str) -> list[str]:
    response = api.get(address)
    assert response.status_code == 200, response.content
    return [item["title"] for item in response.json()["items"]]


def test_text_is_found_as_it_is(api: Client) -> None:
    build.EventPageFactory(title="Fair", venue_name="Town Hall")
    build.EventPageFactory(title="Market", venue_name="Square")

    assert titles(api, f"{EVENTS}&venue_name=Square") == ["Market"]
    assert titles(api, f"{EVENTS}&venue_name=square") == []


def test_boolean_is_found(api: Client) -> None:
    build.EventPageFactory(title="Online", is_online=True)
    build.EventPageFactory(title="Here", is_online=False)

    assert titles(api, f"{EVENTS}&is_online=true") == titles(api, f"{EVENTS}&is_online=1") == ["Online"]
    assert titles(api, f"{EVENTS}&is_online=false") == titles(api, f"{EVENTS}&is_online=0") == ["Here"]


def test_choice_is_found(api: Client) -> None:
    build.EventPageFactory(title="New", phase="alpha")
    build.EventPageFactory(title="Old", phase="live")

    assert titles(api, f"{EVENTS}&phase=alpha") == ["New"]


@pytest.mark.parametrize("written", ["2030-05-01T12:00:00Z", "2030-05-01T12:00:00%2B00:00", "2030-05-01T12:00:00"])
def test_moment_is_found_however_it_is_written(api: Client, written: str) -> None:
    """Without an offset it is in UTC, as all times in the API are."""
    build.EventPageFactory(title="Fair", starts_at=dt.datetime(2030, 5, 1, 12, tzinfo=dt.UTC))
    build.EventPageFactory(title="Market")

    assert titles(api, f"{EVENTS}&starts_at={written}") == ["Fair"]


def test_time_is_in_utc_whatever_the_time_zone_of_the_service(api: Client, settings: Settings) -> None:
    settings.TIME_ZONE = "Europe/London"
    build.EventPageFactory(starts_at=dt.datetime(2030, 5, 1, 12, tzinfo=dt.UTC))

    (event,) = api.get(f"{EVENTS}&fields=*").json()["items"]

    assert event["starts_at"] == "2030-05-01T12:00:00Z"


def test_span_of_time_is_found(api: Client) -> None:
    for year in (2030, 2031, 2032):
        build.EventPageFactory(title=str(year), starts_at=dt.datetime(year, 1, 1, tzinfo=dt.UTC))

    assert titles(api, f"{EVENTS}&order=title&starts_at__gte=2031-01-01T00:00:00Z") == ["2031", "2032"]
    assert titles(api, f"{EVENTS}&order=title&starts_at__gt=2031-01-01T00:00:00Z") == ["2032"]
    assert titles(api, f"{EVENTS}&order=title&starts_at__lte=2031-01-01T00:00:00Z") == ["2030", "2031"]
    assert titles(api, f"{EVENTS}&starts_at__gt=2030-06-01&starts_at__lt=2031-06-01") == ["2031"]


@pytest.mark.parametrize("name", ["first_published_at", "public_updated_at"])
def test_time_of_publication_is_found(api: Client, name: str) -> None:
    event = build.EventPageFactory(title="Fair")
    event.save_revision().publish()

    hour = dt.timedelta(hours=1)
    before, after = (f"{timezone.now() + delta:%Y-%m-%dT%H:%M:%SZ}" for delta in (-hour, hour))
    assert titles(api, f"{EVENTS}&{name}__gte={before}&{name}__lt={after}") == ["Fair"]
    assert titles(api, f"{EVENTS}&{name}__gte={after}") == []


def test_span_of_days_is_found_of_documents(api: Client) -> None:
    for day in (1, 2):
        fields = {"title": str(day), "published_on": dt.date(2030, 1, day), "file": "x.pdf", "file_size": 1}
        CustomDocument.objects.bulk_create([CustomDocument(**fields)])

    assert titles(api, "/api/v2/documents/?published_on__gte=2030-01-02") == ["2"]
    assert titles(api, "/api/v2/documents/?published_on=2030-01-01") == ["1"]


WRONG_VALUES = {
    "starts_at": ["soon", "2030-13-01", "2030-02-30T10:00:00Z", "0001-01-01T00:00:00%2B14:00", "99999-01-01", ""],
    "review_by": ["soon", "2030-02-30", "10000-01-01", ""],
    "is_online": ["maybe", "2", "TRUE", ""],
    "phase": ["omega", ""],
    "body": ["text", "[]", '{"a":1}'],
    "starts_at__gte": ["soon"],
    "lead_image": ["x"],
}


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG_VALUES.items() for value in values]
)
def test_value_that_a_field_cannot_hold_is_refused(api: Client, name: str, value: str) -> None:
    problem = problem_of(api.get(f"{EVENTS}&{name}={value}"), 400)

    assert problem["errors"][0]["loc"] == ["query", name]


@pytest.mark.parametrize(
    "name", ["title__gte", "starts_at__year", "starts_at__nonsense", "owner__password", "title__regex"]
)
def test_lookup_that_nobody_offered_is_unknown(api: Client, name: str) -> None:
    problem = problem_of(api.get(f"{EVENTS}&{name}=2030"), 400)

    assert problem["errors"][0]["code"] == "unknown"


def test_field_of_a_type_is_unknown_without_the_type(api: Client) -> None:
    problem_of(api.get("/api/v2/pages/?venue_name=Square"), 400)


def test_rows_are_ordered(api: Client) -> None:
    for title in ("b", "a", "c"):
        build.EventPageFactory(title=title)

    assert titles(api, f"{EVENTS}&order=title") == ["a", "b", "c"]
    assert titles(api, f"{EVENTS}&order=-title") == ["c", "b", "a"]
    assert sorted(titles(api, f"{EVENTS}&order=random")) == ["a", "b", "c"]


@pytest.mark.parametrize("order", ["attachments", "-attachments", "title,attachments"])
def test_order_by_many_rows_is_refused(api: Client, order: str) -> None:
    publication = build.PublicationPageFactory()
    for number in range(2):
        document = CustomDocument.objects.bulk_create([CustomDocument(title=str(number), file="x.pdf", file_size=1)])[0]
        publication.attachments.create(title="A", document=document)
    publication.save()

    problem_of(api.get(f"/api/v2/pages/?type=pages.PublicationPage&order={order}"), 400)


def test_tags_are_found_together(api: Client) -> None:
    both, one = CustomDocument.objects.bulk_create(
        CustomDocument(title=title, file="x.pdf", file_size=1) for title in ("both", "one")
    )
    both.tags.add("a", "b")
    one.tags.add("a")

    assert titles(api, "/api/v2/documents/?tags=a&order=title") == ["both", "one"]
    assert titles(api, "/api/v2/documents/?tags=a,b") == ["both"]


def test_many_tags_are_refused(api: Client) -> None:
    problem_of(api.get("/api/v2/documents/?tags=" + ",".join("abcdefghijklmnopqrstuvwxyz")), 400)


def test_pages_of_a_locale_are_found(api: Client) -> None:
    home = build.home_page()
    welsh = home.copy_for_translation(Locale.objects.get_or_create(language_code="cy")[0])
    welsh.title = "Hafan"
    welsh.save_revision().publish()

    assert titles(api, "/api/v2/pages/?locale=cy") == ["Hafan"]
    assert titles(api, f"/api/v2/pages/?translation_of={home.pk}") == ["Hafan"]
    assert api.get("/api/v2/pages/?locale=cy&fields=*").json()["items"][0]["meta"]["locale"] == "cy"


@pytest.mark.parametrize("name", ["child_of", "descendant_of", "ancestor_of", "translation_of"])
def test_hidden_page_is_like_one_that_does_not_exist(api: Client, name: str) -> None:
    draft = build.TopicPageFactory(live=False)
    build.TopicPageFactory(parent=draft)

    hidden = problem_of(api.get(f"/api/v2/pages/?{name}={draft.pk}"), 400)
    missing = problem_of(api.get(f"/api/v2/pages/?{name}=99999"), 400)

    assert hidden["message"] == missing["message"]


@pytest.mark.parametrize("search", ["fair", "FAIR", '"fair"', "village fair", "fair -- ;"])
def test_words_are_found(api: Client, search: str) -> None:
    build.EventPageFactory(title="Village fair")
    build.EventPageFactory(title="Market")
    call_command("update_index", verbosity=0)

    assert titles(api, f"/api/v2/pages/?search={search}") == ["Village fair"]


@pytest.mark.parametrize("search", ["", "   ", '"', '""  "'])
def test_nothing_is_found_without_a_word(api: Client, search: str) -> None:
    build.EventPageFactory(title="Village fair")
    call_command("update_index", verbosity=0)

    assert titles(api, f"/api/v2/pages/?search={search}") == []


def test_any_or_all_words_are_found(api: Client) -> None:
    build.EventPageFactory(title="Village fair")
    build.EventPageFactory(title="Market")
    call_command("update_index", verbosity=0)

    assert titles(api, "/api/v2/pages/?search=fair market&search_operator=or&order=title") == ["Market", "Village fair"]
    assert titles(api, "/api/v2/pages/?search=fair market&search_operator=and") == []
