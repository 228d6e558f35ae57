"""`run_worker`: does background tasks."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from cms.observability import traces
from cms.operations.pools import hold_connections
from cms.operations.worker import Worker


class Command(BaseCommand):
    """Runs until it is told to stop. Any number of copies may run at a time."""

    help = "Do background tasks of all queues, one after the other, until told to stop."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--interval", type=float, default=1, help="Seconds between two looks (default: 1).")
        parser.add_argument("--batch", action="store_true", help="Do what is due now and end.")

    def handle(self, *args: Any, **options: Any) -> None:
        traces.start()
        hold_connections(2)
        worker = Worker(interval=options["interval"], batch=options["batch"])
        worker.listen_to_signals()
        sys.exit(worker.run())
