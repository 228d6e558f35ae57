"""Each variable of the deployment specification works under its own name, and shows in Django's settings."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

Settings = Callable[..., dict[str, Any]]
AWKWARD = "p@ss:/?#%&+=[] wörd"


def test_port(settings_with: Settings) -> None:
    assert settings_with()["PORT"] == 3000
    assert settings_with(PORT="8080")["PORT"] == 8080


def test_port_in_development_is_part_of_the_address(settings_with: Settings) -> None:
    assert settings_with("settings.development", PORT="4000")["BASE_URL"] == "http://localhost:4000"


def test_wrong_port_in_development_is_named_itself(refusal: Callable[..., str]) -> None:
    assert refusal("settings.development", PORT="http").startswith("Configuration error: PORT is 'http'")


def test_api_version(settings_with: Settings) -> None:
    assert settings_with()["API_VERSION"] == "v1"
    assert settings_with(API_VERSION="v2")["API_VERSION"] == "v2"


def test_database_url(settings_with: Settings) -> None:
    database = settings_with(DATABASE_URL="postgresql://cms:pw@db.example:6432/content")["DATABASES"]["default"]
    found = {name: database[name] for name in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "CONN_MAX_AGE")}
    assert found == {
        "ENGINE": "cms.operations.postgresql",
        "NAME": "content",
        "USER": "cms",
        "PASSWORD": "pw",
        "HOST": "db.example",
        "PORT": 6432,
        "CONN_MAX_AGE": 0,
    }


def test_database_url_with_an_awkward_password(settings_with: Settings) -> None:
    url = f"postgres://cms:{quote(AWKWARD, safe='')}@db/cms"
    assert settings_with(DATABASE_URL=url)["DATABASES"]["default"]["PASSWORD"] == AWKWARD


def test_database_url_with_an_ipv6_host(settings_with: Settings) -> None:
    database = settings_with(DATABASE_URL="postgresql://cms:pw@[2001:db8::1]:5432/cms")["DATABASES"]["default"]
    assert (database["HOST"], database["PORT"]) == ("2001:db8::1", 5432)


def test_database_url_with_options_of_libpq_keeps_the_pool(settings_with: Settings) -> None:
    url = "postgresql://cms:pw@db/cms?sslmode=verify-full&connect_timeout=5&pool=false"
    options = settings_with(DATABASE_URL=url)["DATABASES"]["default"]["OPTIONS"]
    assert (options["sslmode"], options["connect_timeout"]) == ("verify-full", 5)
    assert options["pool"]["max_size"] == 20
    assert options["tcp_user_timeout"] == 20_000, "what the URL does not say stays"


def test_database_pool(settings_with: Settings) -> None:
    def pool(**variables: str) -> dict[str, Any]:
        options: dict[str, Any] = settings_with(**variables)["DATABASES"]["default"]["OPTIONS"]["pool"]
        return options

    assert pool() == {"min_size": 5, "max_size": 20, "timeout": 5.0, "reconnect_timeout": 10}
    changed = pool(DATABASE_POOL_MIN="1", DATABASE_POOL_MAX="8", DATABASE_POOL_TIMEOUT="500ms")
    assert changed == {"min_size": 1, "max_size": 8, "timeout": 0.5, "reconnect_timeout": 10}


def test_jwt_secret(settings_with: Settings) -> None:
    secret = "0123456789abcdefghijABCDEFGHIJ,;:!?"
    assert settings_with(JWT_SECRET=secret)["SIMPLE_JWT"]["SIGNING_KEY"] == secret


def test_jwt_secret_from_a_file(settings_with: Settings, tmp_path: Path) -> None:
    (tmp_path / "jwt").write_text("0123456789abcdefghijABCDEFGHIJKLMN\n", encoding="utf-8")
    values = settings_with(JWT_SECRET=None, JWT_SECRET_FILE=str(tmp_path / "jwt"))
    assert values["SIMPLE_JWT"]["SIGNING_KEY"] == "0123456789abcdefghijABCDEFGHIJKLMN"


def test_lifetimes_of_tokens(settings_with: Settings) -> None:
    default = settings_with()["SIMPLE_JWT"]
    assert (default["ACCESS_TOKEN_LIFETIME"], default["REFRESH_TOKEN_LIFETIME"]) == (
        "1 day, 0:00:00",
        "7 days, 0:00:00",
    )
    changed = settings_with(JWT_EXPIRES_IN="15m", JWT_REFRESH_EXPIRES_IN="12h")["SIMPLE_JWT"]
    assert (changed["ACCESS_TOKEN_LIFETIME"], changed["REFRESH_TOKEN_LIFETIME"]) == ("0:15:00", "12:00:00")


def test_files_are_on_s3_where_a_bucket_is_named(settings_with: Settings) -> None:
    stores = settings_with(
        AWS_ACCESS_KEY_ID="AKIAIOSFODNN7",
        AWS_SECRET_ACCESS_KEY="wJalr/XUtn+FEMI=",
        AWS_REGION="eu-west-2",
        AWS_S3_BUCKET="cms-files",
        AWS_S3_CDN_URL="https://media.example.gov.uk/",
    )["STORAGES"]
    for alias in ("media", "private"):
        options = stores[alias]["OPTIONS"]
        assert options["access_key"] == "AKIAIOSFODNN7"
        assert options["secret_key"] == "wJalr/XUtn+FEMI="
        assert options["region_name"] == "eu-west-2"
        assert options["bucket_name"] == "cms-files"
    assert stores["media"]["OPTIONS"]["custom_domain"] == "media.example.gov.uk"
    assert "custom_domain" not in stores["private"]["OPTIONS"]


def test_files_are_in_var_dir_without_a_bucket(settings_with: Settings, tmp_path: Path) -> None:
    for store in (settings_with()["STORAGES"][alias] for alias in ("media", "private", "default")):
        assert store["OPTIONS"]["location"].startswith(f"{tmp_path}/var/")


def test_redis(settings_with: Settings) -> None:
    caches = settings_with(REDIS_URL="redis://cache:6379", REDIS_PASSWORD=AWKWARD)["CACHES"]
    for cache in caches.values():
        assert cache["LOCATION"] == "redis://cache:6379"
        assert cache["OPTIONS"]["PASSWORD"] == AWKWARD


def test_caches_are_in_memory_without_redis(settings_with: Settings) -> None:
    caches = settings_with(REDIS_PASSWORD="unused")["CACHES"]

    # What all processes must forget together is kept nowhere when they share no memory.
    assert caches.pop("responses")["BACKEND"] == "django.core.cache.backends.dummy.DummyCache"
    for cache in caches.values():
        assert cache["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache"


def test_smtp(settings_with: Settings) -> None:
    values = settings_with(SMTP_HOST="mail.example", SMTP_PORT="2525", SMTP_USER="cms@mail.example", SMTP_PASS=AWKWARD)
    assert (values["EMAIL_HOST"], values["EMAIL_PORT"]) == ("mail.example", 2525)
    assert (values["EMAIL_HOST_USER"], values["EMAIL_HOST_PASSWORD"]) == ("cms@mail.example", AWKWARD)
    assert (values["EMAIL_USE_TLS"], values["EMAIL_USE_SSL"]) == (True, False)


def test_smtp_port_defaults_to_submission(settings_with: Settings) -> None:
    assert settings_with(SMTP_HOST="mail.example")["EMAIL_PORT"] == 587


def test_sentry_is_off_without_a_dsn(boot: Callable[..., Any]) -> None:
    answer = boot()
    assert answer.returncode == 0
    assert '"SENTRY_DSN": ""' in answer.stdout


@pytest.mark.parametrize(("level", "wanted"), [("debug", "DEBUG"), ("warn", "WARNING"), ("ERROR", "ERROR")])
def test_log_level(level: str, wanted: str, settings_with: Settings) -> None:
    logging = settings_with(LOG_LEVEL=level)["LOGGING"]
    assert logging["root"]["level"] == wanted
    assert logging["loggers"]["django"]["level"] == wanted


def test_rate_limit(settings_with: Settings) -> None:
    default = settings_with()
    assert (default["RATE_LIMIT_WINDOW"], default["RATE_LIMIT_MAX"]) == ("0:15:00", 100)
    changed = settings_with(RATE_LIMIT_WINDOW="60s", RATE_LIMIT_MAX="5")
    assert (changed["RATE_LIMIT_WINDOW"], changed["RATE_LIMIT_MAX"]) == ("0:01:00", 5)


def test_upload_rules(settings_with: Settings) -> None:
    assert settings_with()["MAX_FILE_SIZE"] == 5242880
    values = settings_with(MAX_FILE_SIZE="1000", ALLOWED_FILE_TYPES="image/jpeg, application/pdf")
    assert values["ALLOWED_FILE_TYPES"] == ["image/jpeg", "application/pdf"]
    assert values["WAGTAILIMAGES_MAX_UPLOAD_SIZE"] == 1000
    assert values["WAGTAILDOCS_MAX_UPLOAD_SIZE"] == 1000
    assert values["WAGTAILIMAGES_EXTENSIONS"] == ["jpg", "jpeg"]


def test_host_of_the_address_is_served(settings_with: Settings) -> None:
    assert settings_with()["ALLOWED_HOSTS"] == ["cms.example.gov.uk"]
    values = settings_with(BASE_URL="https://[2001:db8::1]:8443/cms")
    assert values["ALLOWED_HOSTS"] == ["[2001:db8::1]"]
    assert values["CSRF_TRUSTED_ORIGINS"] == ["https://[2001:db8::1]:8443"]


def test_forwarded_headers_are_believed_behind_a_proxy_only(settings_with: Settings) -> None:
    assert settings_with()["SECURE_PROXY_SSL_HEADER"] is None
    assert settings_with(TRUSTED_PROXY_COUNT="1")["SECURE_PROXY_SSL_HEADER"] == ["HTTP_X_FORWARDED_PROTO", "https"]


def test_development_works_with_nothing_set(settings_with: Settings, tmp_path: Path) -> None:
    first = settings_with("settings.development")
    assert first["DATABASES"]["default"]["ENGINE"] == "django.db.backends.sqlite3"
    assert first["SECRET_KEY"] != first["JWT_SECRET"]
    secrets = tmp_path / "var" / "secrets"
    assert {path.name: oct(path.stat().st_mode & 0o777) for path in secrets.iterdir()} == {
        "jwt_secret": "0o600",
        "secret_key": "0o600",
    }
    assert settings_with("settings.development")["SECRET_KEY"] == first["SECRET_KEY"]


def test_development_works_in_a_folder_with_an_awkward_name(settings_with: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "My Projects #1" / "100%"
    database = settings_with("settings.development", VAR_DIR=str(folder))["DATABASES"]["default"]
    assert database["NAME"] == str(folder / "db.sqlite3")


def test_development_says_in_one_line_that_its_folder_cannot_be_written(
    refusal: Callable[..., str], tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    assert refusal("settings.development", VAR_DIR=str(tmp_path / "file")).startswith(
        "Configuration error: VAR_DIR is "
    )


def test_image_is_built_with_no_variable_at_all(boot: Callable[..., Any], tmp_path: Path) -> None:
    answer = boot("settings.build", SECRET_KEY=None, JWT_SECRET=None, DATABASE_URL=None, BASE_URL=None)
    assert answer.returncode == 0, answer.stderr
