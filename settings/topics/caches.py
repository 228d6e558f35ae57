"""The cache: Redis where REDIS_URL is set, the memory of each process elsewhere.

Four aliases, because they fail differently. `default` and `renditions` may be lost at any time: without Redis the
site works on, slower. `limits` counts attempts and requests: there an error is an error. `responses` keeps answers of
the API, which all processes must forget together: there an error is an error too, and without Redis it keeps nothing
(docs/decisions/0008-cached-answers.md).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from settings import env

REDIS_URL = env.url(
    "REDIS_URL",
    default="",
    schemes=("redis", "rediss", "unix"),
    secret=True,
    help="The Redis server, as redis://host:6379/0. Without it each process caches in its own memory.",
)
REDIS_PASSWORD = env.secret("REDIS_PASSWORD", default="", help="Password of the Redis server, unless the URL has it.")


def _redis(prefix: str, *, optional: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "CLIENT_CLASS": "django_redis.client.DefaultClient",
        # Wagtail caches Python objects. A signature keeps who can write to Redis from running code here.
        "SERIALIZER": "cms.operations.cache_serializers.SignedPickleSerializer",
        "SOCKET_CONNECT_TIMEOUT": 2,
        "SOCKET_TIMEOUT": 2,
        "IGNORE_EXCEPTIONS": optional,
        "LOG_IGNORED_EXCEPTIONS": optional,
    }
    if REDIS_PASSWORD:
        options["PASSWORD"] = REDIS_PASSWORD
    return {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": REDIS_URL, "KEY_PREFIX": prefix, "OPTIONS": options}


def _memory(name: str) -> dict[str, Any]:
    return {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }


NOTHING_KEPT: dict[str, Any] = {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}


def folder_cache(folder: Path) -> dict[str, Any]:
    """A cache in a folder, for the few processes of one machine."""
    return {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(folder),
        "OPTIONS": {"MAX_ENTRIES": 2000},
    }


CACHES = {
    "default": _redis("cms", optional=True) if REDIS_URL else _memory("default"),
    "renditions": _redis("cms:renditions", optional=True) if REDIS_URL else _memory("renditions"),
    "limits": _redis("cms:limits", optional=False) if REDIS_URL else _memory("limits"),
    "responses": _redis("cms:responses", optional=False) if REDIS_URL else NOTHING_KEPT,
}
