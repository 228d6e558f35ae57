"""Serializers of the delivery API: Wagtail's, with every reference checked against what the requester may see.

Wagtail's own nests the target of a foreign key without asking who reads it (wagtail/api/v2/serializers.py,
`RelatedField`). Here a hidden target is null, and hidden members of a list are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Manager, Model, prefetch_related_objects
from django.db.models.fields.related import ForeignKey
from rest_framework.fields import Field
from rest_framework.relations import ManyRelatedField
from rest_framework.request import Request
from wagtail.api.utils import get_full_url
from wagtail.api.v2 import serializers as wagtail_serializers
from wagtail.documents.api.v2.serializers import DocumentSerializer as WagtailDocumentSerializer
from wagtail.fields import RichTextField
from wagtail.images.api.v2.serializers import ImageSerializer as WagtailImageSerializer
from wagtail.models import Page

from api import page_fields
from api.visibility import VisibleObjects, visible_objects
from documents.models import CustomImage
from pages.references import references_for
from pages.visibility import http_request

AnyField = Field[Any, Any, Any, Any]


class ReferenceField(wagtail_serializers.RelatedField):
    """A foreign key."""

    @classmethod
    def many_init(cls, *args: Any, **kwargs: Any) -> ManyRelatedField:
        """Several references: the form that the REST framework asks for where a relation is to many."""
        return ReferenceListField(child_relation=cls(*args, **kwargs), read_only=True)

    def get_attribute(self, instance: Model) -> Model | None:
        field = instance._meta.get_field(self.source)
        if isinstance(field, ForeignKey) and field.target_field.primary_key:
            return self._store.get(field.related_model, getattr(instance, field.attname))
        target = getattr(instance, self.source, None)
        return self._store.get(type(target), target.pk) if isinstance(target, Model) else None

    @property
    def _store(self) -> VisibleObjects:
        return visible_objects(self.context["request"])


class ReferenceListField(ManyRelatedField):
    """A relation to many."""

    def get_attribute(self, instance: Model) -> list[Model]:
        members = list(getattr(instance, str(self.source)).all())
        if not members:
            return []
        store = visible_objects(self.context["request"])
        seen = {found.pk for found in store.load(type(members[0]), [member.pk for member in members])}
        return [member for member in members if member.pk in seen]


class AliasOfField(wagtail_serializers.PageAliasOfField):
    """The page that a page mirrors."""

    def bulk_load(self, rows: Sequence[Page], request: Request) -> None:
        """For `preload`."""
        visible_objects(request).load(Page, [row.alias_of_id for row in rows])

    def get_attribute(self, instance: Page) -> Page | None:
        return cast("Page | None", visible_objects(self.context["request"]).get(Page, instance.alias_of_id))


class LocaleField(wagtail_serializers.PageLocaleField):
    """The code of a page's language."""

    def bulk_load(self, rows: Sequence[Page], request: Request) -> None:
        """For `preload`."""
        prefetch_related_objects(rows, "locale")


class HtmlUrlField(wagtail_serializers.PageHtmlUrlField):
    """The page's address on its own site. The request keeps the sites' addresses, or each page would ask the cache."""

    def to_representation(self, page: Page) -> str | None:
        return cast("str | None", page.get_full_url(http_request(self.context["request"])))


class TagsField(wagtail_serializers.TagsField):
    """Names of tags, sorted here, so that tags which were loaded in bulk are not loaded again."""

    def to_representation(self, value: Manager[Any]) -> list[str]:
        return sorted(tag.name for tag in value.all())


class TextField(wagtail_serializers.RichTextFieldSerializer):
    """Rich text, whose links lose targets that the requester may not see. Wagtail's own knows fewer forms."""

    def to_representation(self, value: str) -> Any:
        return references_for(self.context).rich_text(value)


class ReferenceSerializer(wagtail_serializers.BaseSerializer):
    """Base of all serializers here, and the serializer of what has no endpoint of its own."""

    serializer_related_field = ReferenceField
    serializer_field_mapping = wagtail_serializers.BaseSerializer.serializer_field_mapping | {RichTextField: TextField}

    def build_property_field(self, field_name: str, model_class: type[Model]) -> tuple[type[AnyField], dict[str, Any]]:
        field_class, arguments = super().build_property_field(field_name, model_class)
        return (TagsField if field_class is wagtail_serializers.TagsField else field_class), arguments


class PageSerializer(ReferenceSerializer, wagtail_serializers.PageSerializer):
    """Pages."""

    # Again, because REST framework takes the first base's: Wagtail's general field, which calls every page a Page.
    type = wagtail_serializers.PageTypeField(read_only=True)
    html_url = HtmlUrlField(read_only=True)
    alias_of = AliasOfField(read_only=True)
    locale = LocaleField(read_only=True)
    path = page_fields.PathField()
    canonical_url = page_fields.CanonicalUrlField()
    breadcrumbs = page_fields.BreadcrumbsField()
    translations = page_fields.TranslationsField()
    links = page_fields.LinksField()
    version = page_fields.VersionField()


class DocumentSerializer(ReferenceSerializer, WagtailDocumentSerializer):
    """Documents. Their `download_url` leads to a view that checks who asks."""


class OriginalUrlField(Field[Any, Any, str, CustomImage]):
    """An address of the original that leads to a view which checks who asks. Wagtail gives out the file's own."""

    def get_attribute(self, instance: CustomImage) -> str:
        return instance.original_url

    def to_representation(self, value: str) -> str:
        return cast("str", get_full_url(self.context["request"], value))


class ImageSerializer(ReferenceSerializer, WagtailImageSerializer):
    """Images."""

    download_url = OriginalUrlField(read_only=True)
