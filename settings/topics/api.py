"""The API under /api/: Wagtail's v2 endpoints, tokens, limits."""

from __future__ import annotations

import re

from settings import env
from settings.topics.wagtail import BASE_URL

API_VERSION = env.text(
    "API_VERSION", default="v1", help="Version of the deployed contract, announced in the header API-Version."
)
if not re.fullmatch(r"v[0-9]{1,4}", API_VERSION):
    raise env.ConfigurationError("API_VERSION", API_VERSION, "the letter v and a number, such as v1")

JWT_SECRET = env.secret(
    "JWT_SECRET", min_bytes=32, help="Key that signs tokens. At least 32 bytes, and not the same as SECRET_KEY."
)
JWT_PREVIOUS_SECRETS = env.items(
    "JWT_PREVIOUS_SECRETS",
    default=[],
    secret=True,
    pattern=r".{32,}",
    wanted="secrets of at least 32 characters, separated by commas",
    help="Earlier values of JWT_SECRET, separated by commas: what they signed is still believed. For a rotation.",
)
JWT_EXPIRES_IN = env.duration("JWT_EXPIRES_IN", default="24h", minimum="1s", help="How long an access token works.")
JWT_REFRESH_EXPIRES_IN = env.duration(
    "JWT_REFRESH_EXPIRES_IN", default="7d", minimum="1s", help="How long a refresh token works."
)
if JWT_EXPIRES_IN > JWT_REFRESH_EXPIRES_IN:
    raise env.ConfigurationError(
        "JWT_EXPIRES_IN",
        env.raw("JWT_EXPIRES_IN") or "24h",
        f"no more than JWT_REFRESH_EXPIRES_IN, which is {env.raw('JWT_REFRESH_EXPIRES_IN') or '7d'}",
    )

RATE_LIMIT_WINDOW = env.duration(
    "RATE_LIMIT_WINDOW", default="15m", minimum="1s", maximum="7d", help="Length of the window of the rate limit."
)
RATE_LIMIT_MAX = env.integer(
    "RATE_LIMIT_MAX",
    default=100,
    minimum=1,
    maximum=10_000_000,
    help="The most requests that one client may make to the API in a window.",
)
LOGIN_LIMIT_MAX = env.integer(
    "LOGIN_LIMIT_MAX",
    default=10,
    minimum=1,
    maximum=10_000,
    help="The most failed sign-ins from one address in a RATE_LIMIT_WINDOW. One account takes five times as many, from "
    "all addresses together.",
)
FORM_LIMIT_MAX = env.integer(
    "FORM_LIMIT_MAX",
    default=20,
    minimum=1,
    maximum=1_000_000,
    help="The most forms that one client may send in a RATE_LIMIT_WINDOW. All people behind a website that sends "
    "forms for them are one client.",
)
FORM_LIFETIME = env.duration(
    "FORM_LIFETIME", default="24h", minimum="1m", maximum="7d", help="How long somebody may take over a form."
)
FORM_MIN_AGE = env.duration(
    "FORM_MIN_AGE",
    default="2s",
    minimum="0s",
    maximum="1m",
    help="A form that is sent sooner than this after it was asked for is taken for a program's. 0s: never.",
)
TRUSTED_PROXY_COUNT = env.integer(
    "TRUSTED_PROXY_COUNT",
    default=0,
    minimum=0,
    maximum=10,
    help="How many proxies of yours stand in front and add to X-Forwarded-For. 0: neither that header nor "
    "X-Forwarded-Proto is believed. Behind a proxy that ends TLS it is at least 1, or each request is redirected to "
    "https without end.",
)

API_SHARED_MAX_AGE = env.duration(
    "API_SHARED_MAX_AGE",
    default="5m",
    minimum="0s",
    maximum="1d",
    help="How long a CDN may hand out a public answer of the API without asking (s-maxage).",
)
API_STALE_WHILE_REVALIDATE = env.duration(
    "API_STALE_WHILE_REVALIDATE",
    default="1m",
    minimum="0s",
    maximum="1d",
    help="How long after that it may do so while it asks (stale-while-revalidate).",
)
API_STALE_IF_ERROR = env.duration(
    "API_STALE_IF_ERROR",
    default="10m",
    minimum="0s",
    maximum="7d",
    help="How long after that it may do so when this service is down (stale-if-error). What was withdrawn may be seen "
    "for as long: more than minutes only behind a CDN that is purged.",
)

API_DOCS = env.flag(
    "API_DOCS", default=True, help="Whether /api/docs/ and /api/schema/ describe the API to everybody who asks."
)

WAGTAILAPI_LIMIT_MAX = 100
WAGTAILAPI_SEARCH_ENABLED = True
WAGTAILAPI_BASE_URL = BASE_URL
WAGTAILAPI_RICH_TEXT_FORMAT = "html"
WAGTAILAPI_USE_FRONTENDCACHE = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["api.tokens.authentication.TokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.negotiation.JsonForAll",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["api.throttling.ApiThrottle"],
    "EXCEPTION_HANDLER": "api.errors.problem_response",
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}

SIMPLE_JWT = {
    "SIGNING_KEY": JWT_SECRET,
    "ALGORITHM": "HS256",
    "ACCESS_TOKEN_LIFETIME": JWT_EXPIRES_IN,
    "REFRESH_TOKEN_LIFETIME": JWT_REFRESH_EXPIRES_IN,
    "ISSUER": BASE_URL,
    "AUDIENCE": f"{BASE_URL}/api/",
    "USER_ID_CLAIM": "sub",
    "AUTH_TOKEN_CLASSES": ("api.tokens.tokens.AccessToken",),
}
