"""Hosts, cookies, transport, content policy, passwords. Strict; development relaxes what plain HTTP cannot have."""

from __future__ import annotations

from urllib.parse import urlsplit

from csp.constants import NONE, SELF, UNSAFE_INLINE

from settings import env
from settings.topics.api import TRUSTED_PROXY_COUNT
from settings.topics.storage import (
    AWS_S3_BUCKET,
    AWS_S3_CDN_URL,
    AWS_S3_ENDPOINT_URL,
    AWS_S3_PUBLIC_ENDPOINT_URL,
)
from settings.topics.wagtail import BASE_URL, FRONTEND_URL


def _host(url: str) -> str:
    """The host as Django compares it: an IPv6 address keeps its brackets."""
    host = urlsplit(url).hostname or "localhost"
    return f"[{host}]" if ":" in host else host


def _origin(url: str | None) -> list[str]:
    if not url:
        return []
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"]


SECRET_KEY = env.secret("SECRET_KEY", min_bytes=50, help="Django's key for sessions and signatures.")
SECRET_KEY_FALLBACKS = env.items(
    "SECRET_KEY_FALLBACKS",
    default=[],
    secret=True,
    pattern=r".{50,}",
    wanted="secrets of at least 50 characters, separated by commas",
    help="Earlier values of SECRET_KEY, separated by commas: they are still accepted. For a rotation.",
)
DEBUG = env.flag("DEBUG", default=False, help="Shows errors in the browser. Refused in staging and production.")
ALLOWED_HOSTS = env.items(
    "ALLOWED_HOSTS",
    default=[_host(BASE_URL)],
    pattern=r"\*|[A-Za-z0-9.-]+|\[[0-9a-fA-F:.]+\]",
    wanted="host names without scheme and port, separated by commas",
    shown="the host of BASE_URL",
    help="Host names that are served, separated by commas.",
)
CSRF_TRUSTED_ORIGINS = env.items(
    "CSRF_TRUSTED_ORIGINS",
    default=_origin(BASE_URL),
    pattern=r"https?://[^/]+",
    wanted="origins such as https://cms.example.gov.uk, separated by commas",
    shown="the origin of BASE_URL",
    help="Origins whose forms the admin accepts, separated by commas.",
)

_HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_COUNT else None
SECURE_HSTS_SECONDS = 31536000 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"  # Wagtail's preview views, which the admin shows in a frame, answer SAMEORIGIN themselves

SESSION_COOKIE_NAME = "__Host-session" if _HTTPS else "session"
SESSION_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = int(
    env.duration(
        "SESSION_LIFETIME", default="12h", minimum="1m", help="How long a sign-in to the admin lasts."
    ).total_seconds()
)
CSRF_COOKIE_NAME = "__Host-csrf" if _HTTPS else "csrf"
CSRF_COOKIE_SECURE = _HTTPS
# Wagtail's admin reads the token from the page, never from the cookie.
CSRF_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SECURE = _HTTPS

DATA_UPLOAD_MAX_MEMORY_SIZE = 2_621_440
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000  # one long StreamField page has thousands

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["cms.accounts.backends.LimitedModelBackend"]
LOGIN_URL = "/admin/login/"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}", "OPTIONS": options}
    for name, options in {
        "UserAttributeSimilarityValidator": {},
        "MinimumLengthValidator": {"min_length": 12},
        "CommonPasswordValidator": {},
        "NumericPasswordValidator": {},
    }.items()
]


_S3_ORIGINS = _origin(AWS_S3_PUBLIC_ENDPOINT_URL or AWS_S3_ENDPOINT_URL) or ["https://*.amazonaws.com"]
# Public images come from the CDN. Restricted ones are redirected to the store itself, which this policy covers too.
_MEDIA_ORIGINS = [*_origin(AWS_S3_CDN_URL), *_S3_ORIGINS] if AWS_S3_BUCKET else []
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        # Wagtail 8.0 still writes inline scripts and styles in some admin views.
        "script-src": [SELF, UNSAFE_INLINE],
        "style-src": [SELF, UNSAFE_INLINE],
        "img-src": [SELF, "data:", "blob:", *_MEDIA_ORIGINS],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-src": [SELF, "https://www.youtube-nocookie.com", "https://player.vimeo.com", *_origin(FRONTEND_URL)],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    }
}
