"""What production refuses to start with: one line that names the variable, exit code 1, and never the secret."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from pathlib import Path

import pytest

from settings import env, select_settings_module

Refusal = Callable[..., str]
MODULES = ("settings.production", "settings.staging")


@pytest.mark.parametrize("module", MODULES)
def test_sound_environment_starts(module: str, settings_with: Callable[..., dict[str, object]]) -> None:
    values = settings_with(module)
    assert values["DEBUG"] is False
    assert values["APP_ENV"] == module.partition(".")[2]


@pytest.mark.parametrize("module", MODULES)
@pytest.mark.parametrize("name", ["JWT_SECRET", "SECRET_KEY", "DATABASE_URL", "BASE_URL"])
def test_nothing_starts_without(name: str, module: str, refusal: Refusal) -> None:
    assert refusal(module, **{name: None}).startswith(f"Configuration error: {name} is not set; expected ")


@pytest.mark.parametrize(
    "secret",
    [
        "a3$Kz9!qLw",
        "x" * 31,
        "abcabcabc" * 9,
        "your-super-secret-jwt-key-at-least-32-bytes",
        "9f8e7d6c5b4a-please-CHANGE-me-9f8e7d6c5b4a-9f8e7d6c5b4a",
    ],
)
@pytest.mark.parametrize("name", ["JWT_SECRET", "SECRET_KEY"])
def test_weak_secret_is_refused_and_not_printed(name: str, secret: str, refusal: Refusal) -> None:
    line = refusal(**{name: secret})
    assert line.startswith(f"Configuration error: {name} is 'a secret ")
    assert secret[:8] not in line


def test_secret_of_31_bytes_is_too_short_and_one_of_32_is_not(refusal: Refusal, boot: Callable[..., object]) -> None:
    assert "a secret of 31 bytes" in refusal(JWT_SECRET="0123456789abcdefghijABCDEFGHIJk")
    assert boot(JWT_SECRET="0123456789abcdefghijABCDEFGHIJkl").returncode == 0  # type: ignore[attr-defined]


def test_one_secret_for_two_purposes_is_refused(refusal: Refusal) -> None:
    secret = secrets.token_hex(40)
    line = refusal(JWT_SECRET=secret, SECRET_KEY=secret)
    assert line.startswith("Configuration error: JWT_SECRET is 'the same as SECRET_KEY'")
    assert secret not in line


def test_weak_secret_in_a_file_is_refused_and_not_printed(refusal: Refusal, tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("hunter2", encoding="utf-8")
    line = refusal(JWT_SECRET=None, JWT_SECRET_FILE=str(tmp_path / "jwt"))
    assert line.startswith("Configuration error: JWT_SECRET is 'a secret of 7 bytes'")


def test_debug_mode_is_refused(refusal: Refusal) -> None:
    assert refusal(DEBUG="true") == "Configuration error: DEBUG is 'true'; expected false in production."


@pytest.mark.parametrize(
    "url", ["sqlite:///db.sqlite3", "sqlite:////tmp/db.sqlite3", "sqlite:///:memory:", "sqlite://:memory:"]
)
def test_sqlite_is_refused(url: str, refusal: Refusal) -> None:
    assert refusal(DATABASE_URL=url).startswith("Configuration error: DATABASE_URL is ")


@pytest.mark.parametrize("hosts", ["*", "cms.example.gov.uk,*", "*.example.gov.uk", ".example.gov.uk"])
def test_wildcard_hosts_are_refused(hosts: str, refusal: Refusal) -> None:
    assert refusal(ALLOWED_HOSTS=hosts).startswith("Configuration error: ALLOWED_HOSTS is ")


@pytest.mark.parametrize("hosts", [",", "https://cms.example.gov.uk", "cms.example.gov.uk:443", "cms example"])
def test_what_is_no_host_is_refused(hosts: str, refusal: Refusal) -> None:
    assert "expected host names without scheme and port" in refusal(ALLOWED_HOSTS=hosts)


def test_address_without_tls_is_refused(refusal: Refusal) -> None:
    assert refusal(BASE_URL="http://cms.example.gov.uk") == (
        "Configuration error: BASE_URL is 'http://cms.example.gov.uk'; expected a URL that starts with https://."
    )


@pytest.mark.parametrize("url", ["postgresql://cms:hunter2@db", "postgresql://cms:12/hunter2@db:5432/cms"])
def test_misread_database_url_is_refused_and_its_password_not_printed(url: str, refusal: Refusal) -> None:
    line = refusal(DATABASE_URL=url)
    assert line.startswith("Configuration error: DATABASE_URL is ")
    assert "hunter2" not in line


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "tcp://10.96.0.1:3000"),
        ("PORT", "65536"),
        ("API_VERSION", "2"),
        ("DATABASE_POOL_MIN", "21"),
        ("DATABASE_POOL_MAX", "many"),
        ("WEB_THREADS", "21"),
        ("JWT_EXPIRES_IN", "8d"),
        ("JWT_EXPIRES_IN", "soon"),
        ("JWT_REFRESH_EXPIRES_IN", "0"),
        ("AWS_S3_CDN_URL", "cdn.example.com"),
        ("REDIS_URL", "http://localhost:6379"),
        ("SMTP_PORT", "smtp"),
        ("SENTRY_DSN", "your-sentry-dsn"),
        ("LOG_LEVEL", "loud"),
        ("RATE_LIMIT_WINDOW", "500ms"),
        ("RATE_LIMIT_MAX", "0"),
        ("MAX_FILE_SIZE", "5MB"),
        ("ALLOWED_FILE_TYPES", "image/jpeg,pdf"),
        ("ALLOWED_FILE_TYPES", "image/*"),
        ("DOCUMENT_LINK_LIFETIME", "8d"),
        ("TIME_ZONE", "Europe/Atlantis"),
        ("TIME_ZONE", "../../etc/passwd"),
        ("DEBUG", "maybe"),
    ],
)
def test_wrong_value_is_refused_under_the_name_of_its_variable(name: str, value: str, refusal: Refusal) -> None:
    assert refusal(**{name: value}).startswith(f"Configuration error: {name} is ")


@pytest.mark.parametrize("given", ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"])
def test_half_a_key_pair_is_refused(given: str, refusal: Refusal) -> None:
    line = refusal(**{given: "AKIAIOSFODNN7"})
    assert "is not set; expected both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY" in line
    assert f"{given} is" not in line


def test_unknown_environment_is_refused() -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("DJANGO_SETTINGS_MODULE")
        patch.setenv("APP_ENV", "prod")
        with pytest.raises(env.ConfigurationError, match="APP_ENV is 'prod'; expected one of development, staging"):
            select_settings_module()
