"""The frame around every page of a website, as its readers see it: menus, home page, languages.

A menu is what editors wrote; where nobody wrote one, the main menu is made of the page tree. Nothing in it leads to a
page that the requester may not see, and nothing that is under such a page is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.utils.functional import cached_property
from wagtail.models import Locale, Page, Site

from pages.addresses import website_of
from pages.models.site_settings import MenuName, NavigationMenu, NavigationSettings
from pages.references import references_for, represent_page_link
from pages.visibility import visible_pages

MAX_DEPTH = 5
DEFAULT_DEPTH = 3
MAX_TREE_ITEMS = 500
"""A menu made of the page tree has no more items than this; those of the upper levels come first."""

Link = dict[str, Any]
"""A link as `LinkBlock` shows it: `page`, `url`, `text`, and perhaps `children`."""


@dataclass(frozen=True)
class MenuItem:
    """One item, which leads somewhere, or is a heading for those under it."""

    title: str
    url: str | None
    locale: str
    """The language of the title."""
    page: dict[str, Any] | None = None
    translation_key: UUID | None = None
    children: list[MenuItem] = field(default_factory=list)

    def page_ids(self) -> Iterator[int]:
        """The pages that this item and those under it lead to."""
        if self.page is not None:
            yield self.page["id"]
        for child in self.children:
            yield from child.page_ids()


@dataclass(frozen=True)
class Menu:
    """One menu."""

    name: str
    items: list[MenuItem]
    locale: str | None = None
    """The language in which it was found, which is another than the asked one where there is none in that."""
    source: Literal["menu", "pages"] | None = None
    """Whether editors wrote it, or it is made of the page tree, or there is none."""


class Trail:
    """The way to where the reader is: a page, or an address that is no page of this service."""

    def __init__(self, site: Site, page: Page | None = None, addresses: Iterable[str] = ()) -> None:
        self._here = page.translation_key if page is not None else None
        self._addresses = {_comparable(address) for address in addresses}
        self._above: frozenset[UUID] = frozenset()
        if page is not None:
            above = page.get_ancestors().filter(depth__gt=1).values_list("translation_key", flat=True)
            # Every page is under the home page: an item that leads there would always be active.
            self._above = frozenset(above) - {site.root_page.translation_key}

    def ends_at(self, item: MenuItem) -> bool:
        """Whether the reader is where the item leads to, in whatever language."""
        if item.translation_key is not None and item.translation_key == self._here:
            return True
        return item.url is not None and _comparable(item.url) in self._addresses

    def includes(self, item: MenuItem) -> bool:
        """Whether the reader is there, or under it: in the menu or in the page tree."""
        above = item.translation_key is not None and item.translation_key in self._above
        return above or self.ends_at(item) or any(self.includes(child) for child in item.children)


def represent_items(items: Iterable[MenuItem], depth: int, trail: Trail | None = None) -> list[dict[str, Any]]:
    """So many upper levels as JSON. With a trail, items on it are `active`; the one at its end is `current` as well."""
    if depth == 0:
        return []
    shown = [_represent_item(item, depth, trail) for item in items]
    # A heading is nothing without what is under it.
    return [item for item in shown if item["url"] or item["children"]]


def _represent_item(item: MenuItem, depth: int, trail: Trail | None) -> dict[str, Any]:
    return {
        "title": item.title,
        "url": item.url,
        "page": item.page,
        "locale": item.locale,
        "active": trail is not None and trail.includes(item),
        "current": trail is not None and trail.ends_at(item),
        "children": represent_items(item.children, depth - 1, trail),
    }


class Navigation:
    """The frame of one website in one language, for one requester."""

    def __init__(self, site: Site, locale: Locale, request: Any, depth: int = DEFAULT_DEPTH) -> None:
        self.site, self.locale, self.request, self.depth = site, locale, request, depth

    @cached_property
    def home(self) -> Page | None:
        """The home page in the language, or in the site's own, as far as the requester may see it."""
        return self._homes.get(self.locale.pk) or self._homes.get(self.site.root_page.locale_id)

    def languages(self) -> list[dict[str, Any]]:
        """The languages in which the site has a home page, the site's own first."""
        first = self.site.root_page.locale_id
        homes = sorted(self._homes.values(), key=lambda home: (home.locale_id != first, home.locale.language_code))
        return [self._language(home) for home in homes]

    def website(self) -> dict[str, Any]:
        """The site itself."""
        return {
            "id": self.site.pk,
            "name": self.site.site_name or settings.WAGTAIL_SITE_NAME,
            "hostname": self.site.hostname,
            "url": website_of(self.site.pk, self.site.root_url, self.request),
        }

    def menus(self, names: Iterable[str] = MenuName.values) -> dict[str, Menu]:
        """The menus of these names, each in the language, or in the one that stands in for it."""
        names = list(names)
        written = self._written(names)
        return {name: written.get(name) or self._unwritten(name) for name in names}

    @cached_property
    def _homes(self) -> dict[int, Page]:
        root = self.site.root_page
        homes = visible_pages(self.request).filter(translation_key=root.translation_key).select_related("locale")
        return {home.locale_id: home for home in homes}

    def _language(self, home: Page) -> dict[str, Any]:
        return {
            "locale": home.locale.language_code,
            "name": home.locale.get_display_name(),
            "home": represent_page_link(home, self.request),
            "current": home.locale_id == self.locale.pk,
        }

    def _written(self, names: Sequence[str]) -> dict[str, Menu]:
        """The menus that editors wrote. All that they refer to is loaded at once."""
        rows = self._rows(names)
        references_for({"request": self.request}).load_streams([row.items for row in rows.values()])
        links = {name: _links_of(row, self.request) for name, row in rows.items()}
        borrowed = [link for name, row in rows.items() if row.locale_id != self.locale.pk for link in flat(links[name])]
        lead_to_translations(borrowed, self.locale, self.request)
        facts = _facts(link for listed in links.values() for link in flat(listed))
        return {name: self._written_menu(row, links[name], facts) for name, row in rows.items()}

    def _rows(self, names: Sequence[str]) -> dict[str, NavigationMenu]:
        # Not Wagtail's for_site(), which makes a row where there is none.
        setting = NavigationSettings.objects.filter(site=self.site).prefetch_related("texts__locale").first()
        if setting is None:
            return {}
        setting.site = self.site
        found = {name: setting.menu(name, self.locale) for name in names}
        return {name: row for name, row in found.items() if row is not None}

    def _written_menu(self, row: NavigationMenu, links: Sequence[Link], facts: dict[int, tuple[UUID, str]]) -> Menu:
        language = row.locale.language_code
        return Menu(row.name, [_item(link, language, facts) for link in links], language, "menu")

    def _unwritten(self, name: str) -> Menu:
        if name != MenuName.MAIN or self.home is None:
            return Menu(name, [])
        return Menu(name, self._tree(self.home), self.home.locale.language_code, "pages")

    def _tree(self, home: Page) -> list[MenuItem]:
        """The pages under the home page that are to be in menus, as far as all pages above them are in the menu."""
        below = visible_pages(self.request).filter(
            path__startswith=home.path, depth__gt=home.depth, depth__lte=home.depth + self.depth, show_in_menus=True
        )
        top: list[MenuItem] = []
        levels = {home.path: top}
        for page in below.select_related("locale").order_by("depth", "path")[:MAX_TREE_ITEMS]:
            siblings = levels.get(page.path[: -Page.steplen])
            link = represent_page_link(page, self.request)
            if siblings is not None and link["url"]:
                item = MenuItem(page.title, link["url"], page.locale.language_code, link, page.translation_key)
                siblings.append(item)
                levels[page.path] = item.children
        return top


def lead_to_translations(links: Sequence[Link], locale: Locale, request: Any) -> None:
    """Change links that were written in another language: where a page has a translation, they take that and its title.

    What has no translation that the requester may see is left as it is.
    """
    references = references_for({"request": request})
    translations = _translations({link["page"]["id"] for link in links if link["page"]}, locale)
    references.load({Page: set(translations.values())})
    for link in links:
        key = translations.get(link["page"]["id"]) if link["page"] else None
        page = references.represent(Page, key) if key is not None else None
        if page is not None:
            link |= {"page": page, "url": page["url"], "text": page["title"]}


def flat(links: Iterable[Link]) -> Iterator[Link]:
    """The links and all that are under them."""
    for link in links:
        yield link
        yield from flat(link.get("children", []))


def _translations(ids: set[int], locale: Locale) -> dict[int, int]:
    """The pages that these are in a language, by id; whoever may see them."""
    if not ids:
        return {}
    originals = dict(Page.objects.filter(pk__in=ids).exclude(locale=locale).values_list("pk", "translation_key"))
    same = Page.objects.filter(translation_key__in=originals.values(), locale=locale)
    translated = dict(same.values_list("translation_key", "pk"))
    return {pk: translated[key] for pk, key in originals.items() if key in translated}


def _links_of(row: NavigationMenu, request: Any) -> list[Link]:
    blocks = row.items.stream_block.get_api_representation(row.items, {"request": request})
    return [block["value"] for block in blocks if block["value"] is not None]


def _facts(links: Iterable[Link]) -> dict[int, tuple[UUID, str]]:
    """Translation key and language of the pages that are linked to, by id."""
    ids = {link["page"]["id"] for link in links if link["page"]}
    rows = Page.objects.filter(pk__in=ids).values_list("pk", "translation_key", "locale__language_code")
    return {pk: (key, language) for pk, key, language in rows}


def _item(link: Link, language: str, facts: dict[int, tuple[UUID, str]]) -> MenuItem:
    page = link["page"]
    key, language_of_page = facts.get(page["id"], (None, language)) if page else (None, language)
    # A text that an editor wrote is in the menu's language; the title of a page is in the page's.
    language_of_title = language_of_page if page and link["text"] == page["title"] else language
    children = [_item(child, language, facts) for child in link["children"]]
    return MenuItem(link["text"], link["url"] or None, language_of_title, page, key, children)


def _comparable(address: str) -> str:
    """An address without what does not matter when two are compared: its end, and the case of its host."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return f"{parts.scheme.lower()}://{parts.netloc.lower()}{parts.path.rstrip('/')}"
