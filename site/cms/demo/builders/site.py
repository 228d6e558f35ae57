"""The website's address, menus, footer, banner, accessibility statement, redirects and promoted search results."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.management.base import CommandError
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.models import Page, PageLogEntry, Site

from cms.demo.builders.fields import Head, set_streams
from cms.demo.markup.streams import StreamBuilder
from cms.demo.sources import HOME, read_toml
from cms.demo.workshop import Workshop

Displaced = dict[str, Any]
"""What the site was before, as JSON."""

_HTTPS_PORT = 443


def site_to_take_over() -> Site:
    """Return the default site. Raises CommandError when it has content already: the demo site is for empty ones."""
    site = Site.objects.select_related("root_page").filter(is_default_site=True).first()
    if site is None:
        raise CommandError("There is no default site. Add one in the admin under Settings, Sites.")
    root = site.root_page
    if type(root.specific) is not Page or root.get_children().exists():
        raise CommandError(
            f'The site shows "{root.title}" already. A demo site is for an installation without content.'
        )
    return site


def take_over(site: Site, workshop: Workshop) -> Displaced:
    """Show the demo site at the address of this installation, and return what has to be brought back later."""
    welcome = site.root_page
    displaced = {
        "hostname": site.hostname,
        "port": site.port,
        "site_name": site.site_name,
        "page_id": welcome.pk,
        "page": {"title": welcome.title, "slug": welcome.slug, "live": welcome.live},
    }
    address = urlsplit(settings.FRONTEND_URL or settings.BASE_URL)
    site.hostname = address.hostname
    site.port = address.port or (_HTTPS_PORT if address.scheme == "https" else 80)
    site.site_name = workshop.get("page", HOME).title
    site.root_page = Page.objects.get(pk=workshop.get("page", HOME).pk)
    site.save()
    # Wagtail's page "Welcome to your new Wagtail site!", which only stands in for a first one.
    Page.objects.get(pk=welcome.pk).delete()
    return displaced


def give_back(site: Site, displaced: Displaced) -> None:
    """Bring back the site as it was before the demo site."""
    page = Page(**displaced["page"], draft_title=displaced["page"]["title"])
    Page.get_first_root_node().add_child(instance=page)
    site.root_page = page
    for name in ("hostname", "port", "site_name"):
        setattr(site, name, displaced[name])
    site.save()
    # That it went and came back is not what anybody did to it.
    PageLogEntry.objects.filter(page_id__in=[displaced["page_id"], page.pk]).delete()


def build_settings(workshop: Workshop) -> None:
    """Fill in the settings of the website, in each language."""
    entries = read_toml("settings")
    menus = _setting(workshop, "NavigationSettings")
    for locale, by_name in entries["menus"].items():
        for name, items in by_name.items():
            builder = workshop.streams(f"menu:{name}", locale)
            _text(workshop, menus, locale, name=name, items=[builder.block("item", _item(builder, i)) for i in items])
    footer = _setting(workshop, "FooterSettings")
    for locale, entry in entries["footer"].items():
        builder = workshop.streams("footer", locale)
        columns = [builder.block("column", _column(builder, column)) for column in entry.pop("columns")]
        _text(workshop, footer, locale, columns=columns, **entry)
    _build_banner(workshop, entries["banner"])
    _build_statement(workshop, entries["statement"])


def build_redirects(workshop: Workshop) -> None:
    """Lead old addresses to pages and to other websites."""
    for entry in read_toml("redirects")["redirect"]:
        kind, _, key = entry["to"].partition(":")
        redirect = Redirect.objects.create(
            old_path=Redirect.normalise_path(entry["from"]),
            site=workshop.site,
            is_permanent=entry["permanent"],
            redirect_page=Page.objects.get(pk=workshop.get("page", key).pk) if kind == "page" else None,
            redirect_link="" if kind == "page" else entry["to"],
        )
        workshop.add("redirect", entry["from"], redirect)


def build_promotions(workshop: Workshop) -> None:
    """Put chosen pages on top of search results."""
    for entry in read_toml("promotions")["promotion"]:
        query, created = Query.objects.get_or_create(query_string=entry["query"])
        if created:
            workshop.add("query", entry["query"], query)
        for number, pick in enumerate(entry["pages"]):
            promotion = SearchPromotion.objects.create(
                query=query,
                page=Page.objects.get(pk=workshop.get("page", pick["page"]).pk),
                sort_order=number,
                description=pick["description"],
            )
            workshop.add("promotion", f"{entry['query']}:{pick['page']}", promotion)


def _build_banner(workshop: Workshop, entry: Head) -> None:
    banner = _setting(workshop, "EmergencyBanner", kind=entry["kind"], active=entry["active"])
    for locale in workshop.locales:
        _text(workshop, banner, locale, **entry[locale])


def _build_statement(workshop: Workshop, entry: Head) -> None:
    days = {name: workshop.day(entry[name]) for name in ("prepared_on", "reviewed_on", "tested_on")}
    statement = _setting(
        workshop,
        "AccessibilityStatement",
        compliance=entry["compliance"],
        tested_by=entry["tested_by"],
        contact=workshop.get("contact", entry["contact"]),
        **days,
    )
    for locale in workshop.locales:
        _text(workshop, statement, locale, streams={"body": entry[locale]["text"]})


def _setting(workshop: Workshop, model_name: str, **values: Any) -> Any:
    """Return the setting of the site. An empty one that Wagtail made when somebody looked becomes part of the demo."""
    model = apps.get_model("pages", model_name)
    setting = model.objects.filter(site=workshop.site).first() or model(site=workshop.site)
    if setting.pk and setting.texts.exists():
        raise CommandError(f"The {model._meta.verbose_name} is filled in already. Remove its text first.")
    for name, value in values.items():
        setattr(setting, name, value)
    setting.save()
    workshop.add("setting", model_name, setting)
    return setting


def _text(workshop: Workshop, setting: Any, locale: str, streams: Head | None = None, **values: Any) -> None:
    text = setting._meta.get_field("texts").related_model(setting=setting, locale=workshop.locales[locale], **values)
    set_streams(text, streams or {}, workshop, f"setting:{type(setting).__name__}", locale)
    text.full_clean()
    text.save()


def _item(builder: StreamBuilder, entry: Head) -> Head:
    children = [_item(builder, child) for child in entry.get("children", [])]
    return builder.link(entry["target"], entry.get("text", "")) | {"children": builder.items(children)}


def _column(builder: StreamBuilder, entry: Head) -> Head:
    links = [builder.link(link["target"], link.get("text", "")) for link in entry["links"]]
    return {"title": entry["title"], "links": builder.items(links)}
