"""Every answer carries the id of its request."""

from __future__ import annotations

import json
import logging

import pytest

from cms.observability import request_ids
from cms.observability.logs import JsonFormatter, RequestIdFilter

pytestmark = pytest.mark.django_db


def test_answer_has_an_id_of_its_own(client):
    first, second = client.get("/health")["X-Request-ID"], client.get("/health")["X-Request-ID"]
    assert len(first) == 32
    assert first != second


def test_id_of_a_proxy_is_kept(client):
    assert client.get("/health", headers={"X-Request-ID": "edge-0123456789"})["X-Request-ID"] == "edge-0123456789"


@pytest.mark.parametrize("sent", ["short", "a" * 200, 'evil"quote-12345', "new\nline-12345"])
def test_id_that_could_harm_a_log_is_replaced(client, sent):
    assert client.get("/health", headers={"X-Request-ID": sent})["X-Request-ID"] != sent


def test_log_line_is_one_json_object_with_the_id():
    request_id = request_ids.begin("edge-0123456789")
    record = logging.LogRecord("cms", logging.INFO, __file__, 1, "two\nlines", None, None)
    RequestIdFilter().filter(record)
    line = JsonFormatter().format(record)
    assert "\n" not in line
    parsed = json.loads(line)
    assert parsed["request_id"] == request_id
    assert parsed["level"] == "INFO"
    assert parsed["message"] == "two\nlines"
