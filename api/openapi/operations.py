"""What a viewset says about its operations: the one place where its parameters are named and its answers described."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Schema = dict[str, Any]
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
    headers: tuple[str, ...] = ()
    """Names of headers that this answer has besides those that every answer has. See `shared.HEADERS`."""


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
    id: str = ""
    """The operationId; made from the address and the action unless it is given."""
    needs_token: bool = False


FORMAT = Parameter("format", "Only `json`.", {"const": "json"})
CACHE_BUSTER = Parameter("_", "Ignored.")
SITE = Parameter("site", "Host name of a site, with a port if need be, or its id. Default: the site of the host.")
LOCALE = Parameter("locale", "Code of a language, such as `cy`. Default: the language of the site's home page.")
RENDITIONS = Parameter(
    "renditions",
    "Sizes and crops in which images are shown, separated by commas, such as `fill-640x360,fill-1280x720`. Those that "
    "may be asked for are in `API_RENDITIONS`. Default: some widths of the whole picture.",
)
RICH_TEXT_FORMAT = Parameter(
    "rich_text_format",
    "The form of rich text. Default: `html`.",
    {"enum": ["html", "ast", "markdown", "db_html", "db_markdown"]},
)
CONTENT_PARAMETERS = (RENDITIONS, RICH_TEXT_FORMAT)
"""For every endpoint whose answers have images or rich text in them."""
COMMON_PARAMETERS = (SITE, LOCALE, FORMAT, CACHE_BUSTER)
"""What every endpoint understands that is not one of Wagtail's."""
