"""`run_scheduler`: publishes and expires what is due, and tidies up."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.db.utils import Error as DatabaseError

from api.forms.retention import tidy_forms
from cms.operations.scheduling import expire_due, publish_due
from cms.operations.successes import record_success
from documents.placement import remove_misplaced
from pages.previews import forget_old_drafts

logger = logging.getLogger(__name__)

TIDY_SECONDS = 3600


class Command(BaseCommand):
    """Runs until it is told to stop, or once with --once. Any number of copies may run at a time."""

    help = "Publish and expire what is due, every few seconds; every hour, delete what is no longer needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=int, default=20, help="Seconds between two looks (default: 20).")
        parser.add_argument("--once", action="store_true", help="Do what is due now and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self._publish_and_expire()
            tidy()
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        tidied_at = float("-inf")
        while not stop.is_set():
            close_old_connections()
            try:
                self._publish_and_expire()
                if time.monotonic() - tidied_at >= TIDY_SECONDS:
                    tidy()
                    tidied_at = time.monotonic()
            except DatabaseError:
                # The database is away: it will be back, and nothing that is due is lost in between.
                logger.exception("The scheduler could not reach the database", extra={"event": "schedule.no_database"})
            stop.wait(options["interval"])

    def _publish_and_expire(self) -> None:
        started = time.monotonic()
        # Expire first: a page whose next version is due at the same moment must end up live.
        expired, published = expire_due(), publish_due()
        if expired or published:
            self.stdout.write(f"Published {published}, expired {expired}.")
        record_success("scheduler", seconds=time.monotonic() - started)


def tidy() -> None:
    """Delete task results, sign-in sessions, previewed drafts, renditions and answers to forms that nobody needs."""
    call_command("prune_db_task_results", verbosity=0)
    call_command("clearsessions", verbosity=0)
    call_command("prune_sessions", verbosity=0)
    forget_old_drafts()
    tidy_forms()
    remove_misplaced()
