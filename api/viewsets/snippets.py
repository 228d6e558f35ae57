"""Reusable content: contacts and notices, and every other snippet whose model says that it is for readers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db.models import Model, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.functional import classproperty
from django.utils.text import capfirst
from rest_framework.exceptions import NotFound
from rest_framework.fields import Field
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.serializers import BaseSerializer
from wagtail.api import APIField
from wagtail.api.utils import get_full_url
from wagtail.models import TranslatableMixin
from wagtail.snippets.models import get_snippet_models

from api.caching.tags import depend_on, type_tag
from api.filters import FieldFilter, LocaleFilter, OrderingFilter, SearchFilter
from api.openapi.operations import (
    CACHE_BUSTER,
    CONTENT_PARAMETERS,
    FORMAT,
    LOCALE,
    SITE,
    Answer,
    Operation,
    Parameter,
)
from api.serializers import LocaleField, ReferenceSerializer
from api.viewsets.base import DeliveryViewSet
from api.visibility import visible
from pages import representations
from pages.models.snippets import NoticeKind
from pages.public_fields import fields_schema
from pages.schemas import Components, Schema, list_of, one_of, record, reference, summary_of


def public_snippets() -> dict[str, type[Model]]:
    """The kinds of reusable content that readers may see, by their name, such as `pages.Contact`."""
    models = [model for model in get_snippet_models() if getattr(model, "api_public", False)]
    return {model._meta.label: model for model in sorted(models, key=lambda model: model._meta.label)}


class SnippetUrlField(Field[Any, Any, str, Model]):
    """The address of one piece of reusable content."""

    def get_attribute(self, instance: Model) -> Model:
        return instance

    def to_representation(self, value: Model) -> str:
        return _detail_url(value, self.context["request"])


class TranslationsField(Field[Any, Any, list[dict[str, Any]], Model]):
    """What a piece of reusable content is in other languages, as far as the requester may see it."""

    def bulk_load(self, rows: Sequence[Any], request: Request) -> None:
        """For `preload`."""
        keys = {row.translation_key for row in rows}
        shown = visible(type(rows[0]), request).filter(translation_key__in=keys).select_related("locale")
        found: dict[Any, list[Any]] = defaultdict(list)
        for translation in shown.order_by("locale__language_code"):
            found[translation.translation_key].append(translation)
        for row in rows:
            row._translations = [other for other in found[row.translation_key] if other.pk != row.pk]

    def get_attribute(self, instance: Any) -> list[Any]:
        others: list[Any] = instance._translations
        return others

    def to_representation(self, value: list[Any]) -> list[dict[str, Any]]:
        return [self._link(other) for other in value]

    def _link(self, other: Any) -> dict[str, Any]:
        meta = {
            "type": other._meta.label,
            "detail_url": _detail_url(other, self.context["request"]),
            "locale": other.locale.language_code,
        }
        return {"id": other.pk, "meta": meta, "title": str(other)}


class SnippetSerializer(ReferenceSerializer):
    """Reusable content."""

    detail_url = SnippetUrlField(read_only=True)
    locale = LocaleField(read_only=True)
    translations = TranslationsField(read_only=True)


def _detail_url(snippet: Model, request: Request) -> str:
    address = reverse("wagtailapi_v2:snippets:detail", args=(snippet._meta.label, snippet.pk))
    return str(get_full_url(request, address))


_URL: Schema = {"type": "string", "format": "uri"}
_ID: Schema = {"type": "integer", "minimum": 1}


def _meta(types: Schema) -> dict[str, Schema]:
    return {"type": types, "detail_url": _URL, "locale": reference("Locale")}


def _kinds() -> Schema:
    return one_of(public_snippets())


def _complete(model: type[Model], components: Components) -> dict[str, Schema]:
    """Everything that there is of one kind."""
    meta = _meta({"type": "string", "const": model._meta.label})
    translations: dict[str, Schema] = {"translations": list_of(reference("SnippetSummary"))}
    if not issubclass(model, TranslatableMixin):
        del meta["locale"]
        translations = {}
    return {"id": _ID, "meta": record(meta)} | fields_schema(model, components) | translations


def _selection(complete: Iterable[Mapping[str, Schema]]) -> Schema:
    """What `fields` chooses: of any kind, and nothing that is sure to be there."""
    forms: dict[str, list[Schema]] = {}
    for members in complete:
        for name, schema in members.items():
            if name != "meta" and schema not in forms.setdefault(name, []):
                forms[name].append(schema)
    members = {name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in forms.items()}
    return record(members | {"meta": record(_meta(_kinds()), required=())}, "What `fields` chose.", required=())


def _components() -> dict[str, Schema]:
    found = Components()
    complete = {model: _complete(model, found) for model in public_snippets().values()}
    kinds = {f"{model.__name__}Snippet": record(members, summary_of(model)) for model, members in complete.items()}
    summary = {"id": _ID, "meta": record(_meta(_kinds()), required=("type", "detail_url")), "title": {"type": "string"}}
    listing = {"type": _kinds(), "title": {"type": "string", "description": "What editors call it."}}
    return (
        found.schemas
        | kinds
        | {
            "Snippet": {"oneOf": [reference(name) for name in kinds], "description": "`meta.type` says of which kind."},
            "SnippetSummary": record(summary, "Reusable content, as lists and translations show it."),
            "SnippetSelection": _selection(complete.values()),
            "SnippetType": record(listing | {"listing_url": _URL}, "A kind of reusable content."),
        }
    )


def _list(entries: Schema) -> Schema:
    return record({"meta": reference("ListMeta"), "items": list_of(entries)})


_CHOSEN = reference("SnippetSelection")
_ENTRY: Schema = {"anyOf": [reference("SnippetSummary"), _CHOSEN]}
_FIELDS = Parameter("fields", "Which fields: `title,body`, `*`, `*,-body`.")
_DETAIL_PARAMETERS = (_FIELDS, *CONTENT_PARAMETERS, SITE, FORMAT, CACHE_BUSTER)
_LIST_PARAMETERS = (
    *_DETAIL_PARAMETERS,
    Parameter("locale", LOCALE.description.partition(" Default")[0] + " Default: all languages."),
    Parameter("limit", "How many.", {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}),
    Parameter("offset", "How many to leave out.", {"type": "integer", "minimum": 0, "maximum": 10_000, "default": 0}),
    Parameter("order", "`title`, `-title`, several with commas, or `random`."),
    Parameter("search", "Words.", {"type": "string", "maxLength": 256}),
    Parameter("search_operator", "Whether all words must be there.", {"enum": ["and", "or"]}),
    Parameter("id", "The one with this id.", _ID),
    Parameter("title", "Those with exactly this title."),
    Parameter("description", "Contacts with exactly this description."),
    Parameter("kind", "Notices of this kind.", one_of(NoticeKind.values)),
)


class SnippetsViewSet(DeliveryViewSet):
    """Reusable content that is published, whoever asks."""

    base_serializer_class = SnippetSerializer
    filter_backends = [FieldFilter, OrderingFilter, LocaleFilter, SearchFilter]
    known_query_parameters = DeliveryViewSet.known_query_parameters | {"locale", "site"}
    detail_parameters = DeliveryViewSet.detail_parameters | {"site"}
    listing_default_fields = ["id", "type", "detail_url", "locale", "title"]

    operations: ClassVar[tuple[Operation, ...]] = (
        Operation(
            "types_view",
            "The kinds of reusable content",
            {200: Answer("The kinds.", _list(reference("SnippetType")))},
            (SITE, FORMAT, CACHE_BUSTER),
        ),
        Operation(
            "listing_view",
            "Reusable content of one kind",
            {
                200: Answer("A list.", _list(_ENTRY), headers=("Link",)),
                404: Answer("There is no such kind for readers."),
            },
            _LIST_PARAMETERS,
        ),
        Operation(
            "detail_view",
            "One piece of reusable content",
            {
                200: Answer(
                    "All of it, or what `fields` chose.",
                    {"anyOf": [reference("Snippet"), _CHOSEN]},
                    headers=("Content-Language",),
                ),
                404: Answer("There is none, or none that is published."),
            },
            _DETAIL_PARAMETERS,
        ),
    )

    @classproperty
    def components(cls) -> dict[str, Schema]:  # noqa: N805
        """Schemas that the operations refer to."""
        return _components()

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """The kinds, the list of one kind, and one piece."""
        return [
            path("", cls.as_view({"get": "types_view"}), name="listing"),
            path("<str:name>/", cls.as_view({"get": "listing_view"}), name="list"),
            path("<str:name>/<int:pk>/", cls.as_view({"get": "detail_view"}), name="detail"),
        ]

    @classmethod
    def get_meta_fields(cls, model: type[Model]) -> list[APIField]:
        """Wagtail's, and the language where the model has languages."""
        fields: list[APIField] = super().get_meta_fields(model)
        return [*fields, APIField("locale")] if issubclass(model, TranslatableMixin) else fields

    @classmethod
    def get_body_fields(cls, model: type[Model]) -> list[APIField]:
        """What the model declares, and the translations where the model has languages."""
        fields: list[APIField] = super().get_body_fields(model)
        return [*fields, APIField("translations")] if issubclass(model, TranslatableMixin) else fields

    @classmethod
    def get_listing_default_fields(cls, model: type[Model]) -> list[str]:
        """As far as the model has them."""
        available = cls.get_available_fields(model)
        return [name for name in cls.listing_default_fields if name in available]

    def types_view(self, request: Request) -> Response:
        """The kinds that there are."""
        self._check_names({"site", "format", "_"})
        items = [
            {
                "type": label,
                "title": capfirst(str(model._meta.verbose_name_plural)),
                "listing_url": get_full_url(request, reverse("wagtailapi_v2:snippets:list", args=(label,))),
            }
            for label, model in public_snippets().items()
        ]
        return Response({"meta": {"total_count": len(items)}, "items": items})

    def listing_view(self, request: Request, name: str) -> Response:
        """Those of one kind. Raises NotFound for a kind that is not for readers."""
        response: Response = super().listing_view(request)
        return response

    def detail_view(self, request: Request, pk: int, name: str = "") -> Response:
        """One, with the language that it is in. Raises NotFound for what is not published."""
        response = super().detail_view(request, pk)
        found = self.get_object()
        if isinstance(found, TranslatableMixin):
            response["Content-Language"] = found.locale.language_code
        return response

    def visible_queryset(self) -> QuerySet[Any]:
        """What is published of the kind that the address names."""
        model = public_snippets().get(self.kwargs["name"])
        if model is None:
            self._check_names(self.known_query_parameters)
            raise NotFound
        # Also of one of them: another may become its translation.
        depend_on(self.request, type_tag(model))
        return visible(model, self.request).order_by("id")

    def get_serializer(self, *args: Any, **kwargs: Any) -> BaseSerializer[Any]:
        """The serializer, with all that it will need loaded."""
        serializer = super().get_serializer(*args, **kwargs)
        rows: list[Model] = args[0] if kwargs.get("many") else [args[0]]
        if _has_content(serializer.child if kwargs.get("many") else serializer):  # type: ignore[attr-defined]
            representations.prefetch(rows, self.request, self.get_serializer_context())
        return serializer


def _has_content(serializer: Any) -> bool:
    """Whether more is shown than the defaults of a list, which refer to nothing."""
    return not set(serializer.Meta.fields) <= set(SnippetsViewSet.listing_default_fields)
