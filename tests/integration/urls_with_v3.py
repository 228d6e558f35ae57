"""The product's URLs and Wagtail's v3 API, which the product does not offer yet."""

from __future__ import annotations

from django.urls import path
from wagtail.api.v3.urls import api

from cms.urls import urlpatterns as product

urlpatterns = [path("v3/", api.urls), *product]
