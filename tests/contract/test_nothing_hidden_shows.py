"""Nothing hidden shows through the delivery API, in whatever way it is asked; readers see what is for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pytest
from django.test import Client
from wagtail.models import Page

from cms.accounts.models import User
from tests.contract.conftest import Credentials
from tests.contract.crawl import Answer, ask, crawl, routes
from tests.contract.world import CANARY, FOR_READERS, World
from tests.factories import people


def leaks(answers: Iterable[Answer], words: list[str]) -> list[str]:
    """Where one of the words was seen. A refusal may repeat what was asked; any other answer may not."""
    return [
        f"{word!r} in {answer.address}"
        for answer in answers
        for word in words
        if word in answer.text and not (answer.status >= 400 and word in answer.address)
    ]


def words_of(things: Iterable[object], *words: str) -> list[str]:
    return [*words, *(str(thing.pk) for thing in things)]  # type: ignore[attr-defined]


def test_public_sees_nothing_hidden_or_restricted(world: World, api: Client) -> None:
    answers = list(crawl(world, api, {}))

    assert leaks(answers, words_of([*world.hidden(), *world.restricted()], CANARY, FOR_READERS)) == []
    assert {answer.status for answer in answers} <= {200, 302, 400, 404, 405, 410}


@pytest.mark.parametrize("person", [people.reader, people.superuser], ids=lambda person: person.__name__)
def test_nobody_sees_what_is_not_published(
    world: World, api: Client, credentials: Credentials, person: Callable[[], User]
) -> None:
    headers = credentials(person())
    hidden = [thing for name, thing in world.hidden_pages.items() if name != "original of an alias"]

    answers = list(crawl(world, api, headers))

    assert leaks(answers, words_of([*hidden, *world.hidden_snippets.values()])) == []
    assert {answer.status for answer in answers} <= {200, 302, 400, 404, 405, 410}


def test_account_without_a_role_sees_what_is_for_any_account_only(
    world: World, api: Client, credentials: Credentials
) -> None:
    headers = credentials(people.outsider())

    answers = list(crawl(world, api, headers))

    for_readers = [world.restricted_pages["group"], *world.restricted_files.values()]
    assert leaks(answers, words_of([*world.hidden(), *for_readers], CANARY)) == []
    assert leaks(answers, words_of([world.restricted_pages["login"]]))


def test_reader_sees_what_is_restricted(world: World, api: Client, credentials: Credentials) -> None:
    headers = credentials(people.reader())
    things = {
        "pages": list(world.restricted_pages.values()),
        "images": [file for name, file in world.restricted_files.items() if name.startswith("image")],
        "documents": [file for name, file in world.restricted_files.items() if name.startswith("document")],
    }

    for name, restricted in things.items():
        listed = api.get(f"/api/v2/{name}/?limit=100", headers=headers).json()["items"]
        for thing in restricted:
            assert thing.pk in {item["id"] for item in listed}
            detail = api.get(f"/api/v2/{name}/{thing.pk}/", headers=headers)
            assert detail.json()["title"] == thing.title
            assert ask(api, f"/api/v2/{name}/find/?id={thing.pk}", headers).status == 302
    for page in world.restricted_pages.values():
        assert ask(api, f"/api/v2/pages/find/?html_path={_path(page)}", headers).status == 302
    for document in things["documents"]:
        assert ask(api, f"/api/v2/documents/{document.pk}/download/", headers).status in {200, 302}
        assert ask(api, f"/api/v2/documents/{document.pk}/download/", {}).status == 404


def _path(page: Page) -> str:
    path: str = page.url_path
    return path.removeprefix("/front")


def test_reader_sees_what_public_pages_refer_to(world: World, api: Client, credentials: Credentials) -> None:
    article = f"/api/v2/pages/{world.public['article'].pk}/"
    for_public = api.get(article).json()
    for_reader = api.get(article, headers=credentials(people.reader())).json()

    assert for_public["lead_image"] is None
    assert for_reader["lead_image"]["id"] == world.restricted_files["image direct"].pk
    assert for_public["topics"] == []
    assert {topic["title"] for topic in for_reader["topics"]} == {
        page.title for name, page in world.restricted_pages.items() if name != "organisation"
    }


def test_search_does_not_even_count_what_is_hidden(world: World, api: Client, credentials: Credentials) -> None:
    headers = credentials(people.reader())

    for name, number_for_readers in {"pages": 4, "images": 2, "documents": 2}.items():
        address = f"/api/v2/{name}/?search="
        assert api.get(address + CANARY).json() == {"meta": {"total_count": 0}, "items": []}
        assert api.get(address + FOR_READERS).json() == {"meta": {"total_count": 0}, "items": []}
        assert api.get(address + CANARY, headers=headers).json()["meta"]["total_count"] == 0
        assert api.get(address + FOR_READERS, headers=headers).json()["meta"]["total_count"] == number_for_readers


def test_hidden_parent_and_hidden_original_are_null(world: World, api: Client) -> None:
    below_a_draft = api.get(f"/api/v2/pages/{world.public['live below a draft'].pk}/").json()
    alias = api.get(f"/api/v2/pages/{world.public['alias'].pk}/").json()

    assert below_a_draft["meta"]["parent"] is None
    assert alias["meta"]["alias_of"] is None


def test_crawl_asks_every_endpoint() -> None:
    asked = routes()

    for name in ("pages", "images", "documents"):
        assert {f"/api/v2/{name}/", f"/api/v2/{name}/<int:pk>/", f"/api/v2/{name}/find/"} <= set(asked)
    assert "/api/v2/documents/<int:pk>/download/" in asked
