"""What a viewset says about its operations: the one place where its parameters are named and its answers described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = Mapping[str, Any]
"""A JSON Schema of draft 2020-12. What others share is referred to: see `component`."""


def component(name: str) -> Schema:
    """A reference to a shared schema of the document, such as `component("PageLink")`."""
    return {"$ref": f"#/components/schemas/{name}"}


@dataclass(frozen=True)
class Parameter:
    """One parameter of the query, or a header."""

    name: str
    description: str
    schema: Schema = field(default_factory=lambda: {"type": "string"})
    location: str = "query"
    required: bool = False


@dataclass(frozen=True)
class Answer:
    """What an operation answers with one status."""

    description: str
    schema: Schema | None = None
    """None: an answer without a body."""
    media_type: str = "application/json"


@dataclass(frozen=True)
class Operation:
    """One method of a viewset, as its URL pattern names it.

    Refusals that every endpoint knows (400, 401, 405, 429, 503 …) need not be named here.
    """

    action: str
    summary: str
    answers: Mapping[int, Answer]
    parameters: tuple[Parameter, ...] = ()
    description: str = ""
    body: Schema | None = None


FORMAT = Parameter("format", "Only `json`.", {"const": "json"})
CACHE_BUSTER = Parameter("_", "Ignored.")
SITE = Parameter("site", "Host name of a site, with a port if need be, or its id. Default: the site of the host.")
LOCALE = Parameter("locale", "Code of a language, such as `cy`. Default: the language of the site's home page.")
COMMON_PARAMETERS = (SITE, LOCALE, FORMAT, CACHE_BUSTER)
"""What every endpoint understands that is not one of Wagtail's."""
