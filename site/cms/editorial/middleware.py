"""Says in the admin why something was refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from wagtail.admin.admin_url_finder import AdminURLFinder

from cms.editorial.refusals import Refusal, collected_refusals

_WORKFLOW_DIALOG = "workflow_action"


class RefusalMessageMiddleware:
    """Puts the reason of a Refusal in the place of Wagtail's general "you do not have permission".

    Must come after MessageMiddleware, so that its message is stored.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with collected_refusals() as refusals:
            response = self.get_response(request)
        if refusals and _was_denied(request, response):
            return _explain(request, response, refusals[-1])
        return response


def _was_denied(request: HttpRequest, response: HttpResponseBase) -> bool:
    """Whether this is Wagtail's answer to PermissionDenied: to the dashboard, or 403 for a script."""
    home = reverse("wagtailadmin_home")
    if not request.path.startswith(home):
        return False
    return response.status_code == 403 or (response.status_code == 302 and response.headers.get("Location") == home)


def _explain(request: HttpRequest, response: HttpResponseBase, refusal: Refusal) -> HttpResponseBase:
    url = _editor_of(request, refusal.about)
    if response.status_code == 302:
        _drop_latest_message(request)
        messages.error(request, refusal.reason)
        return redirect(url)
    if request.resolver_match is not None and request.resolver_match.url_name == _WORKFLOW_DIALOG:
        # What the dialog's script understands as its end (wagtail/admin/views/generic/workflow.py).
        messages.error(request, refusal.reason)
        return JsonResponse({"step": "success", "redirect": url})
    return response


def _editor_of(request: HttpRequest, about: Any) -> str:
    url: str | None = AdminURLFinder(request.user).get_edit_url(about) if about is not None else None
    return url or reverse("wagtailadmin_home")


def _drop_latest_message(request: HttpRequest) -> None:
    """Drop the message that Wagtail added last, and keep those before it."""
    *kept, _latest = list(messages.get_messages(request)) or [None]
    for message in kept:
        messages.add_message(request, message.level, message.message, extra_tags=message.extra_tags)
