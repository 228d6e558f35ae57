"""The four answers about health: of the process, of its ability to work, of its readiness, and in detail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from health_check.base import HealthCheckResult

from cms import __version__
from cms.health.checks import Database, FileStore, Redis, Scheduler, Tasks
from cms.health.readiness import readiness, sentence
from cms.health.single_runs import run_checks
from cms.observability.access import may_read

RETRY_AFTER_SECONDS = 5


@require_safe
@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """200 with status, timestamp and version, as soon as the process can answer at all."""
    return JsonResponse({"status": "healthy", "timestamp": _now(), "version": __version__})


@require_safe
@never_cache
def live(request: HttpRequest) -> HttpResponse:
    """200 when one of the threads that do the work has come to answer this. Nothing else is asked.

    A restart helps when all of them are stuck. It does not help when a server elsewhere is away.
    """
    return JsonResponse({"status": "healthy", "timestamp": _now()})


@require_safe
@never_cache
def ready(request: HttpRequest) -> HttpResponse:
    """200 when requests may be sent here; 503 with the reason when not."""
    reason = readiness.obstacle()
    if reason is None:
        return JsonResponse({"status": "ready", "timestamp": _now()})
    return _problem(503, "Service Unavailable", reason)


@require_safe
@never_cache
def detailed(request: HttpRequest) -> HttpResponse:
    """The state of each server and process that the service needs, for those who run it. 503 when one is unhealthy."""
    if not may_read(request):
        return _problem(404, "Not Found", None)
    results = run_checks(
        {"database": Database(), "redis": Redis(), "s3": FileStore(), "scheduler": Scheduler(), "tasks": Tasks()}
    )
    healthy = all(result.error is None for result in results.values())
    body = {
        "status": "healthy" if healthy else "unhealthy",
        "checks": {name: _described(result) for name, result in results.items()},
        "timestamp": _now(),
    }
    return JsonResponse(body, status=200 if healthy else 503)


def _described(result: HealthCheckResult) -> dict[str, Any]:
    described = {
        "status": "unhealthy" if result.error else "healthy",
        "milliseconds": round(result.time_taken * 1000, 1),
    }
    return described | ({"error": sentence(result.error)} if result.error else {})


def _problem(status: int, title: str, detail: str | None) -> HttpResponse:
    body = {"type": "about:blank", "title": title, "status": status} | ({"detail": detail} if detail else {})
    response = JsonResponse(body, status=status, content_type="application/problem+json")
    response._has_been_logged = True  # type: ignore[attr-defined]  # or Django logs an error for each probe
    if status == 503:
        response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def _now() -> str:
    return timezone.now().isoformat()
