"""Tags for the plain pages: they show what the API would show to the same reader."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from wagtail.models import Page

from pages.models import EmergencyBanner, FooterSettings, NavigationSettings
from pages.plain import breadcrumbs, field_value
from pages.references import represent_page_link
from pages.visibility import http_request, visible_pages

register = template.Library()


@register.inclusion_tag("pages/stream.html", takes_context=True)
def stream(context: Context, value: Any) -> dict[str, Any]:
    """Render a stream field, each block with the template that has its name."""
    return {
        "blocks": [block | {"template": f"pages/blocks/{block['type']}.html"} for block in _represent(context, value)],
        "words": context["words"],
    }


@register.simple_tag(takes_context=True)
def shown(context: Context, instance: Any, name: str) -> Any:
    """The API's value of a field, for this reader."""
    return field_value(instance, name, context["reader"])


@register.simple_tag(takes_context=True)
def page_path(context: Context, page: Page) -> list[dict[str, Any]]:
    """Links to the pages above this one."""
    return [represent_page_link(above, context["reader"]["request"]) for above in breadcrumbs(page, context["reader"])]


@register.simple_tag(takes_context=True)
def pages_below(context: Context, page: Page) -> list[dict[str, Any]]:
    """Links to the pages right under this one that the reader may see."""
    if page.pk is None:
        return []
    below = visible_pages(context["reader"]["request"]).child_of(page).order_by("path")[:100]
    return [represent_page_link(child, context["reader"]["request"]) for child in below]


@register.simple_tag(takes_context=True)
def menu(context: Context, page: Page) -> list[dict[str, Any]]:
    """The items of the main menu in the language of the page."""
    found = NavigationSettings.for_request(http_request(context["reader"]["request"])).menu("main", page.locale)
    items = _represent(context, found.items) if found else []
    return [item["value"] for item in items]


@register.simple_tag(takes_context=True)
def footer(context: Context, page: Page) -> dict[str, Any]:
    """The footer in the language of the page."""
    text = FooterSettings.for_request(http_request(context["reader"]["request"])).text_in(page.locale)
    if text is None:
        return {}
    columns = [column["value"] for column in _represent(context, text.columns)]
    return {"columns": columns, "licence": text.licence, "licence_url": text.licence_url}


@register.simple_tag(takes_context=True)
def emergency_banner(context: Context, page: Page) -> Any:
    """The text of the emergency banner in the language of the page, if the banner is on."""
    banner = EmergencyBanner.for_request(http_request(context["reader"]["request"]))
    return banner.text_in(page.locale) if banner.active else None


@register.filter
def own_path(addresses: str) -> str:
    """Addresses of this service without its name, so that pictures show under whatever name a developer opened it."""
    return addresses.replace(f"{settings.WAGTAILAPI_BASE_URL}/", "/")


def _represent(context: Context, value: Any) -> list[dict[str, Any]]:
    """The blocks of a stream that have something to show to the reader."""
    blocks = value.stream_block.get_api_representation(value, context["reader"])
    return [block for block in blocks if block["value"]]
