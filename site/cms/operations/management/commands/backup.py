"""`backup`: the database and all files, encrypted, into the repository of backups."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import UTC, datetime
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from cms.operations.backups import creation, runs
from cms.operations.backups.configuration import main_database, opened_repository
from cms.operations.backups.databases import snapshot_of
from cms.operations.backups.errors import BackupError
from cms.operations.backups.interruption import interruptible
from cms.operations.backups.stores import file_stores


class Command(BaseCommand):
    """Exit code 0 means that there is a new, whole backup."""

    help = "Back up the database and all files to BACKUP_REPOSITORY, then remove backups older than BACKUP_KEEP_DAYS."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        what = parser.add_mutually_exclusive_group()
        what.add_argument("--list", action="store_true", help="List the backups there are.")
        what.add_argument("--dry-run", action="store_true", help="Check that all can be reached, and change nothing.")
        what.add_argument(
            "--new-repository",
            action="store_true",
            help="Begin a new repository, though there were backups in another one.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with interruptible():
                if options["list"]:
                    self._list()
                elif options["dry_run"]:
                    self._try()
                else:
                    self._make(new_repository=options["new_repository"])
        except BackupError as error:
            raise CommandError(str(error)) from None

    def _make(self, *, new_repository: bool) -> None:
        with opened_repository() as repository:
            manifest = creation.make_backup(repository, new_repository=new_repository, say=self.stdout.write)
        if manifest.missing:
            self.stderr.write(
                f"Warning: {manifest.missing} files that the database names were not there to be backed up, such as "
                f"{', '.join(manifest.missing_files[:3])}."
            )
        seconds = (manifest.finished - manifest.started).total_seconds()
        self.stdout.write(self.style.SUCCESS(f"Made the backup {manifest.run} in {seconds:.0f} seconds."))

    def _list(self) -> None:
        with opened_repository() as repository:
            complete = runs.complete_runs(repository.parts()) if repository.exists() else []
        for run in complete:
            age = datetime.now(UTC) - run.at
            self.stdout.write(f"{run.id}  {age.days} days {age.seconds // 3600} hours old")
        if not complete:
            self.stdout.write("There is no backup yet.")

    def _try(self) -> None:
        with opened_repository() as repository:
            with snapshot_of(main_database()):
                self.stdout.write(f"Would back up the database {main_database()}.")
            for store in file_stores():
                sizes = [listed.size for listed in store.listed()]
                self.stdout.write(f"Would back up {len(sizes)} {store.alias} files, {sum(sizes)} bytes.")
            if not repository.exists():
                self.stdout.write(f"Would make a new repository at {repository.place}.")
                return
            for run in creation.expired_runs(repository.parts()):
                self.stdout.write(f"Would remove {run.id}.")
        self.stdout.write("Nothing was changed.")
