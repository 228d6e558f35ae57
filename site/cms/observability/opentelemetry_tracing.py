"""Traces by OpenTelemetry, sent to a collector over OTLP/HTTP. `cms.observability.traces` imports this when needed.

The libraries for PostgreSQL, Redis and S3 do the measuring there. For requests there is a library too, but it asks for
the host name before anything else (opentelemetry-instrumentation-django 0.66, `process_request`), and so refuses the
probes of a kubelet; the span of a request is made here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.util import Finalize
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from opentelemetry import propagate, trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.instrumentation.botocore import BotocoreInstrumentor
from opentelemetry.instrumentation.psycopg import PsycopgInstrumentor
from opentelemetry.instrumentation.redis import RedisInstrumentor
from opentelemetry.sdk.resources import OTELResourceDetector, Resource
from opentelemetry.sdk.trace import Event, ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import Decision, Sampler, SamplingResult
from opentelemetry.trace import SpanKind, Status, StatusCode
from opentelemetry.util.re import parse_env_headers
from opentelemetry.util.types import Attributes, AttributeValue

from cms import __version__
from cms.observability import routes

_KEPT = frozenset(
    {
        "aws.region",
        "cloud.region",
        "db.name",
        "db.namespace",
        "db.operation",
        "db.operation.name",
        "db.system",
        "db.system.name",
        "error.type",
        "exception.type",
        "http.request.method",
        "http.response.status_code",
        "http.route",
        "http.status_code",
        "net.peer.name",
        "net.peer.port",
        "rpc.method",
        "rpc.service",
        "rpc.system",
        "server.address",
        "server.port",
        "url.scheme",
    }
)
"""The attributes that leave the house, besides ours (`cms.…`) and the text of SQL without values."""

_STATEMENTS = ("db.statement", "db.query.text")
_MAX_STATEMENT = 1000
_LITERAL = re.compile(r"'(?:[^']|'')*'|\$\$.*?\$\$|\b[0-9]+(?:\.[0-9]+)?\b", re.DOTALL)


class _Span:
    def __init__(self, span: trace.Span) -> None:
        self._span = span

    def set(self, **attributes: str | int | None) -> None:
        for name, value in attributes.items():
            if value is not None:
                self._span.set_attribute(name.replace("__", "."), value)

    def rename(self, name: str) -> None:
        self._span.update_name(name)

    def fail(self) -> None:
        self._span.set_status(Status(StatusCode.ERROR))


class OpenTelemetryTracing:
    """See `traces.Tracing`."""

    def __init__(self, tracer: trace.Tracer) -> None:
        self._tracer = tracer

    @contextmanager
    def request(self, request: HttpRequest) -> Iterator[_Span]:
        headers = {name.lower(): value for name, value in request.headers.items()}
        with self._span(routes.method_of(request), SpanKind.SERVER, propagate.extract(headers)) as span:
            yield span

    @contextmanager
    def work(self, name: str) -> Iterator[_Span]:
        with self._span(name, SpanKind.INTERNAL, None) as span:
            yield span

    @contextmanager
    def _span(self, name: str, kind: SpanKind, context: Context | None) -> Iterator[_Span]:
        with self._tracer.start_as_current_span(
            name, context, kind, record_exception=False, set_status_on_exception=False
        ) as span:
            yield _Span(span)

    def current_id(self) -> str | None:
        context = trace.get_current_span().get_span_context()
        return trace.format_trace_id(context.trace_id) if context.is_valid else None


def start() -> OpenTelemetryTracing:
    """Make and send traces from now on, until the process ends; what is left then is sent."""
    provider = TracerProvider(resource=_resource(), shutdown_on_exit=False)
    provider.sampler = PartsOfWork(provider.sampler)
    # None: the SDK looks for variables of its own.
    headers = parse_env_headers(settings.OTEL_EXPORTER_OTLP_HEADERS, liberal=True) or None
    exporter = OTLPSpanExporter(endpoint=settings.OTEL_TRACES_URL, headers=headers)
    provider.add_span_processor(BatchSpanProcessor(CleaningExporter(exporter)))
    trace.set_tracer_provider(provider)
    # Unlike atexit, this runs in processes that the application server forks too.
    Finalize(None, provider.shutdown, exitpriority=10)
    for instrumentor in (PsycopgInstrumentor(), RedisInstrumentor(), BotocoreInstrumentor()):
        instrumentor.instrument(tracer_provider=provider, skip_dep_check=True)
    return OpenTelemetryTracing(provider.get_tracer("cms", __version__))


def _resource() -> Resource:
    ours: dict[str, AttributeValue] = {
        "service.name": "cms-backend",
        "service.version": __version__,
        "deployment.environment.name": settings.APP_ENV,
    }
    # What OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES say goes before.
    return Resource.create(ours | dict(OTELResourceDetector().detect().attributes))


class PartsOfWork(Sampler):
    """Leaves out calls to servers that belong to nothing: a worker asks the database for tasks every second."""

    def __init__(self, rest: Sampler) -> None:
        self._rest = rest

    def should_sample(
        self,
        parent_context: Context | None,
        trace_id: int,
        name: str,
        kind: SpanKind | None = None,
        attributes: Attributes = None,
        links: Sequence[trace.Link] | None = None,
        trace_state: trace.TraceState | None = None,
    ) -> SamplingResult:
        parent = trace.get_current_span(parent_context).get_span_context()
        if kind is SpanKind.CLIENT and not parent.is_valid:
            return SamplingResult(Decision.DROP)
        return self._rest.should_sample(parent_context, trace_id, name, kind, attributes, links, trace_state)

    def get_description(self) -> str:
        return f"PartsOfWork({self._rest.get_description()})"


class CleaningExporter(SpanExporter):
    """Sends spans with what is known to be harmless, whatever a library puts into them."""

    def __init__(self, rest: SpanExporter) -> None:
        self._rest = rest

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return self._rest.export([_cleaned(span) for span in spans])

    def shutdown(self) -> None:
        self._rest.shutdown()

    def force_flush(self, timeout_millis: int = 30000) -> bool:
        return self._rest.force_flush(timeout_millis)


def _cleaned(span: ReadableSpan) -> ReadableSpan:
    return ReadableSpan(
        name=span.name,
        context=span.context,
        parent=span.parent,
        resource=span.resource,
        attributes=_harmless(span.attributes or {}),
        events=[Event(event.name, _harmless(event.attributes or {}), event.timestamp) for event in span.events],
        kind=span.kind,
        status=Status(span.status.status_code),  # its description is the text of an exception
        start_time=span.start_time,
        end_time=span.end_time,
        instrumentation_scope=span.instrumentation_scope,
    )


def _harmless(attributes: Any) -> dict[str, AttributeValue]:
    kept = {name: value for name, value in attributes.items() if name in _KEPT or name.startswith("cms.")}
    if attributes.get("db.system", attributes.get("db.system.name")) == "postgresql":
        for name in _STATEMENTS:
            if name in attributes:
                kept[name] = _LITERAL.sub("?", str(attributes[name]))[:_MAX_STATEMENT]
    return kept
