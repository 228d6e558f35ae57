"""`run_local`: what `make run` calls."""

from __future__ import annotations

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from cms.operations import local_run


class Command(BaseCommand):
    """Prepares what is missing and serves. Development only: it seeds a demo site."""

    help = "Prepare a local installation with a demo site, and run web, worker and scheduler."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.APP_ENV != "development":
            raise CommandError(f"run_local is for development; APP_ENV is {settings.APP_ENV}.")
        local_run.check_port_is_free(settings.HOST, settings.PORT)
        local_run.prepare(self._say)
        self._say("Starting")
        sys.exit(local_run.run_processes(self._say))

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
