"""`serve`: the production application server."""

from __future__ import annotations

import importlib.util
import os
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms import observability
from cms.observability import worker_files

LOG_CONFIGURATION = Path(observability.__file__).with_name("granian_logging.json")

REPLACED_AFTER_SECONDS = 10
"""How long a process that is replaced goes on beside the fresh one, which needs some of it to load the application."""


class Command(BaseCommand):
    """Becomes Granian: the process that runs this command is the server, so signals reach it."""

    help = "Serve the CMS with Granian on HOST and PORT."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if importlib.util.find_spec("granian") is None:
            raise CommandError("Granian is not installed in this environment. Install requirements/base.txt.")
        worker_files.prepare_folder()
        delay = str(settings.SHUTDOWN_DELAY.total_seconds())
        command = [sys.executable, "-m", "cms.operations.web_server", delay, *granian_arguments()]
        os.execv(sys.executable, command)  # noqa: S606 - no shell, our own arguments


def granian_arguments() -> list[str]:
    """Granian's command line for the current settings."""
    log_lines = ["--log-config", str(LOG_CONFIGURATION)] if settings.LOG_FORMAT == "json" else []
    limit = settings.WEB_WORKER_MAX_MEMORY
    memory = ["--rss-samples=3", f"--workers-max-rss={limit}"] if limit else []
    return [
        *log_lines,
        *memory,
        "--interface=wsgi",
        f"--host={settings.HOST}",
        f"--port={settings.PORT}",
        f"--workers={settings.WEB_WORKERS}",
        f"--blocking-threads={settings.WEB_THREADS}",
        "--http=1",
        "--no-ws",
        "--log-level=warning",
        "--respawn-failed-workers",
        f"--respawn-interval={REPLACED_AFTER_SECONDS}",
        "--workers-kill-timeout=25",
        "cms.operations.web_process:application",
    ]
