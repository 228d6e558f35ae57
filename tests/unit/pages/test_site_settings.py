"""Menus, footer, banner and statement, in two languages."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.urls import reverse
from wagtail.models import Locale, Site
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from pages import models
from tests.factories import pages as factories
from tests.factories import people

pytestmark = pytest.mark.django_db

SETTINGS: list[Any] = [
    models.NavigationSettings,
    models.FooterSettings,
    models.EmergencyBanner,
    models.AccessibilityStatement,
]


@pytest.fixture
def site() -> Site:
    found: Site = Site.objects.get(is_default_site=True)
    return found


@pytest.fixture
def english() -> Locale:
    found: Locale = Locale.get_default()
    return found


@pytest.fixture
def welsh() -> Locale:
    locale: Locale = Locale.objects.get_or_create(language_code="cy")[0]
    return locale


def test_a_text_is_found_in_its_language(site: Site, english: Locale, welsh: Locale) -> None:
    banner = models.EmergencyBanner.objects.create(site=site, active=True)
    models.EmergencyBannerText.objects.create(setting=banner, locale=english, heading="Flooding")
    models.EmergencyBannerText.objects.create(setting=banner, locale=welsh, heading="Llifogydd")
    assert banner.text_in(welsh).heading == "Llifogydd"
    assert banner.text_in(english).heading == "Flooding"


def test_a_language_without_text_gets_the_default_one(site: Site, english: Locale, welsh: Locale) -> None:
    banner = models.EmergencyBanner.objects.create(site=site)
    assert banner.text_in(welsh) is None
    models.EmergencyBannerText.objects.create(setting=banner, locale=english, heading="Flooding")
    assert banner.text_in(welsh).heading == "Flooding"


def test_a_language_without_text_gets_that_of_the_home_page_first(english: Locale, welsh: Locale) -> None:
    site = Site.objects.create(hostname="cy.example", root_page=factories.HomePageFactory(locale=welsh))
    banner = models.EmergencyBanner.objects.create(site=site)
    models.EmergencyBannerText.objects.create(setting=banner, locale=english, heading="Flooding")
    models.EmergencyBannerText.objects.create(setting=banner, locale=welsh, heading="Llifogydd")
    french = Locale.objects.get_or_create(language_code="fr")[0]
    assert banner.text_in(french).heading == "Llifogydd"


def test_readers_see_nothing_of_a_banner_that_is_off(site: Site, english: Locale) -> None:
    banner = models.EmergencyBanner.objects.create(site=site, active=False, kind="notable_death")
    text = models.EmergencyBannerText.objects.create(setting=banner, locale=english, heading="Flooding")
    off, nothing = banner.for_readers(english)
    assert (off.active, off.kind, nothing) == (False, "", None)  # type: ignore[attr-defined]
    banner.active = True
    assert banner.for_readers(english) == (banner, text)


def test_a_setting_is_for_readers_only_when_it_says_so() -> None:
    assert models.site_settings.LocalisedSetting.api_public is False
    assert {model for model in SETTINGS if model.api_public} == set(SETTINGS) - {models.NavigationSettings}


def test_a_site_has_several_menus(site: Site, english: Locale, welsh: Locale) -> None:
    menus = models.NavigationSettings.objects.create(site=site)
    items = [("item", factories.link(url="https://a.example/", text="A") | {"children": []})]
    main = models.NavigationMenu.objects.create(setting=menus, locale=english, name="main", items=items)
    service = models.NavigationMenu.objects.create(setting=menus, locale=english, name="service", items=items)
    welsh_main = models.NavigationMenu.objects.create(setting=menus, locale=welsh, name="main", items=items)
    assert menus.menu("main", welsh) == welsh_main
    assert menus.menu("main", english) == main
    assert menus.menu("service", welsh) == service
    assert menus.menu("other", welsh) is None


def test_a_menu_without_items_is_none(site: Site, english: Locale, welsh: Locale) -> None:
    menus = models.NavigationSettings.objects.create(site=site)
    items = [("item", factories.link(url="https://a.example/", text="A") | {"children": []})]
    main = models.NavigationMenu.objects.create(setting=menus, locale=english, name="main", items=items)
    models.NavigationMenu.objects.create(setting=menus, locale=welsh, name="main")
    assert menus.menu("main", welsh) == main


def test_one_language_has_one_text(site: Site, english: Locale) -> None:
    footer = models.FooterSettings.objects.create(site=site)
    models.FooterText.objects.create(setting=footer, locale=english)
    with pytest.raises(IntegrityError):
        models.FooterText.objects.create(setting=footer, locale=english)


def test_a_banner_whose_link_lacks_an_address_is_refused(site: Site, english: Locale) -> None:
    banner = models.EmergencyBanner.objects.create(site=site)
    text = models.EmergencyBannerText(setting=banner, locale=english, heading="Flooding", link_text="More")
    with pytest.raises(ValidationError, match="both a text and an address"):
        text.full_clean()


@pytest.mark.parametrize("model", SETTINGS, ids=lambda model: model.__name__)
def test_every_setting_has_a_form_in_the_admin(model: type, site: Site) -> None:
    address = reverse("wagtailsettings:edit", args=["pages", model._meta.model_name, site.pk])
    assert people.browser_of(people.superuser()).get(address).status_code == 200


def test_a_menu_is_written_in_the_admin(site: Site, english: Locale) -> None:
    item = {"page": "", "url": "https://example.gov.uk/", "text": "Help", "children": streamfield([])}
    menu = {"name": "main", "locale": str(english.pk), "items": streamfield([("item", item)])}
    address = reverse("wagtailsettings:edit", args=["pages", "navigationsettings", site.pk])
    data = nested_form_data({"texts": inline_formset([menu])})
    response = people.browser_of(people.superuser()).post(address, data)
    assert response.status_code == 302
    found = models.NavigationSettings.for_site(site).menu("main", english)
    assert found is not None
    assert found.items[0].value["text"] == "Help"
