"""Who asks for a document, and the answer to a download."""

from __future__ import annotations

from typing import cast

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView
from wagtail import hooks
from wagtail.documents.models import document_served
from wagtail.documents.wagtail_hooks import check_view_restrictions

from documents.downloads import file_response, unshared
from documents.models import CustomDocument
from documents.visibility import Requester, may_see


def requesting_user(request: HttpRequest) -> Requester:
    """Who asks: the owner of the token when there is an Authorization header, else the owner of the session.

    Raises `rest_framework.exceptions.AuthenticationFailed` for a token that is not valid: it never falls back to less.
    """
    if "Authorization" not in request.headers:
        return cast("Requester", request.user)
    authenticators = [authenticator() for authenticator in APIView.authentication_classes]
    return cast("Requester", Request(request, authenticators=authenticators).user)


def download_response(document: CustomDocument, user: Requester, request: HttpRequest) -> HttpResponseBase:
    """Answer a download of `document` by `user`: see `file_response`.

    Raises Http404 when `user` may not see it. The hooks `before_serve_document` run after that check, so that none of
    them can hand out what it refuses; Wagtail's own among them, which knows sessions only, is replaced by it.
    """
    if not may_see(user, document):
        raise Http404
    for hook in hooks.get_hooks("before_serve_document"):
        answer = hook(document, request) if hook is not check_view_restrictions else None
        if isinstance(answer, HttpResponse):
            return unshared(answer)
    response = file_response(
        request,
        document.file,
        media_type=document.content_type,
        disposition=document.content_disposition,
        sha256=document.sha256,
    )
    document_served.send(sender=type(document), instance=document, request=request)
    return response
