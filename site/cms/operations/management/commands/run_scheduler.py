"""`run_scheduler`: publishes and expires what is due, and tidies up."""

from __future__ import annotations

import logging
import signal
import threading
import time
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import close_old_connections, connection
from django.db.utils import Error as DatabaseError

from api.forms.retention import tidy_forms
from cms.health import alive
from cms.observability import traces
from cms.operations.pools import hold_connections
from cms.operations.scheduling import expire_due, publish_due
from cms.operations.successes import record_success
from documents.placement import remove_misplaced
from pages.previews import forget_old_drafts

logger = logging.getLogger(__name__)

NAME = "run_scheduler"
TIDY_SECONDS = 3600
ROUND_SECONDS = 900
"""How long one round may take, with hundreds of pages or a slow store, before a probe takes the scheduler for hung."""


class Command(BaseCommand):
    """Runs until it is told to stop, or once with --once. Any number of copies may run at a time."""

    help = "Publish and expire what is due, every few seconds; every hour, delete what is no longer needed."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=int, default=20, help="Seconds between two looks (default: 20).")
        parser.add_argument("--once", action="store_true", help="Do what is due now and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        traces.start()
        hold_connections(1)
        if options["once"]:
            expired, published = self._publish_and_expire()
            if expired or published:
                self.stdout.write(f"Published {published}, expired {expired}.")
            tidy()
            return
        stop = threading.Event()
        for signum in (signal.SIGTERM, signal.SIGINT):
            signal.signal(signum, lambda *_: stop.set())
        try:
            self._go_round(stop, options["interval"])
        finally:
            alive.end(NAME)

    def _go_round(self, stop: threading.Event, interval: int) -> None:
        tidied_at = float("-inf")
        while not stop.is_set():
            alive.beat(NAME, seconds=ROUND_SECONDS)
            close_old_connections()
            try:
                self._publish_and_expire()
                if time.monotonic() - tidied_at >= TIDY_SECONDS:
                    tidied_at = time.monotonic()
                    tidy()
            except DatabaseError:
                # The database is away: it will be back, and nothing that is due is lost in between.
                logger.exception("The scheduler could not reach the database", extra={"event": "schedule.no_database"})
                connection.close()
            alive.beat(NAME, seconds=interval + ROUND_SECONDS)
            stop.wait(interval)

    def _publish_and_expire(self) -> tuple[int, int]:
        started = time.monotonic()
        # Expire first: a page whose next version is due at the same moment must end up live.
        with traces.work_span("schedule"):
            expired, published = expire_due(), publish_due()
        record_success("scheduler", seconds=time.monotonic() - started)
        return expired, published


def tidy() -> None:
    """Delete task results, sign-in sessions, previewed drafts, renditions and answers to forms that nobody needs.

    One that fails does not keep the others from being done, nor the scheduler from publishing. It is logged.
    """
    steps: dict[str, Callable[[], Any]] = {
        "task results": lambda: call_command("prune_db_task_results", queue_name="*", verbosity=0),
        "sign-in sessions": lambda: call_command("clearsessions", verbosity=0),
        "token sessions": lambda: call_command("prune_sessions", verbosity=0),
        "drafts": forget_old_drafts,
        "answers to forms": tidy_forms,
        "renditions": remove_misplaced,
    }
    for name, step in steps.items():
        try:
            step()
        except Exception:
            logger.exception("Tidying up failed", extra={"event": "schedule.tidy_failed", "what": name})
