"""What blocks and fields refer to: shown to those who may see it, loaded in bulk."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from wagtail.api import APIField
from wagtail.models import Page as WagtailPage
from wagtail.models import PageViewRestriction, Site

from pages import models, representations
from pages.models.base import BasePage
from pages.plain import field_value
from tests.factories import pages as factories
from tests.factories import people
from tests.factories.documents import DocumentFactory, ImageFactory, private_collection
from tests.unit.pages.conftest import Context

pytestmark = pytest.mark.django_db


def represent(value: Any, context: Context) -> list[dict[str, Any]]:
    """A stream as the API shows it."""
    represented: list[dict[str, Any]] = value.stream_block.get_api_representation(value, context)
    json.dumps(represented)
    return represented


def only_block(page: BasePage, context: Context) -> Any:
    (block,) = represent(page.body, context)
    return block["value"]


def article(*blocks: tuple[str, Any]) -> models.NewsArticlePage:
    """A stored article with these blocks, read back from the database."""
    page = factories.NewsArticlePageFactory(body=list(blocks))
    return models.NewsArticlePage.objects.get(pk=page.pk)


def test_a_link_to_a_page_has_its_title_and_address(anonymous: Context) -> None:
    target = factories.section("Canals")
    page = article(("call_to_action", factories.link(page=target) | {"style": "primary"}))
    link = {"id": target.pk, "type": "pages.SectionPage", "title": "Canals", "url": "/canals/"}
    assert only_block(page, anonymous) == {"page": link, "url": "/canals/", "text": "Canals", "style": "primary"}


def test_a_link_to_another_website_has_its_address(anonymous: Context) -> None:
    page = article(("links", {"title": "More", "links": [factories.link(url="https://a.example/", text="A")]}))
    assert only_block(page, anonymous)["links"] == [{"page": None, "url": "https://a.example/", "text": "A"}]


def test_a_link_to_another_site_of_this_service_has_its_whole_address(anonymous: Context) -> None:
    elsewhere = factories.HomePageFactory(title="Elsewhere")
    Site.objects.create(hostname="elsewhere.example", port=443, root_page=elsewhere)
    page = article(("call_to_action", factories.link(page=elsewhere) | {"style": "primary"}))
    assert only_block(page, anonymous)["url"] == "https://elsewhere.example/"


def test_a_page_outside_all_sites_is_no_target(anonymous: Context) -> None:
    page = article(("call_to_action", factories.link(page=factories.HomePageFactory()) | {"style": "primary"}))
    assert only_block(page, anonymous) is None


def test_an_image_has_the_text_of_the_place_that_shows_it(anonymous: Context) -> None:
    image = ImageFactory.create(title="IMG_0042")
    value = {
        "image": image,
        "decorative": False,
        "alt_text": "A lock gate",
        "caption": "Built in 1827",
        "credit": "CRT",
    }
    shown = only_block(article(("image", value)), anonymous)
    assert shown["caption"] == "Built in 1827"
    assert shown["image"]["id"] == image.pk
    assert shown["image"]["alt"] == "A lock gate"
    assert shown["image"]["decorative"] is False
    assert {"width", "height", "renditions"} <= shown["image"].keys()


def test_a_decorative_image_has_an_empty_text(anonymous: Context) -> None:
    image = ImageFactory.create(description="Should not be read out")
    value = {"image": image, "decorative": True, "alt_text": "", "caption": "", "credit": ""}
    shown = only_block(article(("image", value)), anonymous)
    assert (shown["image"]["alt"], shown["image"]["decorative"]) == ("", True)


def test_a_document_has_its_size_and_type(anonymous: Context) -> None:
    document = DocumentFactory.create(title="Annual report")
    item = {"document": document, "title": "", "language": "cy", "accessible": True}
    shown = only_block(article(("attachments", {"title": "", "attachments": [item]})), anonymous)
    (attachment,) = shown["attachments"]
    assert attachment["title"] == "Annual report"
    assert {"id", "title", "url", "size", "content_type"} <= attachment["document"].keys()


def test_a_contact_shows_its_channels(anonymous: Context) -> None:
    contact = factories.ContactFactory.create(title="Canal office")
    shown = only_block(article(("contact", {"contact": contact})), anonymous)
    assert shown["contact"]["title"] == "Canal office"
    assert shown["contact"]["channels"][0]["value"]["email"] == "office@example.gov.uk"


def test_a_notice_links_to_what_is_public_only(anonymous: Context) -> None:
    draft = factories.NewsArticlePageFactory(live=False)
    notice = factories.NoticeFactory.create(body=f'<p><a linktype="page" id="{draft.pk}">Rules</a> change.</p>')
    shown = only_block(article(("notice", {"notice": notice})), anonymous)
    assert shown["notice"]["body"] == "<p>Rules change.</p>"


def hidden_things() -> dict[str, Model]:
    """One of each kind that an anonymous reader may not see."""
    private = factories.NewsArticlePageFactory(title="CANARY private", slug="canary-private")
    PageViewRestriction.objects.create(page=private, restriction_type=PageViewRestriction.LOGIN)
    under_private = factories.GuidancePageFactory(title="CANARY parent", slug="canary-parent")
    PageViewRestriction.objects.create(page=under_private, restriction_type=PageViewRestriction.LOGIN)
    collection = private_collection()
    return {
        "draft": factories.NewsArticlePageFactory(title="CANARY draft", slug="canary-draft", live=False),
        "private": private,
        "under_private": factories.GuidanceChapterPageFactory(title="CANARY child", parent=under_private),
        "image": ImageFactory.create(title="CANARY image", collection=collection),
        "document": DocumentFactory.create(title="CANARY document", collection=collection),
        "contact": factories.ContactFactory.create(title="CANARY contact", live=False),
        "notice": factories.NoticeFactory.create(title="CANARY notice", live=False),
    }


def page_full_of(things: dict[str, Any]) -> models.NewsArticlePage:
    """An article that refers to all of these, in every way there is."""
    targets = [things["draft"], things["private"], things["under_private"]]
    links = [factories.link(page=target) for target in targets]
    prose = " ".join(f'<a linktype="page" id="{target.pk}">word</a>' for target in targets)
    prose += f' <a linktype="document" id="{things["document"].pk}">word</a>'
    prose += f" <a linktype='page' id='{things['draft'].pk}'>word</a>"
    prose += f'<embed embedtype="image" id="{things["image"].pk}" alt="CANARY" format="left"/>'
    attachment = {"document": things["document"], "title": "", "language": "", "accessible": False}
    picture = {"image": things["image"], "decorative": False, "alt_text": "CANARY", "caption": "", "credit": ""}
    return article(
        ("text", f"<p>{prose}</p>"),
        ("callout", {"kind": "inset", "title": "", "text": f"<p>{prose}</p>"}),
        ("steps", {"title": "", "steps": [{"title": "One", "text": f"<p>{prose}</p>"}]}),
        ("faq", {"title": "", "questions": [{"question": "?", "answer": f"<p>{prose}</p>"}]}),
        ("links", {"title": "", "links": links}),
        ("call_to_action", links[0] | {"style": "primary"}),
        ("attachments", {"title": "", "attachments": [attachment]}),
        ("image", picture),
        ("contact", {"contact": things["contact"]}),
        ("notice", {"notice": things["notice"]}),
    )


def ids_in(value: Any) -> set[Any]:
    """All values under a key `id` that are numbers (a block's own id is text), wherever they are."""
    if isinstance(value, dict):
        own = {value["id"]} if isinstance(value.get("id"), int) else set()
        return own.union(*[ids_in(item) for item in value.values()])
    if isinstance(value, list):
        return set().union(*[ids_in(item) for item in value])
    return set()


@pytest.mark.parametrize("rich_text_format", ["html", "db_html", "markdown", "db_markdown"])
@pytest.mark.parametrize("prefetched", [True, False], ids=["in a list", "alone"])
def test_what_may_not_be_seen_leaves_no_trace(
    context_for: Callable[..., Context], rich_text_format: str, prefetched: bool
) -> None:
    page = page_full_of(hidden_things())
    context = context_for(query=f"rich_text_format={rich_text_format}")
    if prefetched:
        representations.prefetch([page], context["request"])
    shown = represent(page.body, context)
    text = json.dumps(shown)
    assert "CANARY" not in text
    assert "canary" not in text
    assert ids_in(shown) == set()
    assert "linktype" not in text
    assert "wagtail://" not in text
    assert text.count("word") == 20
    by_type = {block["type"]: block["value"] for block in shown}
    assert by_type["call_to_action"] is by_type["image"] is by_type["contact"] is by_type["notice"] is None
    assert by_type["links"]["links"] == by_type["attachments"]["attachments"] == []


def test_a_reader_who_may_see_them_gets_private_pages(context_for: Callable[..., Context]) -> None:
    things = hidden_things()
    page = page_full_of(things)
    shown = represent(page.body, context_for(people.outsider()))
    text = json.dumps(shown)
    assert "CANARY private" in text
    assert "CANARY child" in text
    assert "CANARY draft" not in text
    assert "CANARY contact" not in text


def test_without_a_request_nothing_is_shown() -> None:
    page = article(("links", {"title": "", "links": [factories.link(page=factories.section())]}))
    assert page.body.stream_block.get_api_representation(page.body)[0]["value"]["links"] == []


def test_rich_text_links_do_not_follow_the_language_of_the_browser(context_for: Callable[..., Context]) -> None:
    target = factories.section("Canals")
    page = article(("text", f'<p><a linktype="page" id="{target.pk}">Canals</a></p>'))
    assert only_block(page, context_for()) == '<p><a href="http://localhost/canals/">Canals</a></p>'
    kept = only_block(page, context_for(query="rich_text_format=db_html"))
    assert kept == f'<p><a linktype="page" id="{target.pk}">Canals</a></p>'
    assert (
        only_block(page, context_for(query="rich_text_format=markdown")).strip() == "[Canals](http://localhost/canals/)"
    )


def test_prefetching_does_not_lose_what_may_not_be_seen_when_the_page_is_saved(anonymous: Context) -> None:
    page = page_full_of(hidden_things())
    before = copy.deepcopy(page.body.get_prep_value())
    representations.prefetch([page], anonymous["request"])
    assert page.body.get_prep_value() == before


def rich_page(number: int) -> models.PublicationPage:
    """A publication that refers to things of its own, of every kind."""
    target = factories.SectionPageFactory()
    document = DocumentFactory.create()
    contact = factories.ContactFactory.create()
    notice = factories.NoticeFactory.create(body=f'<p><a linktype="page" id="{target.pk}">x</a></p>')
    picture = {"image": ImageFactory.create(), "decorative": False, "alt_text": "x", "caption": "", "credit": ""}
    prose = f'<p><a linktype="page" id="{target.pk}">x</a><a linktype="document" id="{document.pk}">y</a></p>'
    page: models.PublicationPage = factories.PublicationPageFactory(
        lead_image=ImageFactory.create(),
        body=[
            ("text", prose),
            ("accordion", {"sections": [{"heading": "x", "summary": "", "text": prose}] * 2}),
            ("links", {"title": "", "links": [factories.link(page=target), factories.link(page=factories.section())]}),
            ("image", picture),
            ("contact", {"contact": contact}),
            ("notice", {"notice": notice}),
        ],
    )
    models.PublicationAttachment.objects.create(page=page, title="Report", document=document)
    models.PageTopic.objects.create(page=page, topic=factories.TopicPageFactory())
    models.PageOrganisation.objects.create(page=page, organisation=factories.OrganisationPageFactory())
    return page


def serialize(page: BasePage, context: Context) -> dict[str, Any]:
    """All fields of a page that this app's serializers show."""
    shown = {}
    for field in APIField.get_fields_for_model(type(page)):
        if field.serializer is not None:
            shown[field.name] = field_value(page, field.name, context)
        elif hasattr(getattr(page, field.name), "stream_block"):
            shown[field.name] = represent(getattr(page, field.name), context)
        elif hasattr(getattr(page, field.name), "all"):
            rows = getattr(page, field.name).all()
            shown[field.name] = [
                {item.name: field_value(row, item.name, context) for item in row.api_fields if item.serializer}
                for row in rows
            ]
    return shown


def queries_for_list(model: type[BasePage], rows: int, context: Context) -> tuple[int, list[dict[str, Any]]]:
    """How many queries it takes to list the first pages of a type with all their fields, and what came out."""
    WagtailPage.objects.first().specific_class  # noqa: B018  # content types are cached by Django
    with CaptureQueriesContext(
        connection,
    ) as captured:
        pages = list(model.objects.prefetch_related(*model.api_prefetch).order_by("pk")[:rows])
        representations.prefetch(pages, context["request"], context)
        shown = [serialize(page, context) for page in pages]
    assert len(pages) == rows
    return len(captured), shown


def test_the_number_of_queries_does_not_grow_with_the_rows(context_for: Callable[..., Context]) -> None:
    for number in range(12):
        rich_page(number)
    queries_for_list(models.PublicationPage, 1, context_for())
    few, _ = queries_for_list(models.PublicationPage, 3, context_for())
    many, shown = queries_for_list(models.PublicationPage, 12, context_for())
    assert many == few
    assert all(page["topics"] and page["organisations"] and page["attachments"][0]["document"] for page in shown)
    assert all(page["lead_image"] and all(block["value"] for block in page["body"]) for page in shown)


def test_chapters_of_many_pages_are_one_query(context_for: Callable[..., Context]) -> None:
    for _ in range(6):
        guidance = factories.GuidancePageFactory()
        for title in ("Second", "First"):
            factories.GuidanceChapterPageFactory(parent=guidance, title=title)
        factories.GuidanceChapterPageFactory(parent=guidance, title="Hidden", live=False)
    queries_for_list(models.GuidancePage, 1, context_for())
    few, _ = queries_for_list(models.GuidancePage, 2, context_for())
    many, shown = queries_for_list(models.GuidancePage, 6, context_for())
    assert many == few
    assert [chapter["title"] for chapter in shown[0]["chapters"]] == ["Second", "First"]


def test_the_number_of_queries_does_not_grow_with_the_blocks_of_one_page(context_for: Callable[..., Context]) -> None:
    def page_with(count: int) -> models.NewsArticlePage:
        things = [factories.SectionPageFactory() for _ in range(count)]
        blocks = [("links", {"title": "", "links": [factories.link(page=thing)]}) for thing in things]
        prose = [("text", f'<p><a linktype="page" id="{thing.pk}">x</a></p>') for thing in things]
        pictures = [
            ("image", {"image": ImageFactory.create(), "decorative": True, "alt_text": "", "caption": "", "credit": ""})
            for _ in range(count)
        ]
        return article(*blocks, *prose, *pictures)

    def queries(page: models.NewsArticlePage) -> int:
        context = context_for()
        with CaptureQueriesContext(connection) as captured:
            represent(page.body, context)
        return len(captured)

    small, large = page_with(2), page_with(10)
    queries(small)
    assert queries(large) == queries(small)
