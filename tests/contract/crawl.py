"""Asks every endpoint of the delivery API's router in many ways. A new endpoint is asked without a new test."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain

from django.test import Client
from django.urls import URLPattern, URLResolver
from wagtail.models import Page, get_page_models

from api.router import delivery_router
from tests.contract.world import CANARY, FOR_READERS, World

BASE = "/api/v2/"
NUMBER = "<int:pk>"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    address: str
    status: int
    text: str
    """Body and location."""


def routes() -> list[str]:
    """The addresses of all endpoints, a number in them written as in the URL configuration."""
    return [BASE + route for route in _flatten(delivery_router.get_urlpatterns(), "")]


def _flatten(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _flatten(pattern.url_patterns, route)
        else:
            yield route


def page_types() -> list[str]:
    """The names of all page types, as `?type=` has them."""
    return [model._meta.label for model in get_page_models() if model is not Page]


def questions(world: World) -> list[str]:
    """Query strings that should bring to light whatever can be."""
    secret = [*world.hidden(), *world.restricted()]
    searches = [f"search={word}" for word in (CANARY, FOR_READERS, "summary", "topic")]
    return [
        "",
        "fields=*",
        "fields=*&rich_text_format=db_html",
        "fields=*&rich_text_format=markdown",
        *chain.from_iterable((query, f"{query}&fields=*") for query in searches),
        f"tags={FOR_READERS}-tag",
        *(f"order={term}&fields=*" for term in ("title", "-title", "id", "-id", "random", "first_published_at")),
        *(f"type={name}&fields=*" for name in page_types()),
        f"type={','.join(page_types())}&fields=*",
        "locale=en&fields=*",
        "locale=cy&fields=*",
        "show_in_menus=false&fields=*",
        *(f"id={thing.pk}&fields=*" for thing in secret),
        *(
            f"{name}={page.pk}&fields=*"
            for name in ("child_of", "descendant_of", "ancestor_of", "translation_of", "alias_of")
            for page in _of_each_kind(world)
        ),
    ]


def _of_each_kind(world: World) -> list[Page]:
    hidden = [world.hidden_pages["draft"], world.hidden_pages["original of an alias"], world.restricted_pages["login"]]
    return [*hidden, world.public["live below a draft"], world.public["home"]]


def paths(world: World) -> list[str]:
    """Where the pages are, with and without a language."""
    relative = [page.url_path.removeprefix("/front") for page in world.secret_pages()]
    return [*relative, *(f"/cy{path}" for path in relative), *(f"http://localhost{path}" for path in relative)]


def crawl(world: World, client: Client, headers: dict[str, str]) -> Iterator[Answer]:
    """All answers to all questions."""
    ids = [thing.pk for thing in [*world.public.values(), *world.hidden(), *world.restricted()]]
    for route in routes():
        if NUMBER in route:
            addresses = [route.replace(NUMBER, str(number)) for number in ids]
            queries = ["", "?fields=*"]
        else:
            addresses = [route]
            asked = (f"html_path={path}" for path in paths(world)) if route.endswith("/find/") else questions(world)
            queries = [f"?{question}" for question in asked]
        for address in addresses:
            for query in queries:
                yield ask(client, address + query, headers)


def ask(client: Client, address: str, headers: dict[str, str]) -> Answer:
    """One answer."""
    response = client.get(address, headers=headers)
    content = b"" if response.streaming else response.content
    return Answer(address, response.status_code, content.decode() + response.get("Location", ""))
