"""What all loggers write, in the form of production."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from cms.observability.logs import DjangoFilter, JsonFormatter, RequestIdFilter


class Log:
    """The lines so far."""

    def __init__(self, stream: io.StringIO) -> None:
        self._stream = stream

    @property
    def text(self) -> str:
        return self._stream.getvalue()

    def lines(self, **fields: Any) -> list[dict[str, Any]]:
        """The lines with these fields. Fails when one is not a JSON object."""
        parsed = [json.loads(line) for line in self.text.splitlines()]
        return [line for line in parsed if fields.items() <= line.items()]

    def request(self) -> dict[str, Any]:
        """The one line of the one request."""
        (line,) = self.lines(event="request")
        return line


@pytest.fixture
def log() -> Iterator[Log]:
    """The log at LOG_LEVEL=info."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setLevel(logging.INFO)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RequestIdFilter())
    handler.addFilter(DjangoFilter())
    root, ours = logging.getLogger(), logging.getLogger("cms")
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.DEBUG)
    yield Log(stream)
    ours.setLevel(before)
    root.removeHandler(handler)
