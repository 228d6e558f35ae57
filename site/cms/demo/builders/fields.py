"""Sets the fields of a page or snippet from the head of its source, whatever the type."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models
from wagtail.fields import StreamField

from cms.demo.markup.syntax import read_parts
from cms.demo.workshop import Workshop

Head = dict[str, Any]

ABOUT_THE_PAGE = {
    "audience",
    "contacts",
    "documents",
    "draft",
    "expires",
    "goes_live",
    "order",
    "organisations",
    "outcome_documents",
    "parents",
    "published",
    "review_comment",
    "slug",
    "state",
    "topics",
    "type",
    "updates",
}
"""Words in the head of a page that are not names of its fields."""

_ROWS_OF_ONE = {
    "organisations": ("page_organisations", "organisation"),
    "topics": ("page_topics", "topic"),
    "parents": ("parent_organisations", "parent"),
    "contacts": ("organisation_contacts", "contact"),
    "attachments": ("attachments", "document"),
    "documents": ("documents", "document"),
    "outcome_documents": ("outcome_documents", "document"),
}
"""Lists of keys in a head: the relation they go into, and the field of its rows that names the object."""


def set_plain_fields(instance: Any, head: Head, workshop: Workshop, locale: str) -> None:
    """Set texts, dates, choices, images and links to other objects. Rows and streams come later."""
    for name, value in head.items():
        if name in ABOUT_THE_PAGE or isinstance(value, list):
            continue
        setattr(instance, name, _value(type(instance), name, value, workshop, locale))
    if head.get("lead_image") and not head.get("lead_image_alt") and not head.get("lead_image_decorative"):
        instance.lead_image_alt = workshop.descriptions[head["lead_image"]]


def set_rows(instance: Any, head: Head, workshop: Workshop, locale: str) -> None:
    """Set child rows, such as the topics of a page or the fields of a form."""
    for name, entries in head.items():
        if name in _ROWS_OF_ONE:
            relation, field = _ROWS_OF_ONE[name]
            rows: list[Head] = [{field: key} for key in entries]
        elif isinstance(entries, list) and name != "updates":
            relation, rows = name, entries
        else:
            continue
        model = instance._meta.get_field(relation).related_model
        manager = getattr(instance, relation)
        manager.set([_row(model, row, number, workshop, locale) for number, row in enumerate(rows)])


def set_streams(instance: Any, texts: dict[str, str], workshop: Workshop, owner: str, locale: str) -> None:
    """Set StreamFields and rich text from the texts of a source."""
    for name, text in texts.items():
        builder = workshop.streams(f"{owner}:{name}", locale)
        field = instance._meta.get_field(name)
        if isinstance(field, StreamField):
            setattr(instance, name, field.to_python(builder.build(read_parts(text))))
        else:
            setattr(instance, name, builder.prose(text))


def _row(model: Any, values: Head, number: int, workshop: Workshop, locale: str) -> Any:
    row = model(sort_order=number)
    for name, value in values.items():
        setattr(row, name, _value(model, name, value, workshop, locale))
    if "document" in values and not row.title:
        row.title = row.document.title
        row.accessible = row.document.accessible
        row.language = row.document.language if row.document.language != locale else ""
    return row


def _value(model: Any, name: str, value: Any, workshop: Workshop, locale: str) -> Any:
    field = model._meta.get_field(name)
    if isinstance(field, models.ForeignKey):
        return workshop.get(_kind(field.related_model), value, locale)
    if isinstance(field, models.DateTimeField):
        return workshop.moment(value)
    if isinstance(field, models.DateField):
        return workshop.day(value)
    return value


def _kind(model: Any) -> str:
    kinds = {settings.WAGTAILIMAGES_IMAGE_MODEL: "image", settings.WAGTAILDOCS_DOCUMENT_MODEL: "document"}
    label = model._meta.label
    return kinds.get(label, "contact" if label == "pages.Contact" else "page")
