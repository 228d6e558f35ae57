"""Traces: how the time of a request, a task or a round of the scheduler was spent. Off unless a collector is named.

Nothing of OpenTelemetry is imported until `start` finds one.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from typing import Any, Protocol

from django.conf import settings
from django.http import HttpRequest

logger = logging.getLogger(__name__)


class Span(Protocol):
    """What is told of a piece of work."""

    def set(self, **attributes: str | int | None) -> None:
        """Add attributes; those that are None are left out. Two underscores in a name stand for a dot."""

    def rename(self, name: str) -> None: ...

    def fail(self) -> None: ...


class Tracing(Protocol):
    """What `opentelemetry_tracing` does."""

    def request(self, request: HttpRequest) -> AbstractContextManager[Span]: ...

    def work(self, name: str) -> AbstractContextManager[Span]: ...

    def current_id(self) -> str | None: ...


class _NoSpan:
    def set(self, **attributes: str | int | None) -> None:
        pass

    def rename(self, name: str) -> None:
        pass

    def fail(self) -> None:
        pass


class _State:
    tracing: Tracing | None = None


NO_SPAN: Span = _NoSpan()


def start() -> None:
    """Trace this process from now on, if OTEL_EXPORTER_OTLP_ENDPOINT is set.

    To be called once, in the process that does the work: threads that send do not survive a fork.
    """
    if settings.OTEL_TRACES_URL and _State.tracing is None:
        try:
            module: Any = import_module("cms.observability.opentelemetry_tracing")  # it takes most of a second
            _State.tracing = module.start()
        except Exception:  # such as a wrong OTEL_ variable: people wait for the service, not for its traces
            logger.exception("There are no traces", extra={"event": "traces.failed"})


def request_span(request: HttpRequest) -> AbstractContextManager[Span]:
    """The work on a request, as a part of the trace that its headers name."""
    return _State.tracing.request(request) if _State.tracing else nullcontext(NO_SPAN)


@contextmanager
def work_span(name: str) -> Iterator[Span]:
    """A piece of work that no request asked for. An exception marks it as failed and goes on."""
    with _State.tracing.work(name) if _State.tracing else nullcontext(NO_SPAN) as span:
        try:
            yield span
        except BaseException:
            span.fail()
            raise


def current_id() -> str | None:
    """The id of the current trace; None where there is none."""
    return _State.tracing.current_id() if _State.tracing else None
