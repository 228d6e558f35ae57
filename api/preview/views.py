"""GET /api/preview/: one draft, for whoever holds the token of a preview link."""

from __future__ import annotations

from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from api.openapi.operations import CACHE_BUSTER, CONTENT_PARAMETERS, FORMAT, Answer, Operation, Parameter, component
from api.viewsets.pages import PagesViewSet
from pages.previews import read_draft

PREVIEW = Operation(
    "preview_view",
    "A draft, for whoever holds a preview link",
    {
        200: Answer(
            "The draft. One of a page that was never saved has no id and no address.",
            {"anyOf": [component("Page"), component("PageSelection")]},
            headers=("Content-Language",),
        ),
        404: Answer("The link does not work, or no longer."),
    },
    parameters=(
        Parameter("X-Preview-Token", "The token of the link, kept out of logs.", location="header"),
        Parameter("token", "The same, in the address."),
        Parameter("content_type", "Ignored: part of the link that editors follow."),
        Parameter("mode", "Ignored: part of the link that editors follow."),
        Parameter("fields", "As for a page."),
        *CONTENT_PARAMETERS,
        Parameter("site", "As for a page."),
        Parameter("locale", "As for a page."),
        Parameter("type", "As for a page."),
        FORMAT,
        CACHE_BUSTER,
    ),
)


class PreviewViewSet(PagesViewSet):
    """A draft in the shape of a page's detail.

    What the draft refers to is shown as the public will see it: holding a preview link makes nobody an editor.
    """

    shows_drafts = True
    detail_parameters = PagesViewSet.detail_parameters | {"token", "content_type", "mode"}
    operations = (PREVIEW,)

    def preview_view(self, request: Request) -> Response:
        """The draft. Raises NotFound for a token that is missing, wrong or expired, without saying which."""
        self._check_names(self.detail_parameters)
        token = request.headers.get("X-Preview-Token") or request.GET.get("token", "")
        page = read_draft(token)
        if page is None:
            raise NotFound("This preview link does not work, or no longer. Open the preview again.")
        self._cached_object = page
        response = Response(self.get_serializer(page).data)
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
        response["Content-Language"] = page.locale.language_code
        return response
