"""What is set for a website, as its readers see it: only settings that say so, and only what they name in `api_fields`.

Nothing here writes: Wagtail's own `for_site()` makes a row where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.contrib.settings.registry import registry
from wagtail.models import Locale, Site

from pages.models.site_settings import FooterSettings, LocalisedSetting
from pages.navigation import lead_to_translations
from pages.public_fields import fields_schema, public_fields
from pages.schemas import Components, Schema


@dataclass(frozen=True)
class ShownSetting:
    """A setting with the text in one language."""

    model: type[Model]
    locale: str | None
    """The language of the text, which is another than the asked one where there is none in that; None without text."""
    fields: dict[str, Any]


def public_settings() -> dict[str, type[Model]]:
    """The settings that readers may see, by their name, such as `pages.FooterSettings`."""
    models = [model for model in registry if getattr(model, "api_public", False)]
    return {model._meta.label: model for model in sorted(models, key=lambda model: model._meta.label)}


def show_setting(
    model: type[Model], site: Site, locale: Locale, request: Any, context: dict[str, Any] | None = None
) -> ShownSetting:
    """A setting of a site in a language. One that nobody has filled in yet is shown empty."""
    context = {"request": request} | (context or {})
    setting = _stored(model, site)
    if not isinstance(setting, LocalisedSetting):
        return ShownSetting(model, None, public_fields(setting, context, locale))
    setting, text = setting.for_readers(locale)
    shown = public_fields(setting, context, locale)
    if text is None:
        return ShownSetting(model, None, shown | public_fields(_without_text(model), context))
    shown |= public_fields(text, context)
    if model is FooterSettings and text.locale_id != locale.pk:
        links = [link for column in shown["columns"] for link in column["value"]["links"]]
        lead_to_translations(links, locale, request)
    return ShownSetting(model, text.locale.language_code, shown)


def setting_schema(model: type[Model], components: Components) -> dict[str, Schema]:
    """The schemas of the fields of a setting that is shown."""
    text = fields_schema(type(_without_text(model)), components) if issubclass(model, LocalisedSetting) else {}
    return fields_schema(model, components) | text


def _stored(model: type[Model], site: Site) -> Any:
    """The row, or one in memory only."""
    of_site = {"site": site} if issubclass(model, BaseSiteSetting) else {}
    rows = model._default_manager.filter(**of_site)
    if issubclass(model, LocalisedSetting):
        rows = rows.prefetch_related("texts__locale")
    found: Any = rows.first() or _unwritten(model, of_site)
    if of_site:
        found.site = site
    return found


def _unwritten(model: type[Model], values: dict[str, Any]) -> Model:
    """An empty setting. A choice that nobody has made yet is none, or the default would be taken for a statement."""
    choices = {field.attname: "" for field in model._meta.concrete_fields if field.choices}
    empty: Model = model(**choices, **values)
    return empty


def _without_text(model: type[Model]) -> Model:
    rows: Any = model._meta.get_field("texts")
    return _unwritten(rows.related_model, {})
