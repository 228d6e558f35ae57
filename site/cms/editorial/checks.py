"""System checks: what would not work together with the four-eyes rule."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.core import checks
from wagtail.models import DraftStateMixin, WorkflowMixin


def register() -> None:
    """Make `manage.py check` run these checks."""
    checks.register(drafts_have_workflows)


def drafts_have_workflows(app_configs: Any, **kwargs: Any) -> list[checks.CheckMessage]:
    """Every model with drafts needs a workflow, because nothing else publishes."""
    return [
        checks.Error(
            f"{model._meta.label} has drafts but no workflow, so nobody can publish it.",
            hint="Derive it from WorkflowMixin too, or leave DraftStateMixin away.",
            obj=model,
            id="editorial.E001",
        )
        for model in apps.get_models()
        if issubclass(model, DraftStateMixin) and not issubclass(model, WorkflowMixin)
    ]
