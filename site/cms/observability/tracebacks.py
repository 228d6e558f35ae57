"""Tracebacks for the log: where it went wrong, without the values that were at work there."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from settings.redaction import is_of_database, without_values

_MAX_LINKS = 5
_MAX_FRAMES = 25
_MAX_MESSAGE = 500


def describe(error: BaseException) -> str:
    """The traceback of an exception and of what led to it, oldest first. No local variables, no source of a library."""
    links = list(_chain(error))[:_MAX_LINKS]
    return "\n".join(_section(link) for link in reversed(links))


def message_of(error: BaseException) -> str:
    """The exception's type and text. That of the database is cut: see `without_values`."""
    name = type(error).__qualname__
    module = type(error).__module__
    text = without_values(str(error)) if is_of_database(module) else str(error)
    full_name = name if module == "builtins" else f"{module}.{name}"
    return f"{full_name}: {text[:_MAX_MESSAGE]}" if text else full_name


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _section(error: BaseException) -> str:
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f'  File "{frame.filename}", line {frame.lineno}, in {frame.name}' for frame in frames]
    if len(lines) > _MAX_FRAMES:
        half = _MAX_FRAMES // 2
        lines[half:-half] = ["  …"]
    return "\n".join([*lines, message_of(error)])
