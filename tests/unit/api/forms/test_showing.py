"""GET /api/v2/forms/<id>/: all that a website needs to show a form, and nothing about who reads the answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import signing
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from jsonschema import Draft202012Validator, FormatChecker
from wagtail.models import Locale, PageViewRestriction, Site

from pages.models import FormPage
from tests.contract.openapi import assert_as_documented
from tests.factories import pages as build
from tests.factories.people import outsider, reader
from tests.unit.api.forms.conftest import ANSWERS, NAME_ONLY, make_form
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import bearer, sign_in

pytestmark = pytest.mark.django_db


def shown(api: Client, page: FormPage, query: str = "", **headers: str) -> dict[str, Any]:
    response = api.get(f"/api/v2/forms/{page.pk}/{query}", headers=headers)
    assert response.status_code == 200, response.content
    assert_as_documented("get", f"/api/v2/forms/{page.pk}/", response)
    form: dict[str, Any] = response.json()
    return form


def properties(api: Client, page: FormPage) -> dict[str, Any]:
    members: dict[str, Any] = shown(api, page)["schema"]["properties"]
    return members


def test_form_names_its_page_its_language_and_where_to_send_it(api: Client, form: FormPage) -> None:
    answer = shown(api, form)

    assert answer["page"] == {"id": form.pk, "type": "pages.FormPage", "title": "Tell us", "url": form.url}
    assert answer["locale"] == "en"
    assert answer["submit_url"] == f"http://testserver/api/v2/forms/{form.pk}/submissions/"


def test_every_type_of_field_has_a_schema(api: Client, form: FormPage) -> None:
    schema = shown(api, form)["schema"]

    Draft202012Validator.check_schema(schema)
    assert schema["additionalProperties"] is False
    assert schema["required"] == ["your_name", "message", "email", "i_agree", "topics", "answer_by", "form_token"]
    title = {name: member.pop("title") for name, member in schema["properties"].items()}
    assert title["answer_by"] == "Answer by"
    schema["properties"]["form_token"].pop("description")
    assert schema["properties"] == {
        "your_name": {"type": "string", "pattern": "^[^\\r\\n]*$", "maxLength": 255, "minLength": 1},
        "message": {"type": "string", "maxLength": 10_000, "minLength": 1},
        "email": {
            "description": "We <b>only</b> use it to answer.",
            "type": "string",
            "format": "email",
            "maxLength": 320,
            "minLength": 1,
        },
        "age": {"type": ["number", "null"]},
        "website": {"type": ["string", "null"], "format": "uri", "maxLength": 2_000},
        "i_agree": {"type": "boolean", "const": True},
        "topics": {
            "type": "array",
            "items": {"type": "string", "enum": ["Canals", "Locks", "Bridges"]},
            "uniqueItems": True,
            "minItems": 1,
            "default": ["Locks"],
        },
        "region": {"type": ["string", "null"], "enum": ["North", "South", None], "default": "North"},
        "days": {
            "type": ["array", "null"],
            "items": {"type": "string", "enum": ["Mon", "Tue"]},
            "uniqueItems": True,
        },
        "answer_by": {"type": "string", "enum": ["Mail", "Phone"]},
        "day": {"type": ["string", "null"], "format": "date"},
        "moment": {"type": ["string", "null"], "format": "date-time"},
        "campaign": {"type": ["string", "null"], "pattern": "^[^\\r\\n]*$", "maxLength": 255, "default": "spring"},
        "contact_homepage": {"type": "string", "maxLength": 0},
        "form_token": {"type": "string", "minLength": 1},
    }


def test_schema_takes_what_the_form_takes(api: Client, form: FormPage) -> None:
    validator = Draft202012Validator(shown(api, form)["schema"], format_checker=FormatChecker())
    body = ANSWERS | {"form_token": "x"}

    assert validator.is_valid(body)
    for wrong in (
        {"your_name": ""},
        {"i_agree": False},
        {"topics": []},
        {"answer_by": "Pigeon"},
        {"day": "tomorrow"},
        {"nonsense": "1"},
        {"contact_homepage": "https://spam.example"},
    ):
        assert not validator.is_valid(body | wrong), wrong


def test_form_says_how_to_show_its_fields(api: Client, form: FormPage) -> None:
    fields = shown(api, form)["ui"]

    assert [field["order"] for field in fields] == list(range(14))
    assert fields[2] == {
        "name": "email",
        "label": "Email",
        "help_text": "We <b>only</b> use it to answer.",
        "field_type": "email",
        "required": True,
        "choices": [],
        "default": None,
        "order": 2,
    }
    assert fields[6]["choices"] == [{"value": name, "label": name} for name in ("Canals", "Locks", "Bridges")]
    assert fields[6]["default"] == ["Locks"]
    assert (fields[-1]["name"], fields[-1]["field_type"]) == ("contact_homepage", "honeypot")


@pytest.mark.parametrize(
    ("field_type", "text", "default"),
    [
        ("singleline", "  Ms ", "Ms"),
        ("number", "12", 12),
        ("number", "1.5", 1.5),
        ("number", "a dozen", None),
        ("number", "1e999", None),
        ("number", "NaN", None),
        ("checkbox", "on", True),
        ("checkboxes", "b, nonsense", ["b"]),
        ("multiselect", "c\na", ["a", "c"]),
        ("dropdown", "b", "b"),
        ("radio", "nonsense", None),
        ("date", "2030-02-28", "2030-02-28"),
        ("date", "30/02/2030", None),
        ("datetime", "2030-02-28T12:00:00Z", "2030-02-28T12:00:00Z"),
        ("datetime", "today", None),
    ],
)
def test_default_is_what_could_be_sent(api: Client, field_type: str, text: str, default: object) -> None:
    page = make_form({"Field": {"field_type": field_type, "choices": "a,b,c", "default_value": text}})

    assert shown(api, page)["ui"][0]["default"] == default
    assert properties(api, page)["field"].get("default") == default


def test_choice_that_is_written_twice_is_there_once(api: Client) -> None:
    page = make_form({"Colour": {"field_type": "radio", "choices": "red, blue, red"}})

    assert properties(api, page)["colour"]["enum"] == ["red", "blue"]


def test_token_works_for_as_long_as_it_says(api: Client, form: FormPage) -> None:
    expires_at = parse_datetime(shown(api, form)["form_token_expires_at"])

    assert expires_at is not None
    assert abs(expires_at - timezone.now() - timedelta(hours=24)) < timedelta(minutes=1)


def test_nobody_learns_who_reads_the_answers(api: Client) -> None:
    page = make_form(
        NAME_ONLY, to_address="canary@example.gov.uk", from_address="canary2@example.gov.uk", subject="canary-subject"
    )
    answer = api.get(f"/api/v2/forms/{page.pk}/").content.decode()

    assert "canary" not in answer
    assert "keep" not in answer


def test_answer_is_never_kept_and_names_its_language(api: Client, form: FormPage) -> None:
    response = api.get(f"/api/v2/forms/{form.pk}/")

    assert response["Cache-Control"] == "no-store"
    assert response["Content-Language"] == "en"


def test_each_answer_has_a_token_of_its_own(api: Client, form: FormPage) -> None:
    tokens = {shown(api, form)["form_token"] for _ in range(3)}

    assert len(tokens) == 3


@pytest.mark.parametrize("change", [{"live": False}, {"expire_at": timezone.now() - timedelta(minutes=1)}])
def test_form_that_is_not_live_does_not_exist(api: Client, change: dict[str, Any]) -> None:
    page = make_form(NAME_ONLY, **change)

    problem_of(api.get(f"/api/v2/forms/{page.pk}/"), 404)
    problem_of(api.post(f"/api/v2/forms/{page.pk}/submissions/", {}, content_type="application/json"), 404)


def test_page_that_is_no_form_is_not_found(api: Client) -> None:
    page = build.NewsArticlePageFactory()

    problem_of(api.get(f"/api/v2/forms/{page.pk}/"), 404)


@pytest.mark.parametrize("number", ["0", "99999999", str(10**23), "9" * 1500])
def test_number_of_no_page_is_not_found(api: Client, number: str) -> None:
    problem_of(api.get(f"/api/v2/forms/{number}/"), 404)


def test_restricted_form_is_for_those_who_may_see_it(api: Client) -> None:
    page = make_form(NAME_ONLY)
    someone = reader()
    restriction = PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.GROUPS)
    restriction.groups.set(Group.objects.filter(user=someone))

    problem_of(api.get(f"/api/v2/forms/{page.pk}/"), 404)
    stranger = bearer(sign_in(outsider())["access"])
    problem_of(api.get(f"/api/v2/forms/{page.pk}/", headers=stranger), 404)

    response = api.get(f"/api/v2/forms/{page.pk}/", headers=bearer(sign_in(someone)["access"]))
    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


@pytest.fixture
def welsh_form(db: None) -> FormPage:
    """A Welsh form that has an English original."""
    page = make_form(NAME_ONLY, title="Your view")
    welsh = Locale.objects.get_or_create(language_code="cy")[0]
    build.home_page().copy_for_translation(welsh).save_revision().publish()
    translated = page.copy_for_translation(welsh)
    translated.title = "Eich barn"
    translated.save_revision().publish()
    return FormPage.objects.get(pk=translated.pk)


def test_locale_asks_for_the_translation(api: Client, welsh_form: FormPage) -> None:
    english = welsh_form.get_translation(Locale.get_default())

    response = api.get(f"/api/v2/forms/{english.pk}/?locale=cy")

    assert response["Content-Language"] == "cy"
    answer = response.json()
    assert answer["page"]["title"] == "Eich barn"
    assert answer["locale"] == "cy"
    assert answer["submit_url"].endswith(f"/{welsh_form.pk}/submissions/")
    assert answer["ui"][-1]["label"] == "Gadewch y maes hwn yn wag"
    assert shown(api, english)["locale"] == "en"
    assert shown(api, english, "?locale=en")["page"]["title"] == "Your view"


def test_locale_without_a_translation_is_not_found(api: Client, welsh_form: FormPage) -> None:
    english = welsh_form.get_translation(Locale.get_default())
    welsh_form.unpublish()

    problem_of(api.get(f"/api/v2/forms/{english.pk}/?locale=cy"), 404)


def test_unknown_locale_is_refused(api: Client, form: FormPage) -> None:
    problem_of(api.get(f"/api/v2/forms/{form.pk}/?locale=fr"), 400)


def test_form_of_another_site_is_sent_to_that_site(api: Client) -> None:
    home = build.HomePageFactory(slug="other")
    Site.objects.create(hostname="other.example.gov.uk", port=443, root_page=home)
    page = make_form(NAME_ONLY, parent=home)

    problem_of(api.get(f"/api/v2/forms/{page.pk}/"), 404)
    answer = shown(api, page, "?site=other.example.gov.uk")
    body = {"form_token": answer["form_token"], "your_name": "Mair"}
    assert api.post(answer["submit_url"], body, content_type="application/json").status_code == 201


def test_number_of_queries_does_not_depend_on_the_number_of_fields(api: Client) -> None:
    few = make_form({f"Field {number}": {"field_type": "singleline"} for number in range(2)})
    many = make_form({f"Field {number}": {"field_type": "singleline"} for number in range(50)})
    shown(api, few)

    counts = []
    for page in (few, many):
        with CaptureQueriesContext(connection) as queries:
            shown(api, page)
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 15


def test_token_says_nothing_that_is_hidden(api: Client, form: FormPage) -> None:
    token = shown(api, form)["form_token"]

    signed = signing.TimestampSigner(salt="api.forms.token").unsign(token)
    assert signed.startswith(f"{form.pk}.")
    assert len(signed) < 40
