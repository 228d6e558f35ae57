"""The private store on the local disk, where there is no S3."""

from __future__ import annotations

from typing import Any

from django.core.files.storage import FileSystemStorage
from django.urls import reverse

from documents.storages import PRIVATE_STORE, PUBLIC_STORE


class PrivateFileSystemStorage(FileSystemStorage):
    """A folder that no web server knows."""

    def url(self, name: str | None) -> str:
        """The path of ours that checks who asks before it hands the file out."""
        return reverse("documents_file", args=[name])

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return PRIVATE_STORE


class PublicFileSystemStorage(FileSystemStorage):
    """A folder that everybody may read."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return PUBLIC_STORE
