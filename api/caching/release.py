"""Which release of the code makes the answers: other code, or other settings, may give others."""

from __future__ import annotations

import hashlib
import json
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

_SOURCES = ("api", "documents", "pages", "settings", "site/cms")
_PACKAGES = ("django", "djangorestframework", "wagtail")


@cache
def release() -> str:
    """A short text, the same in all processes that run the same code with the same settings.

    Not a version number, which nobody raises while developing, and which says nothing of a changed FRONTEND_URL.
    """
    packages = [version(name) for name in _PACKAGES]
    described = json.dumps([_sources(), packages, _settings()], sort_keys=True, default=_name_of_type)
    return salted_hmac("api.caching.release", described, algorithm="sha256").hexdigest()[:16]


def _sources() -> str:
    """A hash of the code itself: times of files say nothing in an image that is built reproducibly."""
    digest = hashlib.sha256()
    for folder in _SOURCES:
        for path in sorted((Path(settings.BASE_DIR) / folder).rglob("*.py")):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


def _settings() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in dir(settings) if name.isupper()}


def _name_of_type(value: object) -> str:
    """What stands for objects, whose text form has their place in memory. Times and paths say what they are."""
    text = str(value)
    return type(value).__name__ if " at 0x" in text or isinstance(value, (set, frozenset)) else text
