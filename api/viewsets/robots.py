"""What a website tells the programs of search engines."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.urls import URLPattern, path
from rest_framework.request import Request

from api.caching.tags import depend_on
from api.openapi.operations import CACHE_BUSTER, SITE, Answer, Operation
from api.viewsets.entry import DeliveryEndpoint
from api.viewsets.sitemap import address_of_sitemap

MEDIA_TYPE = "text/plain"


class RobotsViewSet(DeliveryEndpoint):
    """The text for `/robots.txt` of a site's website (RFC 9309)."""

    operations = (
        Operation(
            "listing",
            "The robots.txt of a website",
            {
                200: Answer(
                    "Everything may be read in production, and nothing elsewhere.", {"type": "string"}, MEDIA_TYPE
                )
            },
            (SITE, CACHE_BUSTER),
        ),
    )

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """One."""
        return [path("", cls.as_view({"get": "listing"}), name="listing")]

    def listing(self, request: Request) -> HttpResponse:
        """Only production is for search engines: a copy of the content would compete with it."""
        depend_on(request, "sitemap", f"site-{self.site.pk}")
        lines = ["User-agent: *", "Disallow: /"]
        if settings.APP_ENV == "production":
            lines = ["User-agent: *", "Disallow:", "", f"Sitemap: {address_of_sitemap(self.site, request)}"]
        return HttpResponse("\n".join([*lines, ""]), content_type=f"{MEDIA_TYPE}; charset=utf-8")
