"""`restore_drill`: restores the newest backup on trial and measures it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.operations.backups.configuration import opened_repository
from cms.operations.backups.drill import run_drill
from cms.operations.backups.errors import BackupError
from cms.operations.backups.interruption import interruptible


class Command(BaseCommand):
    """Exit code 0 means that the backup was restored, and that everything in it is as it was."""

    help = "Restore the newest backup into a scratch database, read all its files, compare, and say how long it took."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", nargs="?", default="latest", help="Name of the backup (default: the latest).")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with interruptible(), opened_repository() as repository:
                result = run_drill(repository, options["run"])
        except BackupError as error:
            raise CommandError(f"The restore drill failed. {error}") from None
        self.stdout.write(
            f"Backup {result.run}: {result.rows} rows and {result.files} files are as they were.\n"
            f"Would be lost now (RPO): what was done in the last {timedelta(seconds=result.rpo_seconds)}.\n"
            f"Took (RTO): {result.rto_seconds} seconds, {result.database_seconds} of them for the database."
        )
        self.stdout.write(self.style.SUCCESS("The restore drill succeeded."))
