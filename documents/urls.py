"""Where documents are downloaded."""

from __future__ import annotations

from wagtail.documents.urls import urlpatterns

__all__ = ["urlpatterns"]
