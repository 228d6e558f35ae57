"""Fixtures for documents and images."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings


@pytest.fixture
def local_stores(settings: Settings, tmp_path: Path) -> Path:
    """Files on the local disk, as on a machine without S3. Answers the folder with `media` and `private` in it."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    private = {
        "BACKEND": "documents.storages.local.PrivateFileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / "private"), "base_url": None},
    }
    media = {
        "BACKEND": "documents.storages.local.PublicFileSystemStorage",
        "OPTIONS": {"location": settings.MEDIA_ROOT, "base_url": "/media/"},
    }
    settings.STORAGES = settings.STORAGES | {"default": private, "private": private, "media": media}
    return tmp_path
