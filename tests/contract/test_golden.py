"""The JSON of a page of every type stays as it is, until somebody changes it on purpose.

`UPDATE_GOLDEN=1 .venv/bin/pytest tests/contract/test_golden.py` writes the files in golden/ anew: look at what git
shows as changed before you commit it.
"""

from __future__ import annotations

import difflib
import json
import os
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from wagtail.models import Page, get_page_models

from tests.contract.openapi import errors_of
from tests.contract.rich_pages import rich_page

GOLDEN = Path(__file__).parent / "golden"
TYPES = [model for model in get_page_models() if model is not Page]
VOLATILE = {"id", "sha256", "size", "placeholder", "version", "first_published_at", "public_updated_at", "at"}
KEPT_EMPTY = {
    "": {"alias_of", "translations", "links"},
    "HomePage": {"alias_of", "translations", "links", "parent", "breadcrumbs"},
    "NewsArticlePage": {"alias_of"},
}
"""By page type: what is empty for a reason."""
IN_ADDRESSES = re.compile(r"(?<=/)[0-9]+(?=/)|(?<=/original_images/)[\w-]{22}(?=/)")
"""Ids, and names of files in the store."""


def golden_file(model: type[Page]) -> Path:
    return GOLDEN / f"{model._meta.label}.json"


def steady(value: Any, name: str = "") -> Any:
    """The answer without what is different each time: ids, times, checks of content."""
    if isinstance(value, dict):
        return {member: steady(inner, member) for member, inner in value.items()}
    if isinstance(value, list):
        return [steady(inner, name) for inner in value]
    if name in VOLATILE and value is not None:
        return f"<{name}>"
    return IN_ADDRESSES.sub("<id>", value) if isinstance(value, str) else value


def written(value: Any) -> str:
    return json.dumps(steady(value), indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model._meta.label)
def test_json_of_a_page_is_as_it_was(api: Client, s3_bucket: object, model: type[Page]) -> None:
    page = rich_page(model)
    shown = api.get(f"/api/v2/pages/{page.pk}/").json()
    now, file = written(shown), golden_file(model)

    if os.environ.get("UPDATE_GOLDEN"):
        file.write_text(now, encoding="utf-8")
    before = file.read_text(encoding="utf-8") if file.exists() else ""
    if before != now:
        changes = difflib.unified_diff(before.splitlines(), now.splitlines(), file.name, "now", lineterm="")
        how = "When that is meant, run: UPDATE_GOLDEN=1 .venv/bin/pytest tests/contract/test_golden.py"
        pytest.fail("\n".join(["The JSON of this page type has changed.", how, *changes]), pytrace=False)
    assert errors_of("Page", shown) == []


@pytest.mark.parametrize("model", TYPES, ids=lambda model: model._meta.label)
def test_page_has_something_in_every_field_and_every_kind_of_block(model: type[Page]) -> None:
    """Or else a change to what is empty there would go unnoticed."""
    shown = json.loads(golden_file(model).read_text(encoding="utf-8"))

    empty = [name for name, value in (shown | shown["meta"]).items() if value in (None, "", [], {})]
    assert sorted(set(empty) - KEPT_EMPTY.get(model.__name__, KEPT_EMPTY[""])) == []
    for name, kinds in _streams(model).items():
        if name == "body":
            assert {block["type"] for block in shown[name]} == kinds - _left_out(model)


def _streams(model: type[Page]) -> dict[str, set[str]]:
    fields = [field for field in model._meta.get_fields() if hasattr(field, "stream_block")]
    return {field.name: set(field.stream_block.child_blocks) for field in fields}


def _left_out(model: type[Page]) -> set[str]:
    """The introduction to a service is one block: its stream is that of forms, which have them all."""
    if model.__name__ != "ServiceStartPage":
        return set()
    return _streams(model)["body"] - {"text"}


def test_no_golden_file_is_left_of_a_type_that_is_gone() -> None:
    assert sorted(GOLDEN.glob("*.json")) == sorted(golden_file(model) for model in TYPES)
