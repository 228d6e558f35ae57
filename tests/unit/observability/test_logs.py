"""Log lines are JSON objects, and hold nothing that only the client should know."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
from django.test import Client

from cms.observability.logs import JsonFormatter, RequestIdFilter


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """What all loggers write, in the form of production."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(RequestIdFilter())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
def test_refused_request_is_logged_without_its_query(lines: io.StringIO, client: Client) -> None:
    client.get("/nothing-here/?token=hunter2", headers={"X-Request-ID": "request-of-a-test"})
    written = lines.getvalue()
    assert "hunter2" not in written
    (line,) = [json.loads(line) for line in written.splitlines() if "nothing-here" in line]
    assert line["message"] == "Not Found: /nothing-here/"
    assert line["status_code"] == 404
    assert line["request_id"] == "request-of-a-test"


def test_line_holds_what_the_call_adds(lines: io.StringIO) -> None:
    logging.getLogger("cms.thing").warning("Done", extra={"event": "thing.done"})
    line = json.loads(lines.getvalue())
    assert (line["level"], line["logger"], line["message"], line["event"]) == (
        "WARNING",
        "cms.thing",
        "Done",
        "thing.done",
    )
    assert line["timestamp"].endswith("+00:00")
