"""The frame of a website: menus, languages, footer, banner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Locale, Page, PageViewRestriction, Site

from pages import models
from tests.contract.openapi import assert_as_documented
from tests.factories import pages as build
from tests.unit.api.problems import problem_of

ADDRESS = "/api/v2/navigation/"

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_site() -> Site:
    """A second site, with a home page of its own."""
    home = build.HomePageFactory(title="Other home", slug="other")
    made: Site = Site.objects.create(hostname="other.example", port=443, root_page=home, site_name="Other")
    return made


def item(page: Page | None = None, url: str = "", text: str = "", children: Any = ()) -> dict[str, Any]:
    """The value of a menu item of the first or second level."""
    return build.link(page=page, url=url, text=text) | {"children": list(children)}


def write_menu(site: Site, *items: dict[str, Any], locale: Locale | None = None, name: str = "main") -> None:
    """A menu as an editor writes it."""
    setting = models.NavigationSettings.objects.get_or_create(site=site)[0]
    models.NavigationMenu.objects.create(
        setting=setting, name=name, locale=locale or Locale.get_default(), items=[("item", entry) for entry in items]
    )


def translate(page: Page, locale: Locale, title: str, **fields: Any) -> Page:
    """A published translation."""
    made = page.copy_for_translation(locale, copy_parents=True)
    made.title = title
    for name, value in fields.items():
        setattr(made, name, value)
    made.save_revision().publish()
    found: Page = Page.objects.get(pk=made.pk)
    return found


def asked(api: Client, query: str = "", menu: str = "") -> Any:
    address = f"{ADDRESS}{menu}{query and '?'}{query}"
    response = api.get(address)
    assert response.status_code == 200, response.content
    assert_as_documented("get", address, response)
    return response.json()


def main_menu(api: Client, query: str = "") -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = asked(api, query)["menus"]["main"]
    assert asked(api, query, "main/")["items"] == items
    return items


def titles(items: list[dict[str, Any]]) -> list[Any]:
    """Titles, and those of the children of whatever has any."""
    return [(entry["title"], titles(entry["children"])) if entry["children"] else entry["title"] for entry in items]


def test_menu_is_what_an_editor_wrote(api: Client, site: Site) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    sandbags = build.TopicPageFactory(title="Sandbags", slug="sandbags", parent=floods)
    jobs = item(url="https://example.gov.uk/jobs", text="Jobs")
    write_menu(site, item(floods, children=[item(sandbags, text="Bags")]), jobs)

    first, second = main_menu(api)

    link = {"id": floods.pk, "type": "pages.SectionPage", "title": "Floods", "url": "/floods/"}
    assert first | {"children": []} == {
        "title": "Floods",
        "url": "/floods/",
        "page": link,
        "locale": "en",
        "active": False,
        "current": False,
        "children": [],
    }
    assert titles(first["children"]) == ["Bags"]
    assert first["children"][0]["url"] == "/floods/sandbags/"
    assert (second["title"], second["url"], second["page"]) == ("Jobs", "https://example.gov.uk/jobs", None)


def test_frame_has_what_is_around_a_page(api: Client, site: Site, welsh: Locale) -> None:
    home = site.root_page
    translate(home, welsh, "Hafan")
    footer = models.FooterSettings.objects.create(site=site)
    models.FooterText.objects.create(
        setting=footer,
        locale=Locale.get_default(),
        licence="Open",
        columns=[("column", {"title": "Help", "links": [build.link(page=home, text="Start")]})],
    )

    frame = asked(api)

    assert frame["site"] == {
        "id": site.pk,
        "name": "Government CMS",
        "hostname": "localhost",
        "url": "http://localhost",
    }
    assert frame["locale"] == "en"
    assert frame["home"]["title"] == "Home"
    assert [(language["locale"], language["name"], language["current"]) for language in frame["locales"]] == [
        ("en", "English", True),
        ("cy", "Cymraeg", False),
    ]
    assert [language["home"]["url"] for language in frame["locales"]] == ["/", "/cy/"]
    assert frame["menus"].keys() == {"main", "service"}
    assert frame["footer"]["locale"] == "en"
    assert frame["footer"]["licence"] == "Open"
    assert frame["footer"]["columns"][0]["value"]["links"][0]["url"] == "/"
    assert frame["emergency_banner"] is None


def test_menu_in_another_language_is_its_own(api: Client, site: Site, welsh: Locale) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    llifogydd = translate(floods, welsh, "Llifogydd", slug="llifogydd")
    write_menu(site, item(floods))
    write_menu(site, item(llifogydd), locale=welsh)

    (only,) = main_menu(api, "locale=cy")

    assert (only["title"], only["url"], only["locale"]) == ("Llifogydd", "/cy/llifogydd/", "cy")
    assert asked(api, "locale=cy", "main/")["locale"] == "cy"
    assert titles(main_menu(api)) == ["Floods"]


def test_language_without_a_menu_gets_the_default_one_whose_links_lead_to_translations(
    api: Client, site: Site, welsh: Locale
) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    coast = build.SectionPageFactory(title="Coast", slug="coast")
    drafted = build.SectionPageFactory(title="Permits", slug="permits")
    translate(floods, welsh, "Llifogydd", slug="llifogydd")
    drafted.copy_for_translation(welsh)
    write_menu(site, item(floods, text="All floods", children=[item(coast, text="The coast")]), item(drafted))

    menu = asked(api, "locale=cy", "main/")

    assert (menu["locale"], menu["source"]) == ("en", "menu")
    first, second = menu["items"]
    assert (first["title"], first["url"], first["locale"]) == ("Llifogydd", "/cy/llifogydd/", "cy")
    assert (first["children"][0]["title"], first["children"][0]["locale"]) == ("The coast", "en")
    assert (second["title"], second["url"], second["locale"]) == ("Permits", "/permits/", "en")


def test_footer_in_the_default_language_leads_to_translations(api: Client, site: Site, welsh: Locale) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    translate(floods, welsh, "Llifogydd", slug="llifogydd")
    footer = models.FooterSettings.objects.create(site=site)
    column = ("column", {"title": "Help", "links": [build.link(page=floods, text="Floods here")]})
    models.FooterText.objects.create(setting=footer, locale=Locale.get_default(), columns=[column])

    shown = asked(api, "locale=cy")["footer"]

    assert shown["locale"] == "en"
    (link,) = shown["columns"][0]["value"]["links"]
    assert (link["text"], link["url"]) == ("Llifogydd", "/cy/llifogydd/")


def test_unknown_menu_is_not_found(api: Client, site: Site) -> None:
    for name in ("footer", "MAIN", "main%00", "x" * 1000, "%F0%9F%98%80"):
        assert api.get(f"{ADDRESS}{name}/").status_code in {400, 404}


def test_site_without_a_menu_gets_its_page_tree(api: Client, site: Site) -> None:
    floods = build.SectionPageFactory(title="Floods", show_in_menus=True)
    build.TopicPageFactory(title="Sandbags", parent=floods, show_in_menus=True)
    build.TopicPageFactory(title="Not in menus", parent=floods)
    build.SectionPageFactory(title="Coast", show_in_menus=True)
    aside = build.SectionPageFactory(title="Aside")
    build.TopicPageFactory(title="Below aside", parent=aside, show_in_menus=True)

    menu = asked(api, menu="main/")

    assert (menu["locale"], menu["source"]) == ("en", "pages")
    assert titles(menu["items"]) == [("Floods", ["Sandbags"]), "Coast"]
    assert asked(api, menu="service/") == {"name": "service", "locale": None, "source": None, "items": []}


def test_page_tree_is_that_of_the_language(api: Client, site: Site, welsh: Locale) -> None:
    floods = build.SectionPageFactory(title="Floods", show_in_menus=True)
    build.SectionPageFactory(title="Only English", show_in_menus=True)
    translate(floods, welsh, "Llifogydd", slug="llifogydd")

    assert titles(main_menu(api, "locale=cy")) == ["Llifogydd"]


def test_language_without_a_home_page_gets_the_page_tree_of_the_sites_own(
    api: Client, site: Site, welsh: Locale
) -> None:
    build.SectionPageFactory(title="Floods", show_in_menus=True)

    menu = asked(api, "locale=cy", "main/")

    assert (menu["locale"], titles(menu["items"])) == ("en", ["Floods"])
    assert [language["locale"] for language in asked(api, "locale=cy")["locales"]] == ["en"]


def test_order_of_the_page_tree_is_that_of_editors(api: Client, site: Site) -> None:
    first = build.SectionPageFactory(title="First", show_in_menus=True)
    second = build.SectionPageFactory(title="Second", show_in_menus=True)
    second.move(first, pos="left")

    assert titles(main_menu(api)) == ["Second", "First"]


@pytest.mark.parametrize("depth", [1, 2, 3, 4, 5])
def test_depth_cuts_the_page_tree(api: Client, site: Site, depth: int) -> None:
    parent: Page = site.root_page
    for level in range(1, 7):
        parent = build.TopicPageFactory(title=f"Level {level}", parent=parent, show_in_menus=True)

    found = 0
    items = main_menu(api, f"depth={depth}")
    while items:
        found, items = found + 1, items[0]["children"]
    assert found == depth


def test_depth_cuts_a_written_menu(api: Client, site: Site) -> None:
    floods = build.SectionPageFactory(title="Floods")
    heading = item(text="Heading", children=[item(floods)])
    write_menu(site, item(floods, children=[item(url="https://a.example/", text="A")]), heading)

    assert titles(main_menu(api, "depth=1")) == ["Floods"]
    assert titles(main_menu(api, "depth=2")) == [("Floods", ["A"]), ("Heading", ["Floods"])]


@pytest.mark.parametrize("value", ["0", "6", "-1", "x", "", "1.5", "9" * 30, "٣"])
def test_depth_beyond_its_bounds_is_refused(api: Client, site: Site, value: str) -> None:
    problem_of(api.get(f"{ADDRESS}?depth={value}"), 400)


def active(items: list[dict[str, Any]]) -> list[str]:
    """Titles of active items, that of the current one with a star."""
    found = []
    for entry in items:
        if entry["active"]:
            found.append(entry["title"] + ("*" if entry["current"] else ""))
        found += active(entry["children"])
    return found


def test_items_on_the_way_to_the_current_page_are_active(api: Client, site: Site) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    sandbags = build.TopicPageFactory(title="Sandbags", slug="sandbags", parent=floods)
    deep = build.TopicPageFactory(title="Deep", slug="deep", parent=sandbags)
    coast = build.SectionPageFactory(title="Coast", slug="coast")
    aside = build.SectionPageFactory(title="Aside", slug="aside")
    write_menu(site, item(site.root_page), item(floods, children=[item(sandbags)]), item(coast, children=[item(aside)]))

    def at(current: object, depth: int = 3) -> list[str]:
        return active(main_menu(api, f"current={current}&depth={depth}"))

    assert at("/floods/sandbags/") == ["Floods", "Sandbags*"]
    assert at("/floods/sandbags") == at("/floods/sandbags/?page=2") == at(sandbags.pk) == ["Floods", "Sandbags*"]
    assert at("http://localhost/floods/sandbags/") == ["Floods", "Sandbags*"]
    assert at("https://preview.example/floods/sandbags/") == ["Floods", "Sandbags*"]
    assert at(deep.pk) == ["Floods", "Sandbags"]
    assert at(aside.pk) == ["Coast", "Aside*"]
    assert at(aside.pk, depth=1) == ["Coast"]
    assert at("/") == ["Home*"]
    assert at("/nowhere/") == at(99999) == []


def test_current_page_may_be_in_another_language(api: Client, site: Site, welsh: Locale) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    translate(floods, welsh, "Llifogydd", slug="llifogydd")
    write_menu(site, item(floods))

    assert active(main_menu(api, "current=/cy/llifogydd/")) == ["Floods*"]
    assert active(main_menu(api, "current=/cy/llifogydd/&locale=cy")) == ["Llifogydd*"]


def test_current_may_be_what_is_no_page(api: Client, site: Site) -> None:
    write_menu(
        site,
        item(url="https://jobs.example/all/", text="Jobs"),
        item(url="http://localhost/search", text="Search"),
    )

    assert active(main_menu(api, "current=https://JOBS.example/all")) == ["Jobs*"]
    assert active(main_menu(api, "current=/search/?q=x")) == ["Search*"]
    assert active(main_menu(api, "current=https://other.example/all")) == []


@pytest.mark.parametrize("value", ["", "news", "javascript:alert(1)", "ftp://a/", "http://[", "http://", "9" * 20, "0"])
def test_current_that_is_no_place_is_refused(api: Client, site: Site, value: str) -> None:
    problem_of(api.get(f"{ADDRESS}?current={value}"), 400)


def draft(page: Page) -> None:
    page.unpublish()


def expire_without_the_scheduler(page: Page) -> None:
    Page.objects.filter(pk=page.pk).update(expire_at=timezone.now() - dt.timedelta(seconds=1))


def restrict(page: Page) -> None:
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)


def delete(page: Page) -> None:
    page.delete()


HIDE = pytest.mark.parametrize("hide", [draft, expire_without_the_scheduler, restrict])


@HIDE
def test_hidden_page_is_left_out_with_what_is_under_it(api: Client, site: Site, hide: Callable[[Page], None]) -> None:
    canary = build.SectionPageFactory(title="CANARY", slug="canary")
    public = build.SectionPageFactory(title="Public", slug="public")
    children = [item(public, text="Below CANARY"), item(url="https://a.example/", text="CANARY A")]
    write_menu(site, item(canary, text="CANARY", children=children), item(public, children=[item(canary)]))
    hide(canary)

    response = api.get(f"{ADDRESS}?current={canary.pk}")

    assert titles(response.json()["menus"]["main"]) == ["Public"]
    assert "CANARY" not in response.content.decode()
    assert "canary" not in response.content.decode()


@HIDE
def test_hidden_page_is_not_in_the_page_tree(api: Client, site: Site, hide: Callable[[Page], None]) -> None:
    canary = build.SectionPageFactory(title="CANARY", slug="canary", show_in_menus=True)
    build.TopicPageFactory(title="Below CANARY", parent=canary, show_in_menus=True)
    build.SectionPageFactory(title="Public", show_in_menus=True)
    hide(canary)

    assert titles(main_menu(api, f"current={canary.pk}")) == ["Public"]


def test_current_page_that_is_hidden_marks_nothing(api: Client, site: Site) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    hidden = build.TopicPageFactory(title="Hidden", slug="hidden", parent=floods, live=False)
    write_menu(site, item(floods))

    assert active(main_menu(api, f"current={hidden.pk}")) == active(main_menu(api, "current=/floods/hidden/")) == []


def test_heading_without_a_target_is_kept_as_long_as_something_is_under_it(api: Client, site: Site) -> None:
    public = build.SectionPageFactory(title="Public")
    hidden = build.SectionPageFactory(title="Hidden", live=False)
    write_menu(
        site,
        item(text="Kept", children=[item(hidden), item(public)]),
        item(text="Empty", children=[item(hidden)]),
    )

    (heading,) = main_menu(api)

    assert titles([heading]) == [("Kept", ["Public"])]
    assert heading["url"] is heading["page"] is None


def test_deleted_page_leaves_no_item(api: Client, site: Site) -> None:
    gone = build.SectionPageFactory(title="Gone")
    write_menu(site, item(gone), item(gone, text="Text"))
    gone.delete()

    assert main_menu(api) == []


def test_sites_have_menus_of_their_own(api: Client, site: Site, other_site: Site, welsh: Locale) -> None:
    here = build.SectionPageFactory(title="Here")
    there = build.SectionPageFactory(title="There", slug="there", parent=other_site.root_page, show_in_menus=True)
    translate(there, welsh, "Acw", slug="acw")
    write_menu(site, item(here), item(there))

    assert [entry["url"] for entry in main_menu(api)] == ["/here/", "https://other.example/there/"]
    other = asked(api, "site=other.example")
    assert titles(other["menus"]["main"]) == ["There"]
    assert other["site"] | {"id": 0} == {
        "id": 0,
        "name": "Other",
        "hostname": "other.example",
        "url": "https://other.example",
    }
    assert other["menus"]["main"][0]["url"] == "/there/"
    assert active(asked(api, "site=other.example&current=/there/")["menus"]["main"]) == ["There*"]
    assert active(asked(api, f"site=other.example&current={here.pk}")["menus"]["main"]) == []


def test_page_tree_of_another_site_does_not_mix(api: Client, site: Site, other_site: Site) -> None:
    build.SectionPageFactory(title="Here", show_in_menus=True)
    build.SectionPageFactory(title="There", parent=other_site.root_page, show_in_menus=True)

    assert titles(main_menu(api)) == ["Here"]
    assert titles(main_menu(api, f"site={other_site.pk}")) == ["There"]


def test_active_banner_is_in_the_frame(api: Client, site: Site, welsh: Locale) -> None:
    banner = models.EmergencyBanner.objects.create(site=site, active=True, kind="local_emergency")
    models.EmergencyBannerText.objects.create(setting=banner, locale=Locale.get_default(), heading="Flooding")

    assert asked(api)["emergency_banner"] == {
        "locale": "en",
        "kind": "local_emergency",
        "heading": "Flooding",
        "description": "",
        "link_text": "",
        "link_url": "",
    }
    models.EmergencyBanner.objects.update(active=False)
    assert asked(api)["emergency_banner"] is None


@pytest.mark.parametrize("query", ["locale=xx", "locale=%00", "site=nowhere.example", "fields=*", "limit=1", "x=1"])
def test_parameter_that_means_nothing_is_refused(api: Client, site: Site, query: str) -> None:
    problem_of(api.get(f"{ADDRESS}?{query}"), 400)
    problem_of(api.get(f"{ADDRESS}main/?{query}"), 400)


def test_asking_writes_nothing(api: Client, site: Site) -> None:
    asked(api)
    asked(api, menu="main/")

    assert not models.NavigationSettings.objects.exists()
    assert not models.FooterSettings.objects.exists()
    assert not models.EmergencyBanner.objects.exists()


def count_queries(api: Client, query: str) -> int:
    asked(api, query)
    with CaptureQueriesContext(connection) as queries:
        asked(api, query)
    return len(queries)


@pytest.mark.parametrize("query", ["locale=en", "locale=cy", "locale=cy&depth=5&current=/floods/"])
def test_menu_costs_the_same_for_any_number_of_items(api: Client, site: Site, welsh: Locale, query: str) -> None:
    floods = build.SectionPageFactory(title="Floods", slug="floods")
    translate(floods, welsh, "Llifogydd")

    def menu(number: int) -> list[dict[str, Any]]:
        made = [build.SectionPageFactory(parent=floods) for _ in range(number)]
        return [item(floods, children=[item(page, children=[build.link(page=page)])]) for page in made]

    write_menu(site, *menu(5))
    few = count_queries(api, query)
    for number in (20, 50):
        models.NavigationMenu.objects.all().delete()
        write_menu(site, *menu(number))
        assert count_queries(api, query) == few
    assert few <= 30


def test_page_tree_costs_the_same_for_any_number_of_pages(api: Client, site: Site) -> None:
    for _ in range(5):
        build.SectionPageFactory(show_in_menus=True)
    few = count_queries(api, "depth=5")
    for number in (20, 50):
        section = build.SectionPageFactory(show_in_menus=True)
        for _ in range(number):
            build.TopicPageFactory(parent=section, show_in_menus=True)
        assert count_queries(api, "depth=5") == few


def test_page_tree_has_a_ceiling(api: Client, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pages.navigation.MAX_TREE_ITEMS", 3)
    for number in range(3):
        section = build.SectionPageFactory(title=f"Section {number}", show_in_menus=True)
        build.TopicPageFactory(parent=section, show_in_menus=True)

    assert titles(main_menu(api)) == ["Section 0", "Section 1", "Section 2"]


def test_answer_says_its_language_and_what_it_depends_on(api: Client, site: Site, welsh: Locale) -> None:
    shown = build.SectionPageFactory(title="Shown", show_in_menus=True)
    hidden = build.SectionPageFactory(title="Hidden", show_in_menus=True, live=False)

    for address in (ADDRESS, f"{ADDRESS}main/"):
        response = api.get(f"{address}?locale=cy")
        tags = set(response["Surrogate-Key"].split())
        assert {"navigation", "settings", "locale-cy", f"site-{site.pk}", f"page-{shown.pk}"} <= tags
        assert f"page-{hidden.pk}" not in tags
        assert response["Content-Language"] == "cy"
