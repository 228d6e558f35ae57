"""Logs to standard output, one JSON object a line, and error reports to Sentry."""

from __future__ import annotations

import os
from logging import getLevelNamesMapping

from settings import env

LOG_LEVEL = env.choice(
    "LOG_LEVEL",
    ("debug", "info", "warn", "warning", "error", "critical"),
    default="info",
    help="The least severe messages that are logged.",
).upper()
LOG_LEVEL = "WARNING" if LOG_LEVEL == "WARN" else LOG_LEVEL
LOG_FORMAT = env.choice("LOG_FORMAT", ("json", "text"), default="json", help="Form of the log lines.")
SENTRY_DSN = env.url("SENTRY_DSN", default="", help="Where errors are reported. Without it none are.")

# Applies LOGGING, and puts warnings and uncaught errors into it too.
LOGGING_CONFIG = "cms.observability.logs.configure"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {
        "request_id": {"()": "cms.observability.logs.RequestIdFilter"},
        "django": {"()": "cms.observability.logs.DjangoFilter"},
    },
    "formatters": {
        "json": {"()": "cms.observability.logs.JsonFormatter"},
        "text": {"format": "%(levelname)s %(name)s: %(message)s"},
    },
    "handlers": {
        "stdout": {
            "class": "logging.StreamHandler",
            "stream": "ext://sys.stdout",
            "formatter": LOG_FORMAT,
            "filters": ["request_id", "django"],
            # Of the handler too: some libraries give their loggers a level of their own, as django-tasks' worker does.
            "level": LOG_LEVEL,
        }
    },
    "root": {"handlers": ["stdout"], "level": LOG_LEVEL},
    "loggers": {
        "django": {"level": LOG_LEVEL, "handlers": [], "propagate": True},
        "django.server": {"level": LOG_LEVEL, "handlers": [], "propagate": True},
    }
    # What these say below a warning is for their authors, and holds values of statements and signatures of requests.
    | {
        name: {"level": max(LOG_LEVEL, "WARNING", key=getLevelNamesMapping().__getitem__)}
        for name in (
            "PIL",
            "boto3",
            "botocore",
            "django.db.backends",
            "fontTools",
            "opentelemetry",
            "psycopg",
            "redis",
            "s3transfer",
            "sentry_sdk",
            "urllib3",
        )
    },
}

if SENTRY_DSN:
    from settings import error_reports  # here, because the SDK takes half a second to import

    error_reports.start(SENTRY_DSN, os.environ["DJANGO_SETTINGS_MODULE"].rpartition(".")[2])
