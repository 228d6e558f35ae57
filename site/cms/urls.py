"""All URLs of the service, in the order in which they are tried."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

from api import urls as api_urls
from cms.accounts.views import SignInView
from cms.views import local_media, robots
from documents import urls as documents_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("robots.txt", robots),
    path("api/", include(api_urls)),
    path("admin/login/", SignInView.as_view()),  # before Wagtail's own
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(documents_urls)),
]

if settings.MEDIA_URL == "/media/":
    # Without S3 the service hands out public media itself.
    urlpatterns.append(path("media/<path:path>", local_media))

urlpatterns += i18n_patterns(path("", include(wagtail_urls)), prefix_default_language=False)

handler500 = "cms.health.unavailable.server_error"
