"""The WSGI application that Granian serves."""

from __future__ import annotations

from typing import Any

import django
from django.core.handlers.wsgi import WSGIHandler, WSGIRequest
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from cms.health.stopping import keeps_connections
from cms.observability import traces
from settings import select_settings_module


class Request(WSGIRequest):
    """A request that can be made whatever its Content-Type says.

    Django decodes the query already while it makes a request whose Content-Type names a character set. With a codec
    that is none (`hex`), or with too many parameters, that raises where nothing catches it (django/http/request.py,
    `_set_content_type_params`). Here it raises later, if at all, where it becomes an answer.
    """

    def _set_content_type_params(self, meta: dict[str, Any]) -> None:
        try:
            super()._set_content_type_params(meta)  # type: ignore[misc]
        except Exception:
            self._encoding = None


class Handler(WSGIHandler):
    """Django's, with our request."""

    request_class = Request

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        """Django's answer, which closes the connection once this process is about to stop: a kept one would be cut."""
        response = super().get_response(request)
        if not keeps_connections():
            response["Connection"] = "close"
        return response


select_settings_module()
django.setup(set_prefix=False)
traces.start()
application = Handler()
