"""Which release of the code makes the answers: other code, or other settings, may give others."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.crypto import salted_hmac

_SOURCES = ("api", "documents", "pages", "settings", "site")


@cache
def release() -> str:
    """A short text, the same in all processes that run the same code with the same settings.

    Not a version number, which nobody raises while developing, and which says nothing of a changed FRONTEND_URL.
    """
    described = json.dumps([_files(), _settings()], sort_keys=True, default=_name_of_type)
    return salted_hmac("api.caching.release", described, algorithm="sha256").hexdigest()[:16]


def _files() -> list[tuple[str, int, int]]:
    root = Path(settings.BASE_DIR)
    paths = sorted(path for name in _SOURCES for path in (root / name).rglob("*.py"))
    return [(str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]


def _settings() -> dict[str, Any]:
    return {name: getattr(settings, name) for name in dir(settings) if name.isupper()}


def _name_of_type(value: object) -> str:
    """What stands for objects, whose text form has their place in memory. Times and paths say what they are."""
    text = str(value)
    return type(value).__name__ if " at 0x" in text or isinstance(value, (set, frozenset)) else text
