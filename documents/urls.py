"""Where documents, original images and restricted renditions are fetched. Every answer is checked and never cached."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from documents import views

urlpatterns: list[URLPattern] = [
    # The name is Wagtail's: `document.url` and rich text reverse it. More digits than an id has are no id: Python
    # refuses to read some thousands of them.
    re_path(r"^(\d{1,18})/(.*)$", views.serve_document, name="wagtaildocs_serve"),
    path("files/<path:name>", views.serve_file, name="documents_file"),
    path("images/<int:image_id>/<str:name>", views.serve_rendition, name="documents_rendition"),
]
