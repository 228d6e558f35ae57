"""Answers probes before anything looks at the host name."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.health.views import detailed, health, live, ready

_PROBES: dict[str, Callable[[HttpRequest], HttpResponseBase]] = {
    "/health": health,
    "/health/live": live,
    "/health/ready": ready,
    "/health/detailed": detailed,
}


class ProbeMiddleware:
    """A kubelet asks over plain HTTP, by the address of the pod: no host that is served, and no HTTPS.

    Must stand before SecurityMiddleware, which would redirect, and CommonMiddleware, which would refuse the host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = _PROBES.get(request.path_info, self.get_response)
        return answer(request)
