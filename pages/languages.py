"""The languages of the content, for choices."""

from __future__ import annotations

from django.conf import settings


def content_languages() -> list[tuple[str, str]]:
    """The languages of the website. A function, so that adding a language to the settings is no migration."""
    return list(settings.WAGTAIL_CONTENT_LANGUAGES)
