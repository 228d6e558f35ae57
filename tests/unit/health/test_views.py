"""/health says that the process answers, and nothing internal."""

from __future__ import annotations

import cms


def test_health_tells_status_time_and_version_only(client):
    answer = client.get("/health")
    assert answer.status_code == 200
    assert set(answer.json()) == {"status", "timestamp", "version"}
    assert answer.json()["status"] == "healthy"
    assert answer.json()["version"] == cms.__version__
    assert "no-store" in answer["Cache-Control"]


def test_health_needs_no_database(client):
    # No django_db mark: a query would fail this test.
    assert client.get("/health", headers={"Accept": "text/html"}).status_code == 200


def test_health_refuses_other_methods(client):
    assert client.post("/health").status_code == 405
