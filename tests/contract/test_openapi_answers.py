"""Real answers are as the OpenAPI document says: every operation, on the demo site, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.management import call_command
from django.http import HttpResponse
from django.test import Client
from pytest_django import DjangoDbBlocker
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, get_page_models

from api.router import delivery_router
from api.urls import document
from cms.accounts.models import User
from documents.models import CustomDocument, CustomImage
from pages.models import Contact
from pages.previews import keep_draft
from pages.rich_text import RICH_TEXT_FORMATS
from tests.contract.openapi import assert_as_documented, errors_of, path_of
from tests.factories import people
from tests.integration.demo_site import demo_site

VALUES = {
    "fields": ["*", "_,title", "*,-title"],
    "rich_text_format": list(RICH_TEXT_FORMATS),
    "q": ["flood", "xyzzy", "flod"],
    "search": ["flood", "xyzzy"],
    "path": ["/", "/flooding/", "/no-such-page/", "/cy/", "http://localhost/news/"],
    "html_path": ["/", "/flooding/", "/no-such-page/"],
    "locale": ["en", "cy"],
    "site": ["localhost"],
    "type": ["pages.NewsArticlePage", "pages.NewsArticlePage,pages.EventPage", "no.Such"],
    "order": ["title", "-title", "random", "nonsense"],
    "limit": ["1", "100", "0"],
    "offset": ["1", "10000"],
    "facets": ["type,locale"],
}
"""What to try for a parameter, by its name; others are tried with what their schema enumerates, or with a number."""


NAMES = {
    "{name}": ["pages.Contact", "pages.Notice", "pages.FooterSettings", "pages.EmergencyBanner", "no.Such"],
    "{menu}": ["main", "service", "none"],
}
"""What to try for a word in a path."""


@pytest.fixture(scope="module")
def demo(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with demo_site(django_db_blocker):
        call_command("update_index", verbosity=0)
        yield


@pytest.fixture
def ask(demo: None, api: Client) -> Any:
    """Asks, and holds the answer against the document."""

    def get(address: str, **headers: str) -> HttpResponse:
        response: Any = api.get(address, headers=headers)
        assert response.status_code < 500, address
        assert path_of(address.partition("?")[0]) is not None, f"{address} is not in the document"
        assert_as_documented("get", address, response)
        return response

    return get


def addresses(path: str) -> list[str]:
    """The path with things of the demo site in it, and with what is not there."""
    if "{" not in path:
        return [path]
    numbers = [*_numbers(path), "999999"]
    found = [path.replace("{pk}", number) for number in numbers] if "{pk}" in path else [path]
    for variable, names in NAMES.items():
        if variable in path:
            found = [address.replace(variable, name) for address in found for name in names]
    return found


def _numbers(path: str) -> list[str]:
    """Ids of what the path is about, else of one page of each type and of one piece of reusable content."""
    kinds = {"images": CustomImage, "documents": CustomDocument, "redirects": Redirect}
    if model := kinds.get(path.split("/")[3]):
        return [str(number) for number in model._default_manager.values_list("pk", flat=True)[:5]]
    first = [model.objects.live().public().values_list("pk", flat=True).first() for model in get_page_models()]
    reusable = Contact.objects.filter(live=True).values_list("pk", flat=True).first()
    return [str(number) for number in (*first, reusable) if number]


def asked_with_get() -> list[str]:
    """The paths of the delivery API. The tests of an endpoint ask it with its other methods."""
    return [path for path, methods in document()["paths"].items() if "get" in methods and path.startswith("/api/v2/")]


@pytest.mark.parametrize("path", asked_with_get())
def test_every_operation_answers_as_documented(ask: Any, path: str) -> None:
    required, queries = _queries(document()["paths"][path]["get"]["parameters"])
    found = addresses(path)
    if path.endswith("/find/"):
        queries.append({"id": _numbers(path)[0]})

    statuses = {ask(address + _query(required)).status_code for address in found}
    statuses |= {ask(found[0] + _query(required | query)).status_code for query in queries}

    assert statuses & {200, 302}, f"nothing was found at {path}"


def _queries(parameters: list[dict[str, Any]]) -> tuple[dict[str, str], list[dict[str, str]]]:
    """What has to be said, and what else may be."""
    own = [parameter for parameter in parameters if parameter["in"] == "query"]
    required = {parameter["name"]: _values(parameter)[0] for parameter in own if parameter.get("required")}
    return required, [{parameter["name"]: value} for parameter in own for value in _values(parameter)]


def _values(parameter: dict[str, Any]) -> list[str]:
    enumerated = [str(value) for value in parameter["schema"].get("enum", [])]
    return VALUES.get(parameter["name"]) or enumerated or ["1"]


def _query(parameters: dict[str, str]) -> str:
    return f"?{urlencode(parameters)}" if parameters else ""


@pytest.mark.parametrize("rich_text_format", RICH_TEXT_FORMATS)
def test_every_page_is_complete(ask: Any, rich_text_format: str) -> None:
    """Without `fields` a page is not just any selection. All pages in the usual form, some in the others."""
    seen = set()
    for page in _live_pages(None if rich_text_format == "html" else 2):
        shown = ask(f"/api/v2/pages/{page.pk}/?rich_text_format={rich_text_format}").json()
        assert errors_of("Page", shown) == []
        assert errors_of(_schema_name(shown), shown) == []
        seen.add(shown["meta"]["type"])

    assert seen >= {model._meta.label for model in get_page_models() if model is not Page}


def _live_pages(of_each_type: int | None) -> list[Page]:
    models = [model for model in get_page_models() if model is not Page]
    return [page for model in models for page in model.objects.live().public()[:of_each_type]]


def _schema_name(shown: dict[str, Any]) -> str:
    label: str = shown["meta"]["type"]
    return "PlainPage" if label == "wagtailcore.Page" else label.rpartition(".")[2]


@pytest.mark.parametrize(("name", "single"), [("pages", "Page"), ("images", "Image"), ("documents", "Document")])
def test_list_without_a_choice_of_fields_has_summaries(ask: Any, name: str, single: str) -> None:
    items = ask(f"/api/v2/{name}/?limit=100").json()["items"]

    assert items
    for item in items:
        assert errors_of(f"{single}Summary", item) == []


@pytest.mark.parametrize("model", [model for model in get_page_models() if model is not Page], ids=lambda m: m.__name__)
def test_list_of_one_type_has_all_its_fields(ask: Any, model: type[Page]) -> None:
    """Everything that the detail has, but for what Wagtail shows in details only."""
    items = ask(f"/api/v2/pages/?type={model._meta.label}&fields=*&limit=100").json()["items"]
    schema = document()["components"]["schemas"][model.__name__]
    viewset: Any = delivery_router._endpoints["pages"]

    assert items
    for item in items:
        assert set(schema["required"]) - set(viewset.detail_only_fields) <= item.keys()


@pytest.mark.parametrize(("name", "single"), [("images", "Image"), ("documents", "Document")])
def test_every_file_is_complete(ask: Any, name: str, single: str) -> None:
    for item in ask(f"/api/v2/{name}/?limit=100").json()["items"]:
        assert errors_of(f"{single}Resource", ask(f"/api/v2/{name}/{item['id']}/").json()) == []


@pytest.mark.parametrize("model", [model for model in get_page_models() if model is not Page], ids=lambda m: m.__name__)
def test_preview_answers_as_documented(ask: Any, model: type[Page]) -> None:
    saved: Any = model.objects.live().first()
    for draft in (saved, _never_saved(model, saved)):
        token = keep_draft(draft)
        assert ask("/api/preview/", **{"x-preview-token": token}).status_code == 200
    assert ask("/api/preview/?token=wrong").status_code == 404


def _never_saved(model: type[Page], sibling: Page) -> Page:
    """An empty draft beside another page, in a place as Wagtail's admin gives it for a preview."""
    draft = model(title="Draft", slug="draft", locale=sibling.locale, depth=sibling.depth)
    parent = sibling.get_parent()
    draft.path = parent.get_last_child()._inc_path()
    draft.set_url_path(parent)
    return draft


def test_sign_in_and_sessions_answer_as_documented(demo: None, api: Client) -> None:
    person = people.reader()

    def send(method: str, address: str, body: Any = None, access: str = "") -> Any:
        headers = {"authorization": f"Bearer {access}"} if access else {}
        response: Any = api.generic(
            method,
            address,
            json.dumps(body) if body is not None else "",
            content_type="application/json",
            headers=headers,
        )
        assert_as_documented(method, address, response)
        return response

    first, second = _sign_in(send, person), _sign_in(send, person)
    send("post", "/api/auth/token/", {"username": "nobody", "password": "wrong"})
    send("post", "/api/auth/token/", {})
    send("post", "/api/auth/token/verify/", {"token": first["access"]})
    send("post", "/api/auth/token/verify/", {"token": first["refresh"]})
    pair = send("post", "/api/auth/token/refresh/", {"refresh": first["refresh"]}).json()
    assert send("get", "/api/auth/me/").status_code == 401
    assert send("get", "/api/auth/me/", access=pair["access"]).status_code == 200
    sessions = send("get", "/api/auth/sessions/", access=second["access"]).json()["items"]
    assert len(sessions) == 2
    ended = next(session["id"] for session in sessions if not session["current"])
    assert send("delete", f"/api/auth/sessions/{ended}/", access=second["access"]).status_code == 204
    assert send("delete", f"/api/auth/sessions/{ended}/", access=second["access"]).status_code == 404
    assert send("post", "/api/auth/logout/", {"refresh": second["refresh"]}).status_code == 204
    assert send("post", "/api/auth/logout/", {"refresh": "nonsense"}).status_code == 401


def _sign_in(send: Any, person: User) -> dict[str, Any]:
    credentials = {"username": person.username, "password": people.PASSWORD}
    pair: dict[str, Any] = send("post", "/api/auth/token/", credentials).json()
    return pair


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/api/v2/pages/?limit=0", 400),
        ("/api/v2/pages/?nonsense=1", 400),
        ("/api/v2/pages/?site=nowhere.example", 400),
        ("/api/v2/pages/?locale=xx", 400),
        ("/api/v2/pages/999999/", 404),
        ("/api/v2/images/999999/", 404),
        ("/api/v2/documents/999999/download/", 404),
        ("/api/", 200),
        ("/api/v2/", 200),
        ("/api/schema/", 200),
        ("/api/docs/", 200),
    ],
)
def test_refusals_and_indexes_are_as_documented(ask: Any, address: str, status: int) -> None:
    assert ask(address).status_code == status


def test_token_that_does_not_work_is_refused_as_documented(ask: Any) -> None:
    response = ask("/api/v2/pages/", authorization="Bearer nonsense")

    assert response.status_code == 401


def test_unchanged_answer_is_as_documented(ask: Any) -> None:
    tag = ask("/api/v2/pages/")["ETag"]

    assert ask("/api/v2/pages/", **{"if-none-match": tag}).status_code == 304
