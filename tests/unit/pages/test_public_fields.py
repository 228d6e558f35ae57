"""Fields of settings, as JSON."""

from __future__ import annotations

import pytest
from wagtail.api import APIField
from wagtail.models import Site

from pages import models
from pages.public_fields import fields_schema, public_fields
from pages.schemas import Components, MissingSchemaError
from tests.factories import pages as factories
from tests.unit.pages.conftest import Context

pytestmark = pytest.mark.django_db


@pytest.fixture
def banner() -> models.EmergencyBanner:
    """The setting of the default site."""
    made: models.EmergencyBanner = models.EmergencyBanner.objects.create(site=Site.objects.get(is_default_site=True))
    return made


def show_only(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(models.EmergencyBanner, "api_fields", [APIField(name)])


def test_only_what_is_declared_is_shown(banner: models.EmergencyBanner, anonymous: Context) -> None:
    assert public_fields(banner, anonymous) == {"active": False, "kind": "national_emergency"}
    assert fields_schema(models.EmergencyBanner, Components()).keys() == {"active", "kind"}


def test_what_a_foreign_key_points_to_is_hidden_unless_there_is_a_rule_for_it(
    banner: models.EmergencyBanner, anonymous: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_only("site", monkeypatch)
    assert public_fields(banner, anonymous) == {"site": None}


def test_foreign_key_to_a_draft_is_null(anonymous: Context) -> None:
    contact = factories.ContactFactory(live=False)
    statement = models.AccessibilityStatement(contact=contact)
    assert public_fields(statement, anonymous)["contact"] is None


def test_value_without_a_form_in_json_is_a_mistake(
    banner: models.EmergencyBanner, anonymous: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    show_only("texts", monkeypatch)
    with pytest.raises(TypeError, match=r"EmergencyBanner\.texts needs a serializer"):
        public_fields(banner, anonymous)
    with pytest.raises(MissingSchemaError):
        fields_schema(models.EmergencyBanner, Components())
