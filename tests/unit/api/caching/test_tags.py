"""What an answer carries, and what a change touches: they meet, and they tell nothing about what is hidden."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client
from wagtail.models import Collection, Locale, Page, PageViewRestriction, Site

from api.caching.changes import touched_by, touched_by_move
from api.caching.receivers import content_models
from api.caching.tags import ANY_CHANGE, EVERY_ANSWER, MAX_HEADER_BYTES, MAX_TAGS, bounded, hidden_tag, object_tag
from documents.models import CustomDocument, CustomImage
from pages import models
from tests.factories import documents as files
from tests.factories import pages as build

pytestmark = pytest.mark.django_db

PAGES = "/api/v2/pages/"


def tags(api: Client, address: str) -> set[str]:
    """The tags of an answer, after checking that both headers name the same."""
    response = api.get(address)
    assert response.status_code == 200, response.content
    assert response["Surrogate-Key"].split(" ") == response["Cache-Tag"].split(",")
    return set(response["Surrogate-Key"].split(" "))


def detail(page: Page) -> str:
    return f"{PAGES}{page.pk}/"


def test_page_depends_on_itself_its_site_and_every_answer_on_what_is_far_reaching(api: Client) -> None:
    page = build.TopicPageFactory()

    found = tags(api, detail(page))

    assert {f"page-{page.pk}", EVERY_ANSWER, f"site-{Site.objects.get().pk}"} <= found
    assert touched_by(page) & found


def test_list_depends_on_its_rows_and_its_type(api: Client) -> None:
    page = build.TopicPageFactory()

    found = tags(api, PAGES)

    assert {"type-wagtailcore.Page", f"page-{page.pk}"} <= found
    assert touched_by(build.TopicPageFactory.build(path="00010001", translation_key=page.translation_key)) & found


def test_list_of_a_type_depends_on_that_type_only(api: Client) -> None:
    found = tags(api, f"{PAGES}?type=pages.newsarticlepage,pages.EventPage")

    assert {"type-pages.NewsArticlePage", "type-pages.EventPage"} <= found
    assert "type-wagtailcore.Page" not in found
    assert touched_by(build.NewsArticlePageFactory()) & found
    assert not touched_by(build.TopicPageFactory()) & found


def test_list_in_a_language_says_so(api: Client) -> None:
    assert "locale-en" in tags(api, f"{PAGES}?locale=en")


def with_body(*blocks: tuple[str, Any]) -> Page:
    page = build.NewsArticlePageFactory(body=list(blocks))
    assert isinstance(page, Page)
    return page


def _page(live: bool) -> tuple[Page, Page]:
    target = build.TopicPageFactory(live=live)
    return target, with_body(("text", f'<p><a linktype="page" id="{target.pk}">x</a></p>'))


def _link_block(live: bool) -> tuple[Page, Page]:
    target = build.TopicPageFactory(live=live)
    return target, with_body(("links", {"title": "", "links": [build.link(page=target)]}))


def _topic(live: bool) -> tuple[Page, Page]:
    target = build.TopicPageFactory(live=live)
    page = with_body()
    page.page_topics.add(models.PageTopic(topic=target))
    page.save()
    return target, page


def _contact(live: bool) -> tuple[Model, Page]:
    target = build.ContactFactory(live=live)
    return target, with_body(("contact", {"contact": target}))


def _notice(live: bool) -> tuple[Model, Page]:
    target = build.NoticeFactory(live=live)
    return target, with_body(("notice", {"notice": target}))


def _place(live: bool) -> Collection:
    return Collection.get_first_root_node() if live else files.private_collection()


def _image(live: bool) -> tuple[Model, Page]:
    row = CustomImage(title="x", file="original_images/x.png", width=9, height=9, file_size=1, collection=_place(live))
    target = CustomImage.objects.bulk_create([row])[0]
    return target, build.NewsArticlePageFactory(lead_image=target, lead_image_alt="A picture")


def _document(live: bool) -> tuple[Model, Page]:
    row = CustomDocument(title="x", file="documents/x.pdf", file_size=1, collection=_place(live))
    target = CustomDocument.objects.bulk_create([row])[0]
    return target, with_body(("text", f'<p><a linktype="document" id="{target.pk}">x</a></p>'))


REFERENCES = [_page, _link_block, _topic, _contact, _notice, _image, _document]
Refer = Callable[[bool], tuple[Any, Page]]


@pytest.mark.parametrize("refer", REFERENCES)
def test_answer_depends_on_what_it_refers_to(api: Client, refer: Refer) -> None:
    target, page = refer(True)

    found = tags(api, detail(page))

    assert object_tag(type(target), target.pk) in found
    assert touched_by(target) & found - {f"page-{page.pk}"}


@pytest.mark.parametrize("refer", REFERENCES)
def test_answer_depends_on_what_it_would_show_but_does_not_tell_what_that_is(api: Client, refer: Refer) -> None:
    target, page = refer(False)

    found = tags(api, detail(page))

    assert hidden_tag(Page if isinstance(target, Page) else type(target), target.pk) in found
    assert object_tag(type(target), target.pk) not in found
    assert touched_by(target) & found, "publishing it reaches the answers that lack it"


def test_hidden_tag_needs_the_key(settings: Any) -> None:
    before = hidden_tag(Page, 7)
    settings.SECRET_KEY = "another key, fifty characters long and then some more"

    assert hidden_tag(Page, 7) != before
    assert hidden_tag(Page, 8) != hidden_tag(Page, 7)
    assert hidden_tag(CustomImage, 7) != hidden_tag(Page, 7)
    assert len(before) == 18


def test_guidance_depends_on_chapters_that_it_has_and_may_get(api: Client) -> None:
    guidance = build.GuidancePageFactory()
    chapter = build.GuidanceChapterPageFactory(parent=guidance)

    found = tags(api, detail(guidance))

    assert f"page-{chapter.pk}" in found
    new = build.GuidanceChapterPageFactory(parent=guidance)
    assert touched_by(new) & found - {ANY_CHANGE}


def test_page_depends_on_its_translations(api: Client) -> None:
    home = build.home_page()
    found = tags(api, detail(home))

    welsh = home.copy_for_translation(Locale.objects.create(language_code="cy"))

    assert touched_by(welsh) & found


@pytest.mark.parametrize(
    "make",
    [
        lambda: files.collection("New"),
        lambda: PageViewRestriction.objects.create(page=build.home_page(), restriction_type="login"),
        lambda: Site.objects.get(),
        lambda: Locale.objects.get(),
    ],
)
def test_what_is_far_reaching_touches_every_answer(api: Client, make: Callable[[], Model]) -> None:
    found = [tags(api, address) for address in (PAGES, "/api/v2/images/", detail(build.TopicPageFactory()))]

    assert all(touched_by(make()) & carried for carried in found)
    assert all(touched_by_move() & carried for carried in found)


def test_every_content_model_touches_something() -> None:
    """Also those that are yet to be written: none of them may fail here."""
    for model in content_models():
        if not model._meta.auto_created and not issubclass(model, Page):
            assert touched_by(model(pk=7))


def test_parts_of_a_page_touch_the_page() -> None:
    page = build.TopicPageFactory()
    row = models.PageTopic.objects.create(page=page, topic=build.TopicPageFactory())

    assert f"page-{page.pk}" in touched_by(row)


def test_settings_touch_what_is_made_of_them() -> None:
    banner = models.EmergencyBanner.for_site(Site.objects.get())

    assert "settings" in touched_by(banner)
    assert "navigation" in touched_by(models.NavigationSettings.for_site(Site.objects.get()))


def test_many_tags_become_few() -> None:
    many = {
        EVERY_ANSWER,
        "site-1",
        "locale-en",
        *(f"page-{number}" for number in range(MAX_TAGS)),
        "image-1",
        "document-2",
        "snippet-pages.Contact-3",
        hidden_tag(Page, 4),
    }

    assert bounded(many) == sorted(
        [
            EVERY_ANSWER,
            ANY_CHANGE,
            "site-1",
            "locale-en",
            "type-wagtailcore.Page",
            "type-documents.CustomImage",
            "type-documents.CustomDocument",
            "type-pages.Contact",
        ]
    )


def test_long_tags_become_few_too() -> None:
    assert bounded({f"snippet-pages.{'X' * 500}-{number}" for number in range(50)}) == [f"type-pages.{'X' * 500}"]
    endless = [f"type-{'x' * 100}{number}" for number in range(MAX_TAGS)]
    assert len(" ".join(endless)) > MAX_HEADER_BYTES
    assert bounded(endless) == [ANY_CHANGE, EVERY_ANSWER]


def test_collapsed_answer_is_reached_by_every_change(api: Client) -> None:
    topic = build.TopicPageFactory()
    keys = [topic.pk, *range(900_000, 900_000 + MAX_TAGS)]
    links = "".join(f'<a linktype="page" id="{key}">x</a>' for key in keys)
    page = with_body(("text", f"<p>{links}</p>"))

    found = tags(api, detail(page))

    assert len(found) < 20
    assert ANY_CHANGE in found
    for changed in (topic, page, build.NoticeFactory()):
        assert touched_by(changed) & found
