"""Health endpoints."""

from __future__ import annotations

from django.urls import URLPattern, path

from cms.health.views import health

urlpatterns: list[URLPattern] = [path("", health, name="health")]
