"""What has changed between two documents, in words."""

from __future__ import annotations

from typing import Any

import pytest

from api.openapi.snapshot import differences, written


def test_equal_documents_are_written_the_same() -> None:
    assert written({"b": 1, "a": [1]}) == written({"a": [1], "b": 1})


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ({"a": {"b": 1}}, {"a": {"b": 2}}, "~ a / b: 1 → 2"),
        ({"a": {}}, {"a": {"b": 1}}, "+ a / b: 1"),
        ({"a": {"b": 1}}, {"a": {}}, "- a / b"),
        ({"required": ["x", "y"]}, {"required": ["x"]}, "- required / y"),
        (
            {"parameters": [{"name": "x", "d": 1}]},
            {"parameters": [{"name": "x", "d": 2}]},
            "~ parameters / x / d: 1 → 2",
        ),
        ({"oneOf": [{"$ref": "#/A"}]}, {"oneOf": [{"$ref": "#/B"}]}, "- oneOf / #/A"),
        ({"a": 1}, {"a": "x" * 300}, "…"),
    ],
)
def test_change_is_named(before: Any, after: Any, change: str) -> None:
    assert any(change in line for line in differences(before, after))


def test_equal_documents_differ_in_nothing() -> None:
    assert list(differences({"a": [1, {"name": "x"}]}, {"a": [1, {"name": "x"}]})) == []
