"""Building the image: enough to collect static files, with no secret and no server at hand."""

from __future__ import annotations

from settings import env

env.assume(
    SECRET_KEY="build " * 10,
    JWT_SECRET="build " * 8,
    DATABASE_URL="sqlite:///:memory:",
    BASE_URL="https://build.invalid",
)

from settings.base import *
