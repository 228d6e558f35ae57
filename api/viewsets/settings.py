"""What is set for a website, in one language: footer, emergency banner, accessibility statement."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import Model
from django.urls import URLPattern, path, reverse
from django.utils.functional import classproperty
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url

from api.caching.tags import depend_on
from api.openapi.operations import COMMON_PARAMETERS, CONTENT_PARAMETERS, Answer, Operation, component
from api.viewsets.entry import DeliveryEndpoint
from pages.schemas import Components, Schema, list_of, nullable, record, reference, summary_of
from pages.setting_representations import public_settings, setting_schema, show_setting

_PARAMETERS = (*COMMON_PARAMETERS, *CONTENT_PARAMETERS)
_LANGUAGE = ("Content-Language",)


def _schema(model: type[Model], components: Components) -> Schema:
    meta: dict[str, Schema] = {
        "type": {"type": "string", "const": model._meta.label},
        "detail_url": {"type": "string", "format": "uri"},
        "locale": nullable(reference("Locale"))
        | {"description": "The language of the text; null where there is none."},
    }
    return record({"meta": record(meta)} | setting_schema(model, components), summary_of(model))


def _components() -> dict[str, Schema]:
    found = Components()
    each = {model.__name__: _schema(model, found) for model in public_settings().values()}
    # Told apart by meta.type, which is no member of its own: OpenAPI's discriminator cannot name it.
    return found.schemas | each | {"Setting": {"oneOf": [reference(name) for name in each]}}


class SettingsViewSet(DeliveryEndpoint):
    """Settings that are for readers."""

    operations: ClassVar[tuple[Operation, ...]] = (
        Operation(
            "all_settings",
            "All settings of a website",
            {
                200: Answer(
                    "The settings.",
                    record({"meta": reference("ListMeta"), "items": list_of(reference("Setting"))}),
                    headers=_LANGUAGE,
                )
            },
            _PARAMETERS,
        ),
        Operation(
            "one_setting",
            "One setting of a website",
            {
                200: Answer(
                    "The setting, empty where nobody has filled it in.", component("Setting"), headers=_LANGUAGE
                ),
                404: Answer("There is no such setting for readers."),
            },
            _PARAMETERS,
        ),
    )

    @classproperty
    def components(cls) -> dict[str, Schema]:  # noqa: N805
        """Schemas that the operations refer to."""
        return _components()

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """All, and one by the name of its model."""
        return [
            path("", cls.as_view({"get": "all_settings"}), name="listing"),
            path("<str:name>/", cls.as_view({"get": "one_setting"}), name="detail"),
        ]

    def all_settings(self, request: Request) -> Response:
        """Every setting for readers."""
        items = [self._shown(model) for model in public_settings().values()]
        return self._response({"meta": {"total_count": len(items)}, "items": items})

    def one_setting(self, request: Request, name: str) -> Response:
        """The setting of this model. Raises NotFound where there is none, or none for readers."""
        model = public_settings().get(name)
        if model is None:
            raise NotFound
        shown = self._shown(model)
        return self._response(shown, shown["meta"]["locale"])

    def _response(self, data: dict[str, Any], language: str | None = None) -> Response:
        return Response(data, headers={"Content-Language": language or self.locale.language_code})

    def _shown(self, model: type[Model]) -> dict[str, Any]:
        depend_on(self.request, "settings", f"site-{self.site.pk}", f"locale-{self.locale.language_code}")
        shown = show_setting(model, self.site, self.locale, self.request)
        address = reverse("wagtailapi_v2:settings:detail", args=(model._meta.label,))
        meta = {
            "type": model._meta.label,
            "detail_url": get_full_url(self.request, address),
            "locale": shown.locale,
        }
        return {"meta": meta} | shown.fields
