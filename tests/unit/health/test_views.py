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


def test_probe_needs_no_host_that_is_served_and_no_https(client, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/health", headers={"Host": "10.1.2.3:3000"}).status_code == 200
    assert client.get("/admin/login/", headers={"Host": "10.1.2.3:3000"}, secure=True).status_code == 400
