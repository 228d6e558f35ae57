"""The fields of a form: what may be sent for each of them, and how to show them.

The schemas promise no more than Wagtail's own form class checks: what fits a schema may still be refused, for example
an address of mail that cannot be one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms

from pages.models.forms import FORM_TOKEN, HONEYPOT, FormField, FormPage
from pages.plain import WORDS

Schema = dict[str, Any]

_ONE_LINE = r"^[^\r\n]*$"
_TEXT_KEYWORDS = {
    "singleline": {"pattern": _ONE_LINE},
    "hidden": {"pattern": _ONE_LINE},
    "email": {"format": "email"},
    "url": {"format": "uri"},
}
_PATTERNS = {
    "date": re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII),
    "date-time": re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII),
}
_WANTED = {
    "string": "Send a text.",
    "number": "Send a number.",
    "boolean": "Send true or false.",
    "array": "Send a list of texts, each of them once.",
    "date": "Send a date such as 2030-12-31.",
    "date-time": "Send a date and time such as 2030-12-31T09:30:00Z.",
}


@dataclass(frozen=True)
class Question:
    """One field of a form."""

    name: str
    field: FormField
    form_field: forms.Field

    @property
    def schema(self) -> Schema:
        """The JSON Schema of an answer. A field that is not required takes null, which is no answer."""
        schema = self._type_schema()
        if not self.field.required and schema["type"] != "boolean":
            schema = _or_null(schema)
        described = {"description": self.field.help_text} if self.field.help_text else {}
        default = {"default": self.default} if self.default is not None else {}
        return {"title": self.field.label} | described | schema | default

    @property
    def choices(self) -> list[str]:
        """What can be chosen, each once; nothing for fields without choices."""
        return list(dict.fromkeys(str(value) for value, _ in getattr(self.form_field, "choices", ())))

    @property
    def default(self) -> Any:
        """What the editor has filled in, as it would be sent; None where there is nothing, or nothing that fits."""
        text = self.field.default_value.strip()
        if not text:
            return None
        match self.field.field_type:
            case "checkbox":
                return True
            case "number":
                return _number(text)
            case "checkboxes" | "multiselect":
                chosen = re.split(r"[\r\n]+" if "\n" in text else ",", text)
                return [choice for choice in self.choices if choice in {part.strip() for part in chosen}] or None
            case "dropdown" | "radio":
                return text if text in self.choices else None
            case "date":
                return _iso_date(text)
            case "datetime":
                return None if wrong_type({"type": "string", "format": "date-time"}, text) else text
        return text

    def ui(self, order: int) -> dict[str, Any]:
        """How to show the field."""
        return {
            "name": self.name,
            "label": self.field.label,
            "help_text": self.field.help_text,
            "field_type": self.field.field_type,
            "required": self.field.required,
            "choices": [{"value": choice, "label": choice} for choice in self.choices],
            "default": self.default,
            "order": order,
        }

    def _type_schema(self) -> Schema:
        match self.field.field_type:
            case "number":
                return {"type": "number"}
            case "checkbox":
                return {"type": "boolean"} | ({"const": True} if self.field.required else {})
            case "checkboxes" | "multiselect":
                items = {"type": "string", "enum": self.choices}
                return {"type": "array", "items": items, "uniqueItems": True} | self._at_least_one("minItems")
            case "dropdown" | "radio":
                return {"type": "string", "enum": self.choices}
            case "date":
                return {"type": "string", "format": "date"}
            case "datetime":
                return {"type": "string", "format": "date-time"}
        return self._text_schema()

    def _text_schema(self) -> Schema:
        longest = {"maxLength": getattr(self.form_field, "max_length", None)}
        by_type = _TEXT_KEYWORDS.get(self.field.field_type, {})
        return {"type": "string"} | by_type | longest | self._at_least_one("minLength")

    def _at_least_one(self, keyword: str) -> Schema:
        return {keyword: 1} if self.field.required else {}


def questions_of(page: FormPage) -> list[Question]:
    """The fields of a form, in the order in which the editor has put them."""
    form_fields = page.get_form_class().base_fields
    rows = {row.clean_name or row.get_field_clean_name(): row for row in page.get_form_fields()}
    return [Question(name, rows[name], form_field) for name, form_field in form_fields.items()]


def body_schema(page: FormPage, questions: list[Question]) -> Schema:
    """The JSON Schema of what is sent: the answers by name, and the token."""
    token = {"title": "Token", "description": "`form_token` of this answer.", "type": "string", "minLength": 1}
    trap = {"title": _leave_empty(page), "type": "string", "maxLength": 0}
    properties = {question.name: question.schema for question in questions} | {HONEYPOT: trap, FORM_TOKEN: token}
    required = [question.name for question in questions if question.field.required]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": page.title,
        "type": "object",
        "properties": properties,
        "required": [*required, FORM_TOKEN],
        "additionalProperties": False,
    }


def ui(page: FormPage, questions: list[Question]) -> list[dict[str, Any]]:
    """How to show the fields; last of them the one that people must not see."""
    trap = {
        "name": HONEYPOT,
        "label": _leave_empty(page),
        "help_text": "",
        "field_type": "honeypot",
        "required": False,
        "choices": [],
        "default": None,
        "order": len(questions),
    }
    return [*(question.ui(order) for order, question in enumerate(questions)), trap]


def wrong_type(schema: Schema, value: Any) -> str | None:
    """What should have been sent instead of a value of another type; None for a value that will do.

    Django's forms take what browsers send, which is text, and would make something of nearly anything.
    """
    kind = schema["type"] if isinstance(schema["type"], str) else schema["type"][0]
    wanted = schema.get("format", kind) if schema.get("format") in _PATTERNS else kind
    fits = _is(kind, value) and (value == "" or wanted not in _PATTERNS or _PATTERNS[wanted].fullmatch(value))
    return None if fits else _WANTED[wanted]


def _is(kind: str, value: Any) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
    return isinstance(value, list) and all(isinstance(item, str) for item in value) and len(set(value)) == len(value)


def _or_null(schema: Schema) -> Schema:
    either = schema | {"type": [schema["type"], "null"]}
    return either | ({"enum": [*schema["enum"], None]} if "enum" in schema else {})


def _number(text: str) -> int | float | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    if not number.is_finite() or abs(number.adjusted()) > 15:
        return None
    return int(number) if number == number.to_integral_value() else float(number)


def _iso_date(text: str) -> str | None:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _leave_empty(page: FormPage) -> str:
    return WORDS.get(page.locale.language_code, WORDS["en"])["leave_empty"]
