"""The first site of a new installation."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from wagtail.models import Page, Site

from pages.models import HomePage

pytestmark = pytest.mark.django_db


def test_home_page_takes_the_place_of_the_welcome_page(settings, client):
    settings.FRONTEND_URL = "https://www.example.gov.uk"
    call_command("create_site", "Department for Rivers")

    site = Site.objects.get()
    assert (site.hostname, site.port, site.is_default_site) == ("www.example.gov.uk", 443, True)
    assert site.root_page.specific == HomePage.objects.get()
    assert [page.title for page in Page.objects.filter(depth=2)] == ["Department for Rivers"]
    (item,) = client.get("/api/v2/pages/").json()["items"]
    assert item["title"] == "Department for Rivers"
    assert item["meta"]["html_url"] == "https://www.example.gov.uk/"


def test_second_time_is_refused_and_changes_nothing():
    call_command("create_site", "Department for Rivers")
    with pytest.raises(CommandError, match="already"):
        call_command("create_site", "Another")
    assert HomePage.objects.count() == 1


def test_welcome_page_with_pages_below_it_stays():
    welcome = Site.objects.get().root_page
    welcome.add_child(instance=Page(title="Written by somebody", slug="written"))
    call_command("create_site", "Department for Rivers")
    assert Page.objects.filter(pk=welcome.pk).exists()
