"""The numbers that Prometheus reads: few labels, whatever clients send, and what the database knows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import IO, Any

import pytest
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.test import Client
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from prometheus_client.parser import text_string_to_metric_families
from wagtail.models import Page

from cms.observability import database_numbers, views
from cms.observability.database_numbers import DatabaseNumbers
from cms.operations.successes import record_success
from documents import scanning
from pages.models import HomePage

pytestmark = pytest.mark.django_db(transaction=True)
TOKEN = "0123456789abcdef" * 3
Numbers = Callable[[], dict[str, float]]


@pytest.fixture
def numbers(client: Client, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Numbers:
    """What /metrics says now, by name and labels."""
    settings.OPERATIONS_TOKEN = TOKEN

    def read() -> dict[str, float]:
        monkeypatch.setattr(views, "numbers", DatabaseNumbers())  # one that has read nothing yet
        answer = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
        assert answer.status_code == 200
        return {
            f"{sample.name}{sorted(sample.labels.values())}": sample.value
            for family in text_string_to_metric_families(answer.content.decode())
            for sample in family.samples
        }

    return read


def of(name: str, found: dict[str, float]) -> dict[str, float]:
    return {key: value for key, value in found.items() if key.startswith(name)}


def test_strange_requests_add_no_labels_of_their_own(numbers: Numbers, client: Client) -> None:
    client.get("/hunter0.php")
    client.generic("HUNTER0", "/robots.txt")
    before = numbers()
    for number in range(1, 30):
        client.get(f"/hunter{number}.php?hunter={number}")
        client.get(f"/api/hunter{number}")
        client.get(f"/hunter{number}/")
        client.generic(f"HUNTER{number}", "/robots.txt", headers={"X-Request-ID": f"hunter-{number}"})
        client.get("/robots.txt", headers={"Host": f"hunter{number}.example"})
        client.get("/" + "x" * 10_000 * number)
    after = numbers()
    assert "hunter" not in str(after).lower()
    new = {name for name in of("cms_http_requests_total", after) if name not in before}
    assert len(new) <= 5


def test_probes_and_scrapes_are_not_visits(numbers: Numbers, client: Client) -> None:
    client.get("/health")
    client.get("/health/ready")
    numbers()
    assert not [name for name in numbers() if "/health" in name or "/metrics" in name]


def test_lookups_in_the_cache_are_counted(numbers: Numbers, client: Client) -> None:
    before = numbers()
    for _ in range(3):
        client.get("/api/v2/pages/")
    client.get("/api/v2/pages/", headers={"Authorization": "Bearer wrong"})
    after = numbers()
    change = {
        word: after[f"cms_response_cache_total['{word}']"] - before[f"cms_response_cache_total['{word}']"]
        for word in ("hit", "miss", "bypass")
    }
    assert change == {"hit": 2, "miss": 1, "bypass": 1}


def test_tasks_are_counted_by_queue(numbers: Numbers) -> None:
    send_mail("Hello", "There", "press@example.org", ["jane@example.org"])
    task = DBTaskResult.objects.get()
    DBTaskResult.objects.update(enqueued_at=timezone.now() - timedelta(hours=1))
    found = numbers()
    assert found["cms_tasks['mail', 'queued']"] == 1
    assert found["cms_tasks['default', 'queued']"] == 0
    assert found["cms_tasks_oldest_queued_seconds['mail']"] == pytest.approx(3600, abs=60)
    DBTaskResult.objects.update(status=TaskResultStatus.FAILED, queue_name="of a plug-in")
    found = numbers()
    assert found["cms_tasks['failed', 'other']"] == 1
    assert found["cms_tasks_oldest_queued_seconds['mail']"] == 0
    assert str(task.pk) not in str(found)


def test_task_for_later_is_not_late(numbers: Numbers) -> None:
    send_mail("Hello", "There", "press@example.org", ["jane@example.org"])
    hour = timedelta(hours=1)
    DBTaskResult.objects.update(enqueued_at=timezone.now() - hour, run_after=timezone.now() + hour)
    assert numbers()["cms_tasks_oldest_queued_seconds['mail']"] == 0
    DBTaskResult.objects.update(run_after=timezone.now() - hour / 2)
    assert numbers()["cms_tasks_oldest_queued_seconds['mail']"] == pytest.approx(1800, abs=60)


def test_regular_work_tells_when_it_last_went_well(numbers: Numbers) -> None:
    assert of("cms_job_last_success", numbers()) == {}
    record_success("backup", seconds=12.5)
    record_success("link_check", details={"broken": 3})
    found = numbers()
    assert found["cms_job_last_success_timestamp_seconds['backup']"] == pytest.approx(
        timezone.now().timestamp(), abs=60
    )
    assert found["cms_job_last_duration_seconds['backup']"] == 12.5
    assert found["cms_broken_links[]"] == 3


def test_published_pages_are_counted(numbers: Numbers) -> None:
    before = numbers()["cms_pages_published_total[]"]
    page = Page.objects.get(depth=1).add_child(instance=HomePage(title="Home", slug="a-home"))
    page.save_revision().publish()
    assert numbers()["cms_pages_published_total[]"] == before + 1
    assert numbers()["cms_workflow_waiting[]"] == 0


def test_connections_of_the_pool_are_counted(numbers: Numbers, client: Client, settings: Any) -> None:
    client.get("/api/v2/pages/")
    found = numbers()
    assert found["cms_database_pool_max[]"] == settings.DATABASE_POOL_MAX
    assert found["cms_database_pool_connections['open']"] >= 1
    assert found["cms_database_pool_timeouts_total[]"] >= 0


@pytest.fixture
def scanner(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def look(file: IO[bytes]) -> scanning.Verdict:
        content = file.read()
        if content == b"broken":
            raise OSError("The scanner is away")
        return scanning.Verdict.INFECTED if content == b"virus" else scanning.Verdict.CLEAN

    monkeypatch.setattr(scanning, "look_of_a_test", look, raising=False)
    settings.UPLOAD_SCANNER = "documents.scanning.look_of_a_test"


@pytest.mark.parametrize(("content", "result"), [(b"fine", "clean"), (b"virus", "infected"), (b"broken", "failed")])
def test_scans_are_counted(numbers: Numbers, scanner: None, tmp_path: Any, content: bytes, result: str) -> None:
    name = f"cms_document_scans_total['{result}']"
    before = numbers()[name]
    file = tmp_path / "file"
    file.write_bytes(content)
    with file.open("rb") as opened:
        if result == "clean":
            scanning.refuse_infected(opened)
        else:
            with pytest.raises(ValidationError):
                scanning.refuse_infected(opened)
    assert numbers()[name] == before + 1


def test_database_is_asked_once_for_many_scrapes(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(database_numbers, "_read", lambda: asked.append(1) or [])
    reader = DatabaseNumbers()
    for _ in range(5):
        reader.collect()
    assert len(asked) == 1


def test_without_a_token_there_is_nothing(client: Client, settings: Any) -> None:
    settings.OPERATIONS_TOKEN = ""
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer"}):
        assert client.get("/metrics", headers=headers).status_code == 404
