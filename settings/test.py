"""The test suite: strict settings against the real servers that tests/services starts."""

from __future__ import annotations

from settings import env

env.assume(
    SECRET_KEY="only-for-tests-" * 4,
    JWT_SECRET="another-one-only-for-tests-" * 2,
    DATABASE_URL="sqlite:///:memory:",
    BASE_URL="http://testserver",
    ALLOWED_HOSTS="testserver,localhost,127.0.0.1",
    LOG_LEVEL="warning",
    DATABASE_POOL_MIN="0",
    SHUTDOWN_DELAY="0s",
    SMTP_SECURITY="none",
    RATE_LIMIT_MAX="1000000",
    RATE_LIMIT_WINDOW="7d",  # hardly a test is running when one begins anew
    LOGIN_LIMIT_MAX="10000",
    FORM_LIMIT_MAX="10000",
    FORM_MIN_AGE="0s",
)

from settings.base import *

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = STORAGES | {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
WHITENOISE_USE_FINDERS = True
