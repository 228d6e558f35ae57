"""The process answers: that is all `/health` says. Readiness and details come with the deployment."""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cms import __version__


@require_safe
@never_cache
def health(request: HttpRequest) -> JsonResponse:
    """200 with status, timestamp and version, as soon as the process can answer at all."""
    return JsonResponse({"status": "healthy", "timestamp": timezone.now().isoformat(), "version": __version__})
