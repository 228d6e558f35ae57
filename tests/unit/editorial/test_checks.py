"""The system check."""

from __future__ import annotations

from unittest.mock import patch

from wagtail.models import DraftStateMixin

from cms.editorial.checks import drafts_have_workflows


def test_our_models_pass() -> None:
    assert drafts_have_workflows(None) == []


def test_model_with_drafts_and_no_workflow_is_an_error() -> None:
    class Leaflet(DraftStateMixin):
        class Meta:
            abstract = True

    with patch("cms.editorial.checks.apps.get_models", return_value=[Leaflet]):
        assert [message.id for message in drafts_have_workflows(None)] == ["editorial.E001"]
