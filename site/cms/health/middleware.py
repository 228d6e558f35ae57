"""Answers probes before anything looks at the host name."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.health.views import health


class ProbeMiddleware:
    """A kubelet asks over plain HTTP, by the address of the pod: no host that is served, and no HTTPS.

    Must stand before SecurityMiddleware, which would redirect, and CommonMiddleware, which would refuse the host.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/health":
            return health(request)
        return self.get_response(request)
