"""Who may be sent requests: the database answers, its migrations are not behind, and the server is not stopping."""

from __future__ import annotations

import os

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from cms.health import migrations_behind
from cms.health.readiness import Readiness, readiness
from cms.health.stopping import marker


@pytest.fixture(autouse=True)
def _nothing_kept():
    readiness._asked_at = float("-inf")


@pytest.mark.django_db
def test_ready_with_all_migrations(client):
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_not_ready_before_a_migration_of_this_code_is_applied(client):
    MigrationRecorder.Migration.objects.filter(app="operations", name="0002_last_success").delete()

    answer = client.get("/health/ready")

    assert answer.status_code == 503
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["Retry-After"]
    assert answer.json()["detail"] == "1 migrations of this version have not been applied."


@pytest.mark.django_db(transaction=True)
def test_ready_on_the_schema_of_a_newer_release(client):
    MigrationRecorder(connection).record_applied("operations", "9999_of_the_next_release")
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db(transaction=True)
def test_not_ready_on_an_empty_database(client):
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE django_migrations RENAME TO kept")
    assert "empty" in client.get("/health/ready").json()["detail"]


@pytest.mark.django_db
def test_not_ready_once_the_server_was_told_to_stop(client, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))  # the other processes of this session have the same parent
    told = marker(os.getppid())
    told.touch()
    try:
        assert client.get("/health/ready").json()["detail"] == "The server is stopping."
        assert client.get("/health/live").status_code == 200, "what stops is not to be killed"
    finally:
        told.unlink()
    assert client.get("/health/ready").status_code == 200


@pytest.mark.django_db
def test_answer_of_the_database_is_kept_for_a_moment(client, monkeypatch):
    assert client.get("/health/ready").status_code == 200
    monkeypatch.setattr(migrations_behind, "missing", lambda _applied: {("an", "other")})
    assert client.get("/health/ready").status_code == 200
    assert Readiness().obstacle() is not None, "who has kept nothing asks"


@pytest.mark.django_db
@pytest.mark.parametrize("accept", ["", "*/*", "text/html", ";;;q=x", "application/json;q=nope", "\x00", "é"])
def test_strange_accept_headers_do_no_harm(client, accept):
    for path in ("/health", "/health/live", "/health/ready"):
        answer = client.get(path, headers={"Accept": accept})
        assert answer.status_code == 200
        assert answer["Content-Type"] == "application/json"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health", "/health/live", "/health/ready", "/health/detailed"])
def test_only_get_and_head(client, path):
    assert client.head(path).status_code in (200, 404)
    for method in ("post", "put", "patch", "delete", "options"):
        assert getattr(client, method)(path).status_code == 405


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/health/live", "/health/ready"])
def test_probe_comes_to_the_address_of_the_pod_over_http(client, settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert client.get(path, headers={"Host": "10.1.2.3:3000"}).status_code == 200
