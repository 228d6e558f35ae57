"""Where pages may be, and what a whole type promises."""

from __future__ import annotations

import pytest
from django.apps import apps
from wagtail.api import APIField
from wagtail.models import Page, get_page_models

from pages import models
from pages.models.base import BasePage
from pages.representations import BulkField

OURS = [model for model in get_page_models() if issubclass(model, BasePage)]
INTERNAL = {
    "owner",
    "to_address",
    "from_address",
    "subject",
    "change_type",
    "locked_by",
    "latest_revision",
    "keep_submissions_for",
}

ALLOWED = {
    (models.HomePage, Page),
    (models.SectionPage, models.HomePage),
    (models.SectionPage, models.OrganisationPage),
    (models.GuidanceChapterPage, models.GuidancePage),
    (models.GuidancePage, models.TopicPage),
    (models.ServiceStartPage, models.HomePage),
    (models.PersonPage, models.OrganisationPage),
    (models.NewsArticlePage, models.SectionPage),
}
REFUSED = {
    (models.HomePage, models.HomePage),
    (models.SectionPage, Page),
    (models.NewsArticlePage, models.HomePage),
    (models.NewsArticlePage, models.NewsArticlePage),
    (models.GuidanceChapterPage, models.SectionPage),
    (models.GuidanceChapterPage, models.GuidanceChapterPage),
    (models.PublicationPage, models.TopicPage),
    (models.PersonPage, models.HomePage),
}


def name(pair: tuple[type[Page], type[Page]]) -> str:
    return f"{pair[0].__name__} under {pair[1].__name__}"


@pytest.mark.parametrize("pair", sorted(ALLOWED, key=name), ids=name)
def test_a_page_may_be_here(pair: tuple[type[Page], type[Page]]) -> None:
    assert pair[1] in pair[0].allowed_parent_page_models()


@pytest.mark.parametrize("pair", sorted(REFUSED, key=name), ids=name)
def test_a_page_may_not_be_here(pair: tuple[type[Page], type[Page]]) -> None:
    assert pair[1] not in pair[0].allowed_parent_page_models()


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
class TestEveryType:
    """What every page type keeps to."""

    def test_both_ends_of_the_rules_agree(self, model: type[BasePage]) -> None:
        declared = {apps.get_model(label) for label in model.parent_page_types}
        assert declared == set(model.allowed_parent_page_models())
        below = {apps.get_model(label) for label in model.subpage_types}
        assert below == set(model.allowed_subpage_models())

    def test_an_editor_is_told_what_it_is_for(self, model: type[BasePage]) -> None:
        assert model.page_description.endswith(".")
        assert model._meta.verbose_name != "page"

    def test_nothing_internal_is_public(self, model: type[BasePage]) -> None:
        assert not {field.name for field in APIField.get_fields_for_model(model)} & INTERNAL

    def test_relations_have_a_serializer_that_asks_who_reads(self, model: type[BasePage]) -> None:
        for field in APIField.get_fields_for_model(model):
            relation = field.serializer is None and getattr(getattr(model, field.name), "rel", None)
            if not relation:
                continue
            rows = relation.related_model
            assert field.name in model.api_prefetch
            for inner in APIField.get_fields_for_model(rows):
                column = inner.name in {found.name for found in rows._meta.concrete_fields}
                if column and rows._meta.get_field(inner.name).is_relation:
                    assert isinstance(inner.serializer, BulkField)

    def test_all_its_content_is_public(self, model: type[BasePage]) -> None:
        own = {field.name for field in model._meta.local_fields if not field.primary_key}
        parts = {"lead_image_alt", "lead_image_decorative", "change_note", "page_ptr"}
        public = {field.name for field in APIField.get_fields_for_model(model)}
        assert own - INTERNAL - parts <= public

    def test_its_text_can_be_searched(self, model: type[BasePage]) -> None:
        assert {"title", "summary", "body"} <= {field.field_name for field in model.get_searchable_search_fields()}

    def test_its_date_cannot_be_typed_in(self, model: type[BasePage]) -> None:
        assert "public_updated_at" not in model.get_edit_handler().get_form_class().base_fields
