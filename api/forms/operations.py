"""The operations of the forms endpoint, as the description of the API has them."""

from __future__ import annotations

from typing import Any

from wagtail.contrib.forms.models import FORM_FIELD_CHOICES

from api.forms.submissions import IDEMPOTENCY_KEY, KEY_PATTERN, MAX_BODY_BYTES
from api.openapi.operations import (
    CACHE_BUSTER,
    CONTENT_PARAMETERS,
    FORMAT,
    SITE,
    Answer,
    Operation,
    Parameter,
    component,
)
from pages.models.forms import FORM_TOKEN

_PROBLEM = component("Problem")
_TEXT = {"type": "string"}
_HEADERS = ("Content-Language",)


def _record(**members: Any) -> dict[str, Any]:
    """An object that has all of these members, and no others."""
    return {"type": "object", "properties": members, "required": list(members), "additionalProperties": False}


def _problem(description: str) -> Answer:
    return Answer(description, _PROBLEM, "application/problem+json")


_CHOICE = _record(value=_TEXT, label=_TEXT)
_FIELD = _record(
    name=_TEXT,
    label=_TEXT,
    help_text=_TEXT,
    field_type={"enum": [*(name for name, _ in FORM_FIELD_CHOICES), "honeypot"]},
    required={"type": "boolean"},
    choices={"type": "array", "items": _CHOICE},
    default={"type": ["string", "number", "boolean", "array", "null"], "items": _TEXT},
    order={"type": "integer", "minimum": 0},
)
_SCHEMA = {
    "type": "object",
    "description": "A JSON Schema (draft 2020-12) of the body to send.",
    "properties": {
        "$schema": {"const": "https://json-schema.org/draft/2020-12/schema"},
        "title": _TEXT,
        "type": {"const": "object"},
        "properties": {"type": "object", "additionalProperties": {"type": "object"}},
        "required": {"type": "array", "items": _TEXT, "contains": {"const": FORM_TOKEN}},
        "additionalProperties": {"const": False},
    },
    "required": ["$schema", "title", "type", "properties", "required", "additionalProperties"],
    "additionalProperties": False,
}
_FORM = _record(
    page=component("PageLink"),
    locale=component("Locale"),
    schema=_SCHEMA,
    ui={"type": "array", "items": _FIELD, "minItems": 1},
    form_token={"type": "string", "description": "To be sent with the answers, once."},
    form_token_expires_at={"type": "string", "format": "date-time"},
    submit_url={"type": "string", "format": "uri"},
)
_RECEIPT = _record(
    id={"type": "string", "pattern": "^[2-9B-Z]{4}(-[2-9B-Z]{4}){2}$", "description": "To be quoted by the sender."},
    message=_TEXT,
    confirmation=component("ProseStream"),
)
_ANSWER = {"type": ["string", "number", "boolean", "array", "null"], "items": _TEXT}

SHOW = Operation(
    "detail_view",
    "A form",
    {200: Answer("The form.", _FORM, headers=_HEADERS), 404: _problem("There is none, or not for you.")},
    (
        SITE,
        Parameter("locale", "Code of a language: the translation of this form. Default: this form."),
        FORMAT,
        CACHE_BUSTER,
    ),
    "The fields of a form page, a JSON Schema of what to send, and a token that permits to send it once.",
)
SUBMIT = Operation(
    "submit_view",
    "Send a form",
    {
        201: Answer("It was received; also when the same was sent before.", _RECEIPT, headers=_HEADERS),
        404: _problem("There is no such form, or not for you."),
        409: _problem("The token, or the idempotency key, was used for other answers."),
        413: _problem(f"The body has more than {MAX_BODY_BYTES} bytes."),
        415: _problem("The body is not JSON."),
        422: _problem("Some answers, or the token, are not valid: see `errors`."),
    },
    (
        SITE,
        *CONTENT_PARAMETERS,
        FORMAT,
        CACHE_BUSTER,
        Parameter(
            IDEMPOTENCY_KEY,
            "Names this sending: sent again, it is not kept again. Such as a UUID.",
            {"type": "string", "pattern": f'^("{KEY_PATTERN}"|{KEY_PATTERN})$'},
            location="header",
        ),
    ),
    "The answers by the names of the fields, as the form's `schema` says, and the token.",
    {
        "type": "object",
        "properties": {FORM_TOKEN: {"type": "string", "minLength": 1}},
        "required": [FORM_TOKEN],
        "additionalProperties": _ANSWER,
    },
)
