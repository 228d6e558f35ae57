"""What staging and production refuse to start with."""

from __future__ import annotations

from typing import Any

from settings.env import ConfigurationError

_PLACEHOLDERS = ("change", "example", "insecure", "password", "placeholder", "secret", "your-", "your_")
"""What secrets copied from an example look like. A random secret holds one of these once in a million."""


def refuse_unsafe(settings: dict[str, Any]) -> None:
    """Raise ConfigurationError for the first unsafe value: debug mode, wildcard hosts, SQLite, weak or shared keys."""
    if settings["DEBUG"]:
        raise ConfigurationError("DEBUG", "true", f"false in {settings['APP_ENV']}")
    _refuse_wildcards(settings["ALLOWED_HOSTS"])
    if settings["DATABASES"]["default"]["ENGINE"].endswith("sqlite3"):
        raise ConfigurationError("DATABASE_URL", "an SQLite database", "postgresql://user:password@host:port/name")
    if settings["JWT_SECRET"] == settings["SECRET_KEY"]:
        raise ConfigurationError("JWT_SECRET", "the same as SECRET_KEY", "a secret of its own")
    for name in ("JWT_SECRET", "SECRET_KEY"):
        _refuse_weak(name, settings[name])
    if not settings["BASE_URL"].startswith("https://"):
        raise ConfigurationError("BASE_URL", settings["BASE_URL"], "a URL that starts with https://")


def _refuse_wildcards(hosts: list[str]) -> None:
    for host in hosts:
        # A leading dot means every subdomain to Django.
        if "*" in host or host.startswith("."):
            raise ConfigurationError("ALLOWED_HOSTS", host, "exact host names, separated by commas")


def _refuse_weak(name: str, secret: str) -> None:
    if len(set(secret)) < 10:
        raise ConfigurationError(name, "a secret of few different characters", "a random secret")
    if any(word in secret.lower() for word in _PLACEHOLDERS):
        raise ConfigurationError(name, "a secret that looks like the one of an example", "a random secret")
