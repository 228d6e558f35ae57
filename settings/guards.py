"""What staging and production refuse to start with."""

from __future__ import annotations

from typing import Any

from settings.env import ConfigurationError


def refuse_unsafe(settings: dict[str, Any]) -> None:
    """Raise ConfigurationError for the first unsafe value: debug mode, wildcard hosts, SQLite, a shared key."""
    if settings["DEBUG"]:
        raise ConfigurationError("DEBUG", "true", f"false in {settings['APP_ENV']}")
    if any("*" in host for host in settings["ALLOWED_HOSTS"]):
        raise ConfigurationError("ALLOWED_HOSTS", ",".join(settings["ALLOWED_HOSTS"]), "exact host names")
    if settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3"):
        raise ConfigurationError("DATABASE_URL", "an SQLite database", "postgresql://user:password@host:port/name")
    if settings["JWT_SECRET"] == settings["SECRET_KEY"]:
        raise ConfigurationError("JWT_SECRET", "the same as SECRET_KEY", "a secret of its own")
    for name in ("JWT_SECRET", "SECRET_KEY"):
        if len(set(settings[name])) < 10:
            raise ConfigurationError(name, "a secret of few different characters", "a random secret")
    if not settings["BASE_URL"].startswith("https://"):
        raise ConfigurationError("BASE_URL", settings["BASE_URL"], "a URL that starts with https://")
