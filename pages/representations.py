"""How page types look in the API: serializer fields, and one bulk load for a whole list.

`prefetch(pages, request)` is what a viewset calls with the page of results it is about to serialize.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.db.models import Model
from rest_framework.fields import DateTimeField, Field
from wagtail.api import APIField
from wagtail.coreutils import resolve_model_string
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page

from pages.reference_collector import Wanted
from pages.references import References, references_for
from pages.schemas import Components, MissingSchemaError, Schema, list_of, nullable, record, reference, summary_of


def prefetch(pages: Sequence[Model], request: Any, context: dict[str, Any] | None = None) -> None:
    """Load in bulk everything that serializing these pages with `fields=*` needs.

    `pages` are instances of one or more specific page types, `request` is REST framework's request, `context` the
    serializer's context when it is at hand (for the rich text format). Rows of child relations must be there already:
    apply `prefetch_related(*Model.api_prefetch)` to the queryset. Afterwards serializing costs no query that grows
    with the number of pages or blocks. Without this call the result is the same, only slower.
    """
    references = references_for({"request": request} | (context or {}))
    pages = list(pages)
    wanted: Wanted = defaultdict(set)
    for field, name, instances in _bulk_fields(pages):
        field.collect(name, instances, wanted)
        field.prefetch(instances, references)
    references.load_fields(pages, wanted)


def _bulk_fields(instances: Sequence[Model]) -> Iterator[tuple[BulkField, str, Sequence[Model]]]:
    """The serializer fields of the instances, by type, with their names; then those of the rows of child relations."""
    by_type: dict[type[Model], list[Model]] = {}
    for instance in instances:
        by_type.setdefault(type(instance), []).append(instance)
    for model, group in by_type.items():
        for api_field in APIField.get_fields_for_model(model):
            if isinstance(api_field.serializer, BulkField):
                yield api_field.serializer, api_field.name, group
            elif api_field.serializer is None:
                yield from _bulk_fields(_children(group, api_field.name))


def _children(instances: Iterable[Model], name: str) -> list[Model]:
    """The rows of the child relation `name`; none where `name` is something else."""
    relations: list[Any] = [getattr(instance, name, None) for instance in instances]
    return [row for relation in relations if hasattr(relation, "all") for row in relation.all()]


class BulkField(Field[Any, Any, Any, Any]):
    """A serializer field that can load for many instances at once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def collect(self, name: str, instances: Sequence[Any], wanted: Wanted) -> None:
        """Add to `wanted` what the field `name` of these instances refers to."""

    def prefetch(self, instances: Sequence[Any], references: References) -> None:
        """Load for all these instances what is not found by a key."""

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        """The schema of the field `name` of a model."""
        raise NotImplementedError

    @property
    def references(self) -> References:
        return references_for(self.context)


class ReferenceField(BulkField):
    """A foreign key: the public fields of what it points to, or null when the requester may not see that."""

    def collect(self, name: str, instances: Sequence[Any], wanted: Wanted) -> None:
        _collect_targets(instances, name, wanted)

    def get_attribute(self, instance: Any) -> Any:
        model, attribute = _foreign_key(type(instance), str(self.source))
        key = getattr(instance, attribute)
        return None if key is None else self.references.represent(model, key)

    def to_representation(self, value: Any) -> Any:
        return value

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        return nullable(reference_schema(_foreign_key(model, name)[0], components))


class ReferenceListField(BulkField):
    """What the rows of a child relation point to, as a flat list without what the requester may not see."""

    def __init__(self, relation: str, target: str, **kwargs: Any) -> None:
        self.relation, self.target = relation, target
        super().__init__(**kwargs)

    def collect(self, name: str, instances: Sequence[Any], wanted: Wanted) -> None:
        _collect_targets(_children(instances, self.relation), self.target, wanted)

    def get_attribute(self, instance: Any) -> list[dict[str, Any]]:
        wanted: Wanted = defaultdict(set)
        self.collect(self.relation, [instance], wanted)
        self.references.load(wanted)
        rows = _children([instance], self.relation)
        shown = [self.references.represent(*_target(row, self.target)) for row in rows]
        return [item for item in shown if item is not None]

    def to_representation(self, value: Any) -> Any:
        return value

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        rows: Any = model._meta.get_field(self.relation).related_model
        return list_of(reference_schema(_foreign_key(rows, self.target)[0], components))


class LeadImageField(ReferenceField):
    """The lead image, with the text alternative that this page gives it."""

    def get_attribute(self, instance: Any) -> Any:
        image = super().get_attribute(instance)
        if image is None:
            return None
        alt = "" if instance.lead_image_decorative else instance.lead_image_alt
        return image | {"alt": alt, "decorative": instance.lead_image_decorative}

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        return nullable(reference("Image"))


class ChildPagesField(BulkField):
    """The pages of one type under a page, in the order of the tree, as far as the requester may see them."""

    def __init__(self, model: str, **kwargs: Any) -> None:
        self.model = model
        super().__init__(**kwargs)

    def prefetch(self, instances: Sequence[Any], references: References) -> None:
        references.load_children(resolve_model_string(self.model), instances)

    def get_attribute(self, instance: Any) -> list[dict[str, Any]]:
        if instance.pk is None:  # the preview of a new page, whose place in the tree is borrowed
            return []
        return self.references.children(resolve_model_string(self.model), instance)

    def to_representation(self, value: Any) -> Any:
        return value

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        return list_of(reference("PageLink"))


class PublicChangesField(BulkField):
    """The public history of a page, newest first. A copy that follows its original (an alias) has the original's."""

    def get_attribute(self, instance: Any) -> Any:
        original = instance.alias_of or instance
        if original.pk is None:  # the preview of a page that was never saved
            return []
        return [{"at": change.at, "note": change.note} for change in original.public_changes.all()]

    def to_representation(self, value: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [change | {"at": DateTimeField().to_representation(change["at"])} for change in value]

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        change = record({"at": {"type": "string", "format": "date-time"}, "note": {"type": "string"}})
        return list_of(components.define("PublicChange", {"description": summary_of(PublicChangesField)} | change))


class RichTextReferenceField(BulkField):
    """A rich text field, whose links lose targets that the requester may not see."""

    def to_representation(self, value: str) -> Any:
        return self.references.rich_text(value)

    def api_schema(self, model: type[Model], name: str, components: Components) -> Schema:
        return reference("RichText")


def reference_schema(model: type[Model], components: Components) -> Schema:
    """What `References.represent` shows of an object of this model."""
    for kind, name in ((Page, "PageLink"), (get_image_model(), "Image"), (get_document_model(), "Document")):
        if issubclass(model, kind):
            return reference(name)
    declared: Callable[[Components], Schema] | None = getattr(model, "api_schema", None)
    if declared is None:
        raise MissingSchemaError(f"{model._meta.label} needs a class method api_schema(components).")
    return declared(components)


def _collect_targets(rows: Sequence[Model], name: str, wanted: Wanted) -> None:
    if rows:
        model, attribute = _foreign_key(type(rows[0]), name)
        wanted[model] |= {key for row in rows if (key := getattr(row, attribute)) is not None}


def _foreign_key(model: type[Model], name: str) -> tuple[type[Model], str]:
    field = model._meta.get_field(name)
    return field.related_model, field.attname  # type: ignore[union-attr, return-value]


def _target(row: Model, name: str) -> tuple[type[Model], Any]:
    model, attribute = _foreign_key(type(row), name)
    return model, getattr(row, attribute)


__all__ = [
    "BulkField",
    "ChildPagesField",
    "LeadImageField",
    "PublicChangesField",
    "ReferenceField",
    "ReferenceListField",
    "RichTextReferenceField",
    "prefetch",
]
