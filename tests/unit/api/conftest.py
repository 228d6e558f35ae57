"""What the tests of the API share."""

from __future__ import annotations

import pytest
from django.test import Client
from wagtail.models import Locale, Site

from tests.factories import pages as build


@pytest.fixture
def api(db: None) -> Client:
    """A client of the API that sees crashes as their answer, as everybody else does."""
    return Client(raise_request_exception=False)


@pytest.fixture
def site(db: None) -> Site:
    """The default site, with our home page."""
    build.home_page()
    found: Site = Site.objects.get(is_default_site=True)
    return found


@pytest.fixture
def welsh(db: None) -> Locale:
    """The second language."""
    locale: Locale = Locale.objects.get_or_create(language_code="cy")[0]
    return locale
