"""Traces as they arrive at a collector."""

from __future__ import annotations

import gzip
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.mail import send_mail
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import ResourceSpans, Span, Status

from cms.accounts.models import User
from tests.services.addresses import Addresses
from tests.services.bucket import Bucket
from tests.services.mail import Mailbox
from tests.services.production import HOST, running

pytestmark = pytest.mark.django_db(transaction=True)

PASSWORD = "hunter2 hunter2 hunter2"
HASHED = PBKDF2PasswordHasher().encode(PASSWORD, "salt")  # the tests' own way is not production's
TRACE = "0af7651916cd43dd8448eb211c80319c"
TRACEPARENT = f"00-{TRACE}-b7ad6b7169203331-01"


class Collector:
    """What has arrived."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.batches: list[ResourceSpans] = []
        self.headers: list[dict[str, str]] = []

    @property
    def spans(self) -> list[Span]:
        return [span for batch in list(self.batches) for scope in batch.scope_spans for span in scope.spans]

    def named(self, name: str) -> list[Span]:
        return [span for span in self.spans if span.name == name]

    def of_trace(self, trace_id: str) -> list[Span]:
        return [span for span in self.spans if span.trace_id.hex() == trace_id]

    @property
    def text(self) -> str:
        """Everything, as text in which a value can be looked for."""
        return "\n".join(str(batch) for batch in self.batches)


@pytest.fixture
def collector() -> Iterator[Collector]:
    with collecting() as found:
        yield found


@contextmanager
def collecting() -> Iterator[Collector]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("Content-Encoding") == "gzip":
                body = gzip.decompress(body)
            found.headers.append(dict(self.headers.items()))
            found.batches.extend(ExportTraceServiceRequest.FromString(body).resource_spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Collector(f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever).start()
        yield found
        server.shutdown()


def eventually(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def values(span: Span) -> dict[str, str]:
    return {pair.key: pair.value.string_value or str(pair.value.int_value) for pair in span.attributes}


def test_request_is_traced_without_what_people_sent(services: Addresses, tmp_path: Path, collector: Collector) -> None:
    User.objects.create(username="jane.doe", email="jane@example.org", password=HASHED)
    with (
        running(services, tmp_path, "serve", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as cms,
        cms.client(traceparent=TRACEPARENT, **{"User-Agent": "Mozilla", "X-Forwarded-For": "203.0.113.7"}) as client,
    ):
        signed_in = client.post("/api/auth/token/", json={"username": "jane.doe", "password": PASSWORD})
        assert signed_in.status_code == 200
        token = signed_in.json()["access"]
        client.get("/api/v2/pages/?search=hunter2", headers={"Authorization": f"Bearer {token}"})
        client.get("/api/v2/pages/?slug=hunter2")
        client.get("/hunter2@example.org?token=hunter2")
        client.get("/admin/password_reset/confirm/MQ/hunter2/")
        assert client.get("/health/live", headers={"Host": "10.0.0.7"}).status_code == 200
        (line,) = cms.lines(event="request", route="/api/auth/token/")
        assert line["trace_id"] == TRACE
    # Nothing was waited for: what is left is sent when the server is told to stop.
    spans = collector.of_trace(TRACE)
    (request,) = [span for span in spans if span.name == "POST /api/auth/token/"]
    assert request.kind == Span.SPAN_KIND_SERVER
    assert values(request) == {
        "http.request.method": "POST",
        "http.route": "/api/auth/token/",
        "http.response.status_code": "200",
        "cms.request_id": line["request_id"],
        "cms.sql_count": str(line["sql_count"]),
        "cms.cache": "bypass",
    }
    within = [span for span in spans if span.parent_span_id == request.span_id]
    systems = {values(span).get("db.system", values(span).get("db.system.name")) for span in within}
    assert {"postgresql", "redis"} <= systems
    assert any("FROM" in values(span).get("db.statement", "") for span in within)
    assert {span.name for span in spans} >= {"GET unknown", "GET /admin/password_reset/confirm/<uidb64>/<token>/"}
    assert not [name for name in (span.name for span in collector.spans) if "health" in name]
    assert not [word for word in ("hunter2", "jane", token, "203.0.113.7", "Mozilla", HOST) if word in collector.text]


def test_every_process_says_what_it_is(services: Addresses, tmp_path: Path, collector: Collector) -> None:
    variables = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": collector.url,
        "OTEL_EXPORTER_OTLP_HEADERS": "x-key=hunter2",
        "OTEL_RESOURCE_ATTRIBUTES": "team=web",
    }
    with running(services, tmp_path, "run_scheduler", **variables, OTEL_BSP_SCHEDULE_DELAY="100"):
        eventually(lambda: collector.named("schedule"))
    resource = {pair.key: pair.value.string_value for pair in collector.batches[0].resource.attributes}
    assert resource["service.name"] == "cms-backend"
    assert resource["service.version"] == "0.1.0"
    assert resource["deployment.environment.name"] == "production"
    assert resource["team"] == "web"
    assert collector.headers[0]["x-key"] == "hunter2"
    (schedule, *_) = collector.named("schedule")
    assert all(span.trace_id == schedule.trace_id for span in collector.spans if span.parent_span_id)
    # What the process asks the database for between its rounds is nobody's work.
    assert not [span for span in collector.spans if not span.parent_span_id and span.name != "schedule"]


def test_name_of_the_service_can_be_chosen(services: Addresses, tmp_path: Path, collector: Collector) -> None:
    with (
        running(
            services, tmp_path, "serve", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url, OTEL_SERVICE_NAME="press-office"
        ) as cms,
        cms.client() as client,
    ):
        client.get("/robots.txt")
    resource = {pair.key: pair.value.string_value for pair in collector.batches[0].resource.attributes}
    assert resource["service.name"] == "press-office"


def test_sampler_can_be_chosen(services: Addresses, tmp_path: Path, collector: Collector) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": collector.url, "OTEL_TRACES_SAMPLER": "parentbased_always_off"}
    with running(services, tmp_path, "serve", **variables) as cms:
        with cms.client() as client:
            client.get("/robots.txt")
        with cms.client(traceparent=TRACEPARENT) as client:
            client.get("/robots.txt")
    (span,) = collector.spans
    assert span.trace_id.hex() == TRACE


def test_task_is_traced(services: Addresses, tmp_path: Path, collector: Collector, mailbox: Mailbox) -> None:
    send_mail("hunter2", "hunter2", "press@example.org", ["jane@example.org"])
    with running(services, tmp_path, "run_worker", OTEL_EXPORTER_OTLP_ENDPOINT=collector.url) as worker:
        eventually(mailbox.messages)
        eventually(lambda: worker.lines(event="task.done"))
    (task,) = collector.named("task cms.operations.mail.send_queued_message")
    assert not [span for span in collector.spans if span.trace_id != task.trace_id]
    assert not [word for word in ("hunter2", "jane") if word in collector.text]


_FAILING_WORK = """
from django.core.files.storage import default_storage
from cms.observability import traces
from cms.accounts.models import User
traces.start()
try:
    with traces.work_span("work"):
        default_storage.exists("hunter2.pdf")
        list(User.objects.extra(where=["username = 'hunter2' OR id = 4711"]))
        raise RuntimeError("hunter2")
except RuntimeError:
    pass
"""


def test_calls_to_s3_and_failures_are_told_of_without_names_and_texts(
    services: Addresses, tmp_path: Path, collector: Collector, s3_bucket: Bucket
) -> None:
    variables = {"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": f"{collector.url}/anything"}
    with running(services, tmp_path, "shell", "-c", _FAILING_WORK, **variables) as shell:
        eventually(lambda: shell.server.exit_code is not None)
    assert shell.server.exit_code == 0
    (work,) = collector.named("work")
    assert work.status.code == Status.STATUS_CODE_ERROR
    assert work.status.message == ""
    (call,) = collector.named("S3.HeadObject")
    assert values(call)["rpc.method"] == "HeadObject"
    (query,) = collector.named("SELECT")
    assert values(query)["db.statement"].endswith("(username = ? OR id = ?)")
    assert "hunter2" not in collector.text
    assert "4711" not in collector.text


@pytest.mark.parametrize("is_listening", [False, True], ids=["refused", "swallowed"])
def test_collector_that_is_away_is_not_noticed_by_readers(
    services: Addresses, tmp_path: Path, is_listening: bool
) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if is_listening:
            silent.listen()  # and never answers
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        variables = {
            "OTEL_EXPORTER_OTLP_ENDPOINT": address,
            "OTEL_BSP_SCHEDULE_DELAY": "50",
            "OTEL_BSP_MAX_QUEUE_SIZE": "8",
            "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "4",
        }
        with running(services, tmp_path, "serve", **variables) as cms, cms.client() as client:
            for _ in range(100):
                assert client.get("/robots.txt").status_code == 200
            assert len(cms.lines(event="request", status=200)) == 100
        assert cms.server.exit_code == 0, "the server had to be killed"


def test_wrong_variable_costs_the_traces_and_not_the_service(services: Addresses, tmp_path: Path) -> None:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9", "OTEL_BSP_MAX_QUEUE_SIZE": "-1"}
    with running(services, tmp_path, "serve", **variables) as cms, cms.client() as client:
        assert client.get("/robots.txt").status_code == 200
        assert cms.lines(event="traces.failed")


def test_nothing_of_opentelemetry_is_loaded_without_a_collector(services: Addresses, tmp_path: Path) -> None:
    # The metrics half of its SDK is loaded by redis-py, where it finds one.
    parts = "('opentelemetry.sdk.trace', 'opentelemetry.exporter', 'opentelemetry.instrumentation')"
    code = f"import sys, cms.wsgi; print([name for name in sys.modules if name.startswith({parts})])"
    with running(services, tmp_path, "shell", "-c", code) as shell:
        eventually(lambda: shell.server.exit_code is not None)
    assert shell.output.splitlines()[-1] == "[]"
