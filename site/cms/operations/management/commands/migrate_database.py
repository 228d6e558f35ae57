"""`migrate_database`: brings the database to the schema of this code, at every deployment."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

from cms.operations import migration
from cms.operations.pools import hold_connections


class Command(BaseCommand):
    """May run at any time and any number of times at once: one does the work, the others wait and find nothing to do.

    The roles, languages and workflow that the code declares are applied too: a release that brings a permission works
    only with it, and what is there already stays.
    """

    help = "Wait for the database, apply all migrations under a lock, then roles, languages and workflow."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="Change nothing; exit with 1 when some are pending.")
        parser.add_argument("--plan", action="store_true", help="Change nothing; print what would be applied.")
        parser.add_argument(
            "--wait", type=float, default=60, metavar="SECONDS", help="How long to wait for the database (default: 60)."
        )
        parser.add_argument(
            "--lock-wait",
            type=float,
            default=900,
            metavar="SECONDS",
            help="How long to wait for another process that migrates (default: 900).",
        )
        parser.add_argument("--no-bootstrap", action="store_true", help="Leave roles, languages and workflow alone.")

    def handle(self, *args: Any, **options: Any) -> None:
        hold_connections(1)
        migration.wait_for_database(options["wait"], self._say)
        if options["check"] or options["plan"]:
            self._show(exit_status=bool(options["check"]))
            return
        with migration.only_one_at_a_time(options["lock_wait"], self._say):
            if pending := migration.pending():
                self._say(f"Applying {len(pending)} migrations")
            # Also when none is pending: `migrate` makes content types and permissions after the last one, and may
            # have been killed before it did.
            migration.apply(self._say, self.stdout)
            if not options["no_bootstrap"]:
                self._say("Applying roles, languages and workflow")
                call_command("bootstrap", stdout=self.stdout)
        self._say("The database is up to date")

    def _show(self, *, exit_status: bool) -> None:
        pending = migration.pending()
        for name in pending:
            self._say(name)
        self._say(f"{len(pending)} migrations are pending" if pending else "The database is up to date")
        if pending and exit_status:
            sys.exit(1)

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()
