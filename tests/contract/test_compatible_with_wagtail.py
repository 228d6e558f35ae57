"""Clients of Wagtail's own v2 API can be pointed at ours: names, shapes and status codes are the same.

Each question is put to both: to Wagtail's viewsets, mounted where ours are, and to ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils.dateparse import parse_datetime
from pytest_django import Settings
from wagtail.api.v2.router import WagtailAPIRouter
from wagtail.api.v2.views import PagesAPIViewSet
from wagtail.documents.api.v2.views import DocumentsAPIViewSet
from wagtail.images.api.v2.views import ImagesAPIViewSet
from wagtail.models import Locale

from api.viewsets.pages import EVERY_PAGE
from cms import urls as cms_urls
from documents.models import CustomDocument, CustomImage
from tests.factories import pages as build

stock_router = WagtailAPIRouter("wagtailapi_v2")
stock_router.register_endpoint("pages", PagesAPIViewSet)
stock_router.register_endpoint("images", ImagesAPIViewSet)
stock_router.register_endpoint("documents", DocumentsAPIViewSet)
urlpatterns = [path("api/v2/", stock_router.urls), *cms_urls.urlpatterns]

Ask = Callable[[str], tuple[HttpResponse, HttpResponse]]


@pytest.fixture
def ask_both(api: Client, settings: Settings) -> Ask:
    """Puts one question to Wagtail's API and to ours."""
    ours = settings.ROOT_URLCONF
    # Without the middleware, which refuses for both, and with Wagtail's own errors.
    middleware = [name for name in settings.MIDDLEWARE if not name.startswith("api.")]

    def ask(address: str) -> tuple[HttpResponse, HttpResponse]:
        settings.ROOT_URLCONF, with_ours = __name__, settings.MIDDLEWARE
        settings.MIDDLEWARE = middleware
        before = transaction.savepoint()
        stock = Client(raise_request_exception=False).get(address)
        transaction.savepoint_rollback(before)  # some questions make Wagtail fail in the database
        settings.ROOT_URLCONF, settings.MIDDLEWARE = ours, with_ours
        return stock, Client(raise_request_exception=False).get(address)

    return ask


@pytest.fixture
def content(db: None) -> dict[str, int]:
    """Public content, nothing hidden in it; ids by what they are of."""
    home = build.home_page()
    topic = build.TopicPageFactory(title="Topic", slug="topic")
    below = build.TopicPageFactory(title="Below", slug="below", parent=topic)
    alias = topic.create_alias(update_slug="alias")
    event = build.EventPageFactory(title="Fair", venue_name="Square")
    event.save_revision().publish()
    form = build.FormPageFactory(title="Form")
    form.form_fields.create(label="Name", field_type="singleline")
    home.copy_for_translation(Locale.objects.get_or_create(language_code="cy")[0]).save_revision().publish()
    image = CustomImage.objects.bulk_create(
        [CustomImage(title="Image", file="original_images/x.png", width=10, height=10, file_size=1)]
    )[0]
    document = CustomDocument.objects.bulk_create([CustomDocument(title="Doc", file="documents/x.pdf", file_size=1)])[0]
    for file in (image, document):
        file.tags.add("b", "a")
    pages = {"home": home, "topic": topic, "below": below, "alias": alias, "event": event, "form": form}
    return {name: thing.pk for name, thing in {**pages, "image": image, "document": document}.items()}


SAME = [
    "pages/",
    "pages/?fields=*",
    "pages/?fields=_,title",
    "pages/?fields=-title",
    "pages/?fields=*,-slug",
    "pages/?order=title",
    "pages/?order=-id,title",
    "pages/?limit=2",
    "pages/?limit=2&offset=1",
    "pages/?offset=1000",
    "pages/?child_of={topic}",
    "pages/?child_of=root&fields=*",
    "pages/?descendant_of={home}",
    "pages/?descendant_of=root",
    "pages/?ancestor_of={below}",
    "pages/?translation_of={home}",
    "pages/?translation_of=root",
    "pages/?locale=cy",
    "pages/?site=localhost",
    "pages/?site=localhost:80",
    "pages/?slug=topic",
    "pages/?title=Topic",
    "pages/?show_in_menus=false",
    "pages/?id={topic}",
    "pages/?search=",
    "pages/?search=nothing&search_operator=or",
    "pages/?_=123",
    "pages/?type=",
    "pages/?type=wagtailcore.Page",
    "pages/?type=pages.TopicPage,pages.EventPage&fields=*",
    "pages/?type=pages.TopicPage",
    "pages/?type=pages.EventPage&venue_name=Square",
    "pages/?type=pages.EventPage&is_online=false",
    "pages/?type=pages.FormPage&fields=_,form_fields",
    "pages/?type=pages.FormPage&fields=form_fields(label)",
    "pages/?type=pages.FormPage&fields=form_fields(_,label)",
    "pages/{topic}/",
    "pages/{below}/",
    "pages/{alias}/",
    "pages/{event}/",
    "pages/{form}/",
    "pages/{home}/",
    "pages/{topic}/?fields=*",
    "pages/{below}/?fields=_,parent",
    "pages/{topic}/?fields=-body",
    "pages/{topic}/?rich_text_format=markdown",
    "documents/",
    "documents/?fields=*",
    "documents/?tags=a",
    "documents/?tags=a,b",
    "documents/?title=Doc",
    "documents/{document}/",
    "images/?fields=_,id,title,width,height,type,detail_url,tags",
    "images/{image}/?fields=-download_url",
    "images/?order=random&fields=_,id",
]


def test_answers_are_those_of_wagtail(ask_both: Ask, content: dict[str, int], subtests: pytest.Subtests) -> None:
    for question in SAME:
        with subtests.test(question):
            stock, ours = ask_both("/api/v2/" + question.format(**content))
            assert (stock.status_code, ours.status_code) == (200, 200), ours.content
            assert _without_additions(_comparable(ours), _comparable(stock)) == _comparable(stock)


ADDED = frozenset(EVERY_PAGE)
"""What our answers have more than Wagtail's."""


def test_pages_have_more_than_wagtail_gives(ask_both: Ask, content: dict[str, int]) -> None:
    stock, ours = (answer.json() for answer in ask_both(f"/api/v2/pages/{content['topic']}/"))  # type: ignore[attr-defined]

    assert ours.keys() - stock.keys() == ADDED
    assert stock.keys() <= ours.keys()


def _without_additions(ours: Any, stock: Any) -> Any:
    """Our answer without what only we give; nothing is taken away that Wagtail gives, too."""
    match ours, stock:
        case dict(), dict():
            kept = {name: value for name, value in ours.items() if name in stock or name not in ADDED}
            return {name: _without_additions(value, stock.get(name)) for name, value in kept.items()}
        case list(), list() if len(ours) == len(stock):
            return [_without_additions(*pair) for pair in zip(ours, stock, strict=True)]
    return ours


def _comparable(response: HttpResponse) -> Any:
    """The answer, with times in one form: ours are always in UTC."""
    return _in_utc(response.json())  # type: ignore[attr-defined]


def _in_utc(value: Any) -> Any:
    match value:
        case dict():
            return {name: _in_utc(inner) for name, inner in value.items()}
        case list():
            return [_in_utc(inner) for inner in value]
        case str() if value[:4].isdigit() and (moment := parse_datetime(value)):
            return moment.timestamp()
    return value


REFUSED = [
    "pages/99999/",
    "images/99999/",
    "documents/99999/",
    "pages/abc/",
    "pages/find/?id=99999",
    "pages/find/?html_path=/nothing/",
    "pages/find/",
    "pages/?nonsense=1",
    "pages/?fields=nonsense",
    "pages/?fields=title(",
    "pages/?fields=title,*",
    "pages/?order=nonsense",
    "pages/?order=random&offset=1",
    "pages/?limit=101",
    "pages/?limit=-1",
    "pages/?limit=abc",
    "pages/?offset=-1",
    "pages/?child_of=99999",
    "pages/?child_of=abc",
    "pages/?descendant_of=99999",
    "pages/?ancestor_of=99999",
    "pages/?translation_of=99999",
    "pages/?child_of=root&descendant_of=root",
    "pages/?type=nonsense",
    "pages/?type=accounts.User",
    "pages/?show_in_menus=maybe",
    "documents/?search=a&tags=b",
]


def test_refusals_are_those_of_wagtail_in_our_form(
    ask_both: Ask, content: dict[str, int], subtests: pytest.Subtests
) -> None:
    for question in REFUSED:
        with subtests.test(question):
            stock, ours = ask_both("/api/v2/" + question)
            assert ours.status_code == stock.status_code
            if stock["Content-Type"] == "application/json":
                assert ours.json()["message"] == stock.json()["message"]  # type: ignore[attr-defined]


FOUND = [
    "pages/find/?html_path=/topic/below/",
    "pages/find/?html_path=/",
    "pages/find/?id={topic}",
    "pages/find/?id={topic}&fields=*&rich_text_format=html",
    "images/find/?id={image}",
    "documents/find/?id={document}",
]


def test_what_is_found_is_what_wagtail_finds(ask_both: Ask, content: dict[str, int], subtests: pytest.Subtests) -> None:
    for question in FOUND:
        with subtests.test(question):
            stock, ours = ask_both("/api/v2/" + question.format(**content))
            assert (ours.status_code, ours["Location"]) == (stock.status_code, stock["Location"])


DIFFERENT = {
    "pages/?locale=xx": (404, 400),
    "pages/?site=nobody.example": (404, 400),
    "pages/?limit=0": (200, 400),
    "pages/?search=a&search_operator=zzz": (500, 400),
    "pages/?search=%00": (500, 400),
    "pages/?offset=100000000000000000000000": (500, 400),
    "pages/find/?id=abc": (500, 400),
    "pages/find/?html_path=/%00/": (500, 400),
    "pages/?title=a&title=b": (200, 400),
    "pages/1/?nonsense=1": (404, 400),
    "pages/?rich_text_format=ast": (400, 200),
    "pages/find/?html_path=/cy/": (404, 302),
}
"""Where we differ on purpose."""


def test_answers_differ_on_purpose(ask_both: Ask, content: dict[str, int], subtests: pytest.Subtests) -> None:
    for question, statuses in DIFFERENT.items():
        with subtests.test(question):
            stock, ours = ask_both("/api/v2/" + question)
            assert (stock.status_code, ours.status_code) == statuses


def test_original_of_an_image_is_not_given_by_its_storage(ask_both: Ask, content: dict[str, int]) -> None:
    image = CustomImage.objects.get(pk=content["image"])

    _, ours = ask_both(f"/api/v2/images/{image.pk}/")

    assert ours.json()["meta"]["download_url"] == f"http://testserver{image.original_url}"  # type: ignore[attr-defined]
