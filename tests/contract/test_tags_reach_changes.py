"""A change reaches every answer that it changes: they share a tag. A CDN can be purged by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.test import Client
from taggit.models import TaggedItem
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Locale, Page, PageViewRestriction, Site

from api.caching.changes import touched_by, touched_by_move
from documents.models import CustomDocument, CustomImage
from pages import models
from tests.contract.crawl import VARIABLE, found_routes
from tests.factories import documents as files
from tests.factories import pages as build

QUESTIONS = {
    "search/": ["?q=heron"],
    "search/suggest/": ["?q=her"],
    "resolve/": ["?path=/heron/", "?path=/old/", "?path=/nothing/", "?path=/"],
    "find/": [],  # redirects, which nobody keeps
    "pages/": ["", "?fields=*", "?type=pages.NewsArticlePage&fields=*", "?locale=en", "?search=heron"],
}


@dataclass
class Kept:
    """What a cache has of an answer."""

    body: bytes
    tags: set[str]


@dataclass
class Town:
    """Public content, each thing referred to by the article."""

    home: Any
    article: Any
    topic: Any
    guidance: Any
    chapter: Any
    image: Any
    document: Any
    contact: Any
    notice: Any
    redirect: Any

    def ids(self) -> set[int]:
        return {thing.pk for thing in vars(self).values()}


@pytest.fixture
def town(s3_bucket: object) -> Town:
    home = build.home_page()
    topic = build.TopicPageFactory(title="Heron", slug="heron", show_in_menus=True)
    image, document = files.ImageFactory(), files.DocumentFactory()
    contact, notice = build.ContactFactory(), build.NoticeFactory()
    body = [
        ("text", f'<p><a linktype="page" id="{topic.pk}">x</a> <a linktype="document" id="{document.pk}">y</a></p>'),
        ("contact", {"contact": contact}),
        ("notice", {"notice": notice}),
        ("links", {"title": "", "links": [build.link(page=topic)]}),
    ]
    article = build.NewsArticlePageFactory(title="Heron seen", body=body, lead_image=image, lead_image_alt="A heron")
    article.page_topics.add(models.PageTopic(topic=topic))
    article.save_revision().publish()
    guidance = build.GuidancePageFactory()
    chapter = build.GuidanceChapterPageFactory(parent=guidance)
    redirect = Redirect.objects.create(old_path="/old", redirect_page=topic)
    settings = models.NavigationSettings.for_site(Site.objects.get())
    item = ("link", build.link(page=topic))
    settings.texts.add(models.NavigationMenu(locale=Locale.get_default(), name="main", items=[item]))
    settings.save()
    _promotion(article)
    return Town(home, article, topic, guidance, chapter, image, document, contact, notice, redirect)


def _questions(town: Town) -> Iterator[str]:
    for route in found_routes():
        addresses = [route.path]
        while variable := VARIABLE.search(addresses[0]):
            words = [
                "main",
                *(type(thing)._meta.label for thing in (town.contact, town.notice)),
                "pages.EmergencyBanner",
            ]
            values = [str(key) for key in sorted(town.ids())] if variable["converter"] == "int" else words
            addresses = [VARIABLE.sub(value, address, count=1) for address in addresses for value in values]
        ending = next((name for name in QUESTIONS if route.path.endswith(f"/{name}") and "<" not in route.path), None)
        for query in QUESTIONS[ending] if ending else [""]:
            yield from (address + query for address in addresses)


def _asked(api: Client, address: str) -> Kept:
    response = api.get(address)
    assert response.status_code in {200, 302, 404, 405, 410}, (address, response.content[:300])
    tags = set(response.get("Surrogate-Key", "").split())
    own = response["X-Request-ID"].encode()  # problems name the request that they answer
    return Kept(b"" if response.streaming else response.content.replace(own, b""), tags)


def _publish(thing: Any, **changes: Any) -> list[Model]:
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.save_revision().publish()
    return [thing]


def _save(thing: Any, **changes: Any) -> list[Model]:
    for name, value in changes.items():
        setattr(thing, name, value)
    thing.save()
    return [thing]


def _banner() -> list[Model]:
    banner = models.EmergencyBanner.for_site(Site.objects.get())
    banner.active = True
    banner.texts.add(models.EmergencyBannerText(locale=Locale.get_default(), heading="Flood"))
    banner.save()
    return [banner]


def _tagged(image: Any) -> list[Model]:
    image.tags.add("bird")
    kind = ContentType.objects.get_for_model(CustomImage)
    return list(TaggedItem.objects.filter(content_type=kind, object_id=image.pk))


def _promotion(page: Any) -> Model:
    return SearchPromotion.objects.create(query=Query.get("heron"), page=page, description="Look")


def _unpublish(page: Any) -> list[Model]:
    page.unpublish()
    return [page]


CHANGES: dict[str, Callable[[Town], list[Model]]] = {
    "title of a page": lambda town: _publish(town.topic, title="Grey heron"),
    "text of a page": lambda town: _publish(town.article, summary="Seen again"),
    "a new page": lambda _: [build.NewsArticlePageFactory(title="Heron again")],
    "a new page below one": lambda town: [build.TopicPageFactory(parent=town.topic, show_in_menus=True)],
    "a new page at an address that led nowhere": lambda _: [build.TopicPageFactory(slug="nothing")],
    "a new chapter": lambda town: [build.GuidanceChapterPageFactory(parent=town.guidance)],
    "title of a chapter": lambda town: _publish(town.chapter, title="Another"),
    "page withdrawn": lambda town: _unpublish(town.topic),
    "article withdrawn": lambda town: _unpublish(town.article),
    "translation": lambda town: _publish(town.home.copy_for_translation(Locale.objects.create(language_code="cy"))),
    "contact": lambda town: _publish(town.contact, title="New office"),
    "contact withdrawn": lambda town: _unpublish(town.contact),
    "notice": lambda town: _publish(town.notice, title="New notice"),
    "image": lambda town: _save(town.image, title="New image", description="A grey bird"),
    "image tagged": lambda town: _tagged(town.image),
    "document": lambda town: _save(town.document, title="New document"),
    "a new document": lambda _: [files.DocumentFactory()],
    "redirect": lambda town: [Redirect.objects.create(old_path="/nothing", redirect_page=town.home)],
    "redirect changed": lambda town: _save(town.redirect, redirect_page=town.home),
    "banner": lambda _: _banner(),
    "promotion": lambda town: [_promotion(town.topic)],
    "a new contact": lambda _: [build.ContactFactory()],
}
MOVES: dict[str, Callable[[Town], object]] = {
    "slug": lambda town: _publish(town.topic, slug="egret"),
    "place": lambda town: town.topic.move(town.guidance, "last-child"),
    "privacy": lambda town: PageViewRestriction.objects.create(page=town.topic, restriction_type="login"),
    "privacy of files": lambda _: CustomDocument.objects.update(collection=files.private_collection()),
}


@pytest.fixture
def kept(api: Client, town: Town) -> dict[str, Kept]:
    """What a cache has before the change."""
    return _all_that_is_kept(api, town)


def _all_that_is_kept(api: Client, town: Town) -> dict[str, Kept]:
    answers = {address: _asked(api, address) for address in _questions(town)}
    return {address: answer for address, answer in answers.items() if answer.tags}


def _out_of_date(api: Client, kept: dict[str, Kept]) -> dict[str, Kept]:
    changed = {address: before for address, before in kept.items() if _asked(api, address).body != before.body}
    assert changed, "the change shows somewhere"
    return changed


@pytest.mark.parametrize("name", CHANGES)
def test_change_reaches_every_answer_that_it_changes(api: Client, town: Town, kept: dict[str, Kept], name: str) -> None:
    changed = CHANGES[name](town)

    touched = frozenset().union(*(touched_by(thing) for thing in changed))

    missed = {address: before.tags for address, before in _out_of_date(api, kept).items() if not before.tags & touched}
    assert missed == {}


@pytest.mark.parametrize("name", MOVES)
def test_move_and_privacy_reach_every_answer(api: Client, town: Town, kept: dict[str, Kept], name: str) -> None:
    MOVES[name](town)

    assert all(before.tags & touched_by_move() for before in _out_of_date(api, kept).values())


def test_page_that_is_published_reaches_the_answers_that_lacked_it(api: Client, town: Town) -> None:
    town.topic.unpublish()
    before = _all_that_is_kept(api, town)
    page: Any = Page.objects.get(pk=town.topic.pk).specific

    _publish(page)

    missed = [address for address, was in _out_of_date(api, before).items() if not was.tags & touched_by(page)]
    assert missed == []
