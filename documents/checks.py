"""What `manage.py check` says about the stores and the rules for uploads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register
from django.core.exceptions import ImproperlyConfigured
from django.core.files.storage import FileSystemStorage, Storage
from django.utils.module_loading import import_string

from documents.filetypes import KNOWN_TYPES
from documents.renditions import MEDIA_TYPES, can_write
from documents.storages import store


def register_all() -> None:
    """Make Django run these checks. Called once, from `apps.py`."""
    register(check_stores, Tags.files)
    register(check_upload_rules, Tags.files)
    register(check_image_formats, Tags.files)


def check_stores(**kwargs: Any) -> list[CheckMessage]:
    """Refuse stores in which files could replace each other, or private ones that the public could read."""
    messages = [
        Error(f'STORAGES["{alias}"] lets a file replace another of the same name; set file_overwrite to False.', id=id_)
        for alias, id_ in (("media", "documents.E001"), ("private", "documents.E001"), ("default", "documents.E001"))
        if getattr(store(alias), "file_overwrite", False)
    ]
    for alias in ("private", "default"):
        if _is_public(store(alias)):
            text = f'STORAGES["{alias}"] holds private files, and the public could read them.'
            messages.append(Error(text, hint="See docs/reference/files.md.", id="documents.E002"))
    return list(messages)


def _is_public(private: Storage) -> bool:
    if isinstance(private, FileSystemStorage):
        folder = Path(private.location).resolve()
        public = (Path(root).resolve() for root in (settings.MEDIA_ROOT, settings.STATIC_ROOT) if root)
        return any(folder.is_relative_to(root) or root.is_relative_to(folder) for root in public)
    return bool(
        getattr(private, "custom_domain", None)
        or getattr(private, "default_acl", None)
        or not getattr(private, "querystring_auth", True)
    )


def check_upload_rules(**kwargs: Any) -> list[CheckMessage]:
    """Refuse names of types that we cannot recognise, and a scanner that is not there."""
    unknown = [media_type for media_type in settings.ALLOWED_FILE_TYPES if media_type not in KNOWN_TYPES]
    messages: list[CheckMessage] = []
    if unknown:
        known = ", ".join(sorted(KNOWN_TYPES))
        text = f"ALLOWED_FILE_TYPES names {', '.join(unknown)}, which cannot be recognised; expected some of {known}."
        messages.append(Error(text, id="documents.E003"))
    if settings.UPLOAD_SCANNER:
        try:
            import_string(settings.UPLOAD_SCANNER)
        except (ImportError, ImproperlyConfigured) as error:
            messages.append(Error(f"UPLOAD_SCANNER cannot be imported: {error}", id="documents.E004"))
    return messages


def check_image_formats(**kwargs: Any) -> list[CheckMessage]:
    """Refuse formats that are not known; say of which there will be no renditions, because Pillow cannot write them."""
    messages: list[CheckMessage] = []
    for extension in settings.API_MODERN_IMAGE_FORMATS:
        if extension not in MEDIA_TYPES:
            text = f"API_MODERN_IMAGE_FORMATS names {extension}; expected some of {', '.join(MEDIA_TYPES)}."
            messages.append(Error(text, id="documents.E005"))
        elif not can_write(extension):
            text = f"Images are not shown as {extension}: Pillow was built here without a library for it."
            messages.append(checks.Warning(text, id="documents.W001"))
    return messages
