"""The form in which the document is kept under version control, and what differs between two of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any


def written(document: Mapping[str, Any]) -> str:
    """The document as text, the same for equal documents."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def differences(before: Any, after: Any, where: str = "") -> Iterator[str]:
    """Each change on a line of its own, with the way to it: `+` added, `-` removed, `~` changed."""
    if isinstance(before, list) and isinstance(after, list):
        before, after = _by_name(before), _by_name(after)
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            yield from _difference_of_member(before, after, name, f"{where} / {name}" if where else name)
    elif before != after:
        yield f"~ {where}: {_short(before)} → {_short(after)}"


def _by_name(entries: list[Any]) -> dict[str, Any]:
    """The entries of a list by what tells them apart: a change to one of them is then not a change to all."""
    return {_name(entry): entry for entry in entries}


def _name(entry: Any) -> str:
    if isinstance(entry, dict):
        return str(entry.get("name") or entry.get("$ref") or _short(entry))
    return str(entry)


def _difference_of_member(before: dict[str, Any], after: dict[str, Any], name: str, where: str) -> Iterator[str]:
    if name not in after:
        yield f"- {where}"
    elif name not in before:
        yield f"+ {where}: {_short(after[name])}"
    else:
        yield from differences(before[name], after[name], where)


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 200 else f"{text[:200]}…"
