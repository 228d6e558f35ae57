"""Asks every endpoint of the delivery API's router in many ways. A new endpoint is asked without a new test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.apps import apps
from django.test import Client
from django.urls import URLPattern, URLResolver
from wagtail.models import Page, get_page_models

from api.openapi.operations import Operation, Parameter
from api.router import delivery_router
from api.viewsets.base import DeliveryViewSet
from tests.contract.openapi import assert_as_documented
from tests.contract.world import CANARY, FOR_READERS, World

BASE = "/api/v2/"
VALUES_FOR_EACH_NUMBER = 2
"""Of a parameter, where an address is asked for every id that there is."""
VARIABLE = re.compile(r"<(?:(?P<converter>\w+):)?\w+>")


@dataclass(frozen=True)
class Answer:
    """What came back."""

    address: str
    status: int
    text: str
    """Body, location, and what it depends on."""


@dataclass(frozen=True)
class Route:
    """One address of the router, its variable parts written as in the URL configuration, and who answers there."""

    path: str
    view: Any

    @property
    def is_one_of_wagtails(self) -> bool:
        """Lists, details and finds, whose parameters depend on the type that is asked for."""
        return issubclass(self.view.cls, DeliveryViewSet)

    @property
    def is_named_by_a_word(self) -> bool:
        """Whether the address has variable parts, none of which is a number."""
        kinds = {variable["converter"] for variable in VARIABLE.finditer(self.path)}
        return bool(kinds) and "int" not in kinds

    @property
    def is_asked_for_each_number(self) -> bool:
        """Whether the address has the id of something in it."""
        return "<int:" in self.path

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """What a GET there declares to understand."""
        operation = _operation(self.view)
        return operation.parameters if operation else ()


def _operation(view: Any) -> Operation | None:
    """What a view declares about a GET."""
    action = getattr(view, "actions", {"get": "get"}).get("get")
    declared: Sequence[Operation] = getattr(view.cls, "operations", ())
    return next((operation for operation in declared if operation.action == action), None)


def media_type_of(view: Any) -> str:
    """What a GET is answered with, when all is well: JSON unless the view declares something else."""
    operation = _operation(view)
    answer = operation.answers.get(200) if operation else None
    return answer.media_type if answer else "application/json"


def found_routes() -> list[Route]:
    """All routes of the delivery API's router."""
    return list(_flatten(delivery_router.get_urlpatterns(), BASE))


def routes() -> list[str]:
    """Their addresses."""
    return [route.path for route in found_routes()]


def _flatten(patterns: Iterable[URLPattern | URLResolver], prefix: str) -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern).removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from _flatten(pattern.url_patterns, path)
        else:
            yield Route(path, pattern.callback)


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
    redirected = [f"/old-{marker}-{page.pk}/" for page in world.secret_pages() for marker in (CANARY, FOR_READERS)]
    elsewhere = [f"{prefix}{path}" for prefix in ("/cy", "http://localhost") for path in relative]
    return [*relative, *redirected, *elsewhere]


def crawl(world: World, client: Client, headers: dict[str, str]) -> Iterator[Answer]:
    """All answers to all questions."""
    for route in found_routes():
        first, *others = _queries(route, world)
        for address in _addresses(route, world):
            yield (answer := ask(client, address + first, headers))
            if answer.status == HTTPStatus.NOT_FOUND and route.is_named_by_a_word:
                continue  # most words name nothing, whatever else is asked
            for query in others:
                yield ask(client, address + query, headers)


def filled(path: str, number: int) -> str:
    """The path with something in each of its variable parts."""
    return VARIABLE.sub(lambda part: str(number) if part["converter"] == "int" else "pages.Contact", path)


def _addresses(route: Route, world: World) -> list[str]:
    """The addresses of a route, each of its variable parts filled in with all that there is to try."""
    addresses = [route.path]
    while variable := VARIABLE.search(addresses[0]):
        things = [*world.public.values(), *world.hidden(), *world.restricted(), world.hidden_form]
        ids = [str(thing.pk) for thing in things]
        words = names_of_all_kinds(world) if route.is_named_by_a_word else names_of_kinds_in(world)
        values = ids if variable["converter"] == "int" else words
        addresses = [VARIABLE.sub(value, address, count=1) for address in addresses for value in values]
    return addresses


def names_of_all_kinds(world: World) -> list[str]:
    """What a word in an address may be: models, menus, and what editors call hidden things."""
    return [*(model._meta.label for model in apps.get_models()), "main", "service", CANARY, FOR_READERS]


def names_of_kinds_in(world: World) -> list[str]:
    """Models of what there is. Where a number follows the word, more would be too many."""
    things = [*world.public.values(), *world.hidden(), *world.restricted()]
    return sorted({thing._meta.label for thing in things})


def _queries(route: Route, world: World) -> list[str]:
    if route.is_one_of_wagtails and not route.is_named_by_a_word:
        if VARIABLE.search(route.path):
            return ["", "?fields=*"]
        if route.path.endswith("/find/"):
            return [f"?html_path={path}" for path in paths(world)]
        return [f"?{question}" for question in questions(world)]
    most = VALUES_FOR_EACH_NUMBER if route.is_asked_for_each_number else None
    return [f"?{question}" if question else "" for question in _declared_questions(route.parameters, world, most)]


def _declared_questions(parameters: Sequence[Parameter], world: World, most: int | None) -> Iterator[str]:
    """Questions by the parameters that an operation declares: each one with every value that could bring out more.

    At most `most` values of each, if that is a number.
    """
    required = {parameter.name: values_of(parameter, world)[0] for parameter in parameters if parameter.required}
    facets = {
        parameter.name: "type,locale,organisation,topic" for parameter in parameters if parameter.name == "facets"
    }
    yield urlencode(required)
    for parameter in parameters:
        for value in values_of(parameter, world)[:most]:
            yield urlencode(required | facets | {parameter.name: value})


def values_of(parameter: Parameter, world: World) -> list[str]:
    """Values to try for a parameter, by its name. Others are tried with hidden ids and words."""
    secret = [*world.hidden(), *world.restricted()]
    by_name = {
        "q": [CANARY, FOR_READERS, CANARY[:3], FOR_READERS[:4], "summary", "topic", "refers"],
        "search": [CANARY, FOR_READERS, "summary"],
        "path": paths(world),
        "html_path": paths(world),
        "current": [*paths(world), *(str(page.pk) for page in world.secret_pages())],
        "locale": ["en", "cy"],
        "site": ["localhost"],
        "type": [",".join(page_types()), *page_types()],
        "format": ["json"],
        "_": ["1"],
        "fields": ["*"],
        "rich_text_format": ["html", "db_html", "markdown", "db_markdown", "ast"],
        "depth": ["5"],
        "renditions": ["width-320"],
        "limit": ["100"],
        "offset": ["1"],
    }
    enumerated = [str(value) for value in parameter.schema.get("enum", [])]
    return by_name.get(parameter.name) or enumerated or [CANARY, FOR_READERS, *(str(thing.pk) for thing in secret)]


def ask(client: Client, address: str, headers: dict[str, str]) -> Answer:
    """One answer, which is as the OpenAPI document says."""
    response = client.get(address, headers=headers)
    assert_as_documented("get", address, response)
    content = b"" if response.streaming else response.content
    return Answer(
        address,
        response.status_code,
        content.decode() + response.get("Location", "") + response.get("Surrogate-Key", ""),
    )
