"""Which websites' scripts may read the API in a browser (CORS). Without cookies: the API does not look at them."""

from __future__ import annotations

from urllib.parse import urlsplit

from settings import env
from settings.topics.wagtail import FRONTEND_URL

_DEFAULT_PORTS = {"http": 80, "https": 443}


def _origin(url: str) -> str:
    """The origin of a URL, as browsers write it: in small letters, without the port that goes without saying."""
    parts = urlsplit(url.lower())
    try:
        parts.port  # noqa: B018 - reading it validates it
    except ValueError:
        raise env.ConfigurationError("CORS_ALLOWED_ORIGINS", url, "origins whose ports are at most 65535") from None
    host = f"[{parts.hostname}]" if parts.hostname and ":" in parts.hostname else parts.hostname
    port = "" if parts.port in {None, _DEFAULT_PORTS[parts.scheme]} else f":{parts.port}"
    return f"{parts.scheme}://{host}{port}"


CORS_ALLOWED_ORIGINS = [
    _origin(url)
    for url in env.items(
        "CORS_ALLOWED_ORIGINS",
        default=[FRONTEND_URL] if FRONTEND_URL else [],
        pattern=r"(?i:https?)://([A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\])(:[0-9]{1,5})?",
        wanted="origins such as https://www.example.gov.uk, separated by commas",
        shown="the origin of FRONTEND_URL",
        help="Origins whose scripts may read the API in a browser, separated by commas.",
    )
]
CORS_URLS_REGEX = r"^/api/"
CORS_ALLOW_CREDENTIALS = False  # cookies; the Authorization header is not meant by that
CORS_ALLOW_METHODS = ["GET", "HEAD", "OPTIONS", "POST", "PATCH", "DELETE"]
CORS_ALLOW_HEADERS = [
    "authorization",
    "content-type",
    "idempotency-key",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "x-preview-token",
    "x-request-id",
]
CORS_EXPOSE_HEADERS = [
    "API-Version",
    "ETag",
    "Link",
    "Location",
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
    "X-Request-ID",
]
CORS_PREFLIGHT_MAX_AGE = 7200  # the most that Chromium believes
