"""The frame of a website: menus, languages, footer, emergency banner. Everything around a page, in one answer."""

from __future__ import annotations

from typing import Any, ClassVar

from django.urls import URLPattern, path
from django.utils.functional import classproperty
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page

from api.addresses import Address, page_at, parse, place_of, site_of
from api.caching.tags import depend_on
from api.openapi.operations import COMMON_PARAMETERS, Answer, Operation, Parameter, component
from api.parameter_rules import MAX_MENU_DEPTH
from api.viewsets.entry import DeliveryEndpoint
from pages.addresses import website_of
from pages.models.site_settings import EmergencyBanner, FooterSettings, MenuName
from pages.navigation import DEFAULT_DEPTH, Menu, Navigation, Trail, represent_items
from pages.references import represent_page_link
from pages.schemas import Components, Schema, list_of, nullable, record, reference
from pages.setting_representations import setting_schema, show_setting
from pages.visibility import visible_pages

DEPTH = Parameter(
    "depth",
    f"How many levels of the menus. Default: {DEFAULT_DEPTH}.",
    {"type": "integer", "minimum": 1, "maximum": MAX_MENU_DEPTH, "default": DEFAULT_DEPTH},
)
CURRENT = Parameter(
    "current",
    "Where the reader is: a path, a web address, or the id of a page. Items on the way there are `active`.",
)
_PARAMETERS = (*COMMON_PARAMETERS, DEPTH, CURRENT)
_LANGUAGE_HEADER = ("Content-Language",)

_LOCALE = reference("Locale")
_LOCALE_OR_NULL = nullable(_LOCALE)
_ITEMS = list_of(reference("NavigationItem"))
_PAGE_OR_NULL = nullable(reference("PageLink"))


def _components() -> dict[str, Schema]:
    found = Components()
    footer = setting_schema(FooterSettings, found)
    banner = setting_schema(EmergencyBanner, found)
    del banner["active"]
    language = {"locale": _LOCALE_OR_NULL | {"description": "The language of the text; null where there is none."}}
    return found.schemas | {
        "NavigationItem": _ITEM,
        "NavigationSite": _WEBSITE,
        "NavigationLanguage": _LANGUAGE,
        "Menu": _MENU,
        "NavigationFooter": record(language | footer, "The footer of a website."),
        "NavigationBanner": record(language | banner, "A banner that everybody must see today."),
        "Navigation": _FRAME,
    }


_ITEM = record(
    {
        "title": {"type": "string"},
        "url": {"type": ["string", "null"], "minLength": 1},
        "page": _PAGE_OR_NULL,
        "locale": _LOCALE | {"description": "The language of the title."},
        "active": {"type": "boolean", "description": "Whether the reader is there, or under it."},
        "current": {"type": "boolean", "description": "Whether the reader is there."},
        "children": _ITEMS,
    },
    "An item of a menu: a link, or, without `url`, a heading for those under it.",
)
_WEBSITE = record(
    {
        "id": {"type": "integer", "minimum": 1},
        "name": {"type": "string"},
        "hostname": {"type": "string"},
        "url": {"type": "string", "format": "uri"},
    },
    "A website.",
)
_LANGUAGE = record(
    {
        "locale": _LOCALE,
        "name": {"type": "string", "description": "The language's name for itself."},
        "home": reference("PageLink"),
        "current": {"type": "boolean", "description": "Whether it is the one that was asked for."},
    },
    "A language of the website, for a language switch.",
)
_MENU = record(
    {
        "name": {"type": "string", "enum": list(MenuName.values)},
        "locale": _LOCALE_OR_NULL | {"description": "The language in which there is one; null where there is none."},
        "source": {"enum": ["menu", "pages", None], "description": "Written by editors, or made of the page tree."},
        "items": _ITEMS,
    },
    "One menu.",
)
_FRAME = record(
    {
        "site": reference("NavigationSite"),
        "locale": _LOCALE | {"description": "The language that was asked for."},
        "locales": list_of(reference("NavigationLanguage")),
        "home": _PAGE_OR_NULL,
        "menus": record(dict.fromkeys(MenuName.values, _ITEMS), "The menus by name."),
        "footer": reference("NavigationFooter"),
        "emergency_banner": nullable(reference("NavigationBanner")),
    },
    "Everything around a page.",
)


class NavigationViewSet(DeliveryEndpoint):
    """Menus, and what else is around a page."""

    operations: ClassVar[tuple[Operation, ...]] = (
        Operation(
            "frame",
            "Everything around a page",
            {
                200: Answer(
                    "Site, languages, menus, footer, emergency banner.",
                    component("Navigation"),
                    headers=_LANGUAGE_HEADER,
                )
            },
            _PARAMETERS,
        ),
        Operation(
            "menu",
            "One menu",
            {
                200: Answer("The menu.", component("Menu"), headers=_LANGUAGE_HEADER),
                404: Answer("There is no menu of this name."),
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
        """The frame, and one menu."""
        return [
            path("", cls.as_view({"get": "frame"}), name="listing"),
            path("<str:menu>/", cls.as_view({"get": "menu"}), name="detail"),
        ]

    def frame(self, request: Request) -> Response:
        """Everything around a page."""
        navigation, trail = self._navigation(), self._trail()
        menus = navigation.menus()
        self._depend_on(navigation, menus)
        home = navigation.home
        return self._response(
            {
                "site": navigation.website(),
                "locale": self.locale.language_code,
                "locales": navigation.languages(),
                "home": represent_page_link(home, request) if home is not None else None,
                "menus": {name: represent_items(menu.items, navigation.depth, trail) for name, menu in menus.items()},
                "footer": self._setting(FooterSettings),
                "emergency_banner": self._banner(),
            }
        )

    def menu(self, request: Request, menu: str) -> Response:
        """One menu. Raises NotFound for a name that no menu has."""
        if menu not in MenuName.values:
            raise NotFound
        navigation = self._navigation()
        found = navigation.menus([menu])[menu]
        self._depend_on(navigation, {menu: found})
        items = represent_items(found.items, navigation.depth, self._trail())
        return self._response({"name": found.name, "locale": found.locale, "source": found.source, "items": items})

    def _response(self, data: dict[str, Any]) -> Response:
        return Response(data, headers={"Content-Language": self.locale.language_code})

    def _navigation(self) -> Navigation:
        depth = int(self.request.GET.get("depth", DEFAULT_DEPTH))
        return Navigation(self.site, self.locale, self.request, depth)

    def _setting(self, model: Any) -> dict[str, Any]:
        shown = show_setting(model, self.site, self.locale, self.request)
        return {"locale": shown.locale} | shown.fields

    def _banner(self) -> dict[str, Any] | None:
        banner = self._setting(EmergencyBanner)
        return banner if banner.pop("active") else None

    def _trail(self) -> Trail | None:
        """The way to where the reader is, as far as there is such a page for them."""
        current = self.request.GET.get("current")
        if current is None:
            return None
        if current.isdigit():
            return Trail(self.site, self._visible(int(current)))
        address = parse(current, "current")
        elsewhere = address.host and site_of(address, self.request._request) not in {self.site, None}
        page = None if elsewhere else self._page_at(address)
        return Trail(self.site, page, {current} if address.host else self._written_out(address))

    def _page_at(self, address: Address) -> Page | None:
        """The page at an address, whose path may do without the prefix of the language that was asked for."""
        for locale in dict.fromkeys((self.locale if "locale" in self.request.GET else None, None)):
            page = page_at(place_of(address, self.site, locale), self.request._request)
            if page is not None:
                return self._visible(page.pk)
        return None

    def _written_out(self, address: Address) -> set[str]:
        """A path as an editor may have written it in a menu: as a whole address of the website."""
        websites = {website_of(self.site.pk, self.site.root_url, self.request), self.site.root_url}
        return {website + address.path for website in websites}

    def _visible(self, key: int) -> Page | None:
        page: Page | None = visible_pages(self.request).filter(pk=key).first()
        return page

    def _depend_on(self, navigation: Navigation, menus: dict[str, Menu]) -> None:
        depend_on(self.request, "navigation", "settings", f"site-{self.site.pk}", f"locale-{self.locale.language_code}")
        depend_on(self.request, *(f"page-{language['home']['id']}" for language in navigation.languages()))
        ids = (key for menu in menus.values() for item in menu.items for key in item.page_ids())
        depend_on(self.request, *(f"page-{key}" for key in ids))
