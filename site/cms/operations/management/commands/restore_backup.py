"""`restore_backup`: gives the database and the files back as they were at a backup, and compares."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.core.management.base import BaseCommand, CommandError

from cms.operations.backups import restoration
from cms.operations.backups.configuration import main_database, opened_repository
from cms.operations.backups.databases import Database
from cms.operations.backups.errors import BackupError
from cms.operations.backups.interruption import interruptible
from cms.operations.backups.locks import Work, only_one
from cms.operations.backups.restoration import SHOWN, Backup

_OF_THE_ENVIRONMENT = ""

NEXT_STEPS = """What to do now:
  1. manage.py migrate_database     brings an older database up to this software
  2. start web, worker and scheduler; look at /health/detailed and at a page
  3. purge the CDN: it may still have what is not there any more
  4. sessions and tokens that were ended since the backup work again, and so do accounts that were closed since:
     docs/operations/disaster-recovery.md says how to end them"""


class Command(BaseCommand):
    """Exit code 0 means that everything is as it was at the backup."""

    help = "Restore a backup: the files into the stores, the database into an empty one. Then compare with the backup."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("run", nargs="?", default="latest", help="Name of the backup (default: the latest).")
        target = parser.add_mutually_exclusive_group(required=True)
        target.add_argument(
            "--into-database",
            nargs="?",
            const=_OF_THE_ENVIRONMENT,
            metavar="NAME",
            help="The database only, into another one: a name on the same server, or a URL without a password. Without "
            "a name: RESTORE_DATABASE_URL.",
        )
        target.add_argument(
            "--to-this-installation",
            action="store_true",
            help="Database and files, to where this installation has them.",
        )
        parser.add_argument("--only", choices=["database", "files"], help="Only one of the two.")
        parser.add_argument(
            "--replace-database", metavar="NAME", help="Empty the database of that name first. What is in it is lost."
        )
        parser.add_argument(
            "--match", default="*", metavar="PATTERN", help="Only files such as 'private/documents/report*'."
        )
        parser.add_argument("--exact", action="store_true", help="Also delete files that are not in the backup.")
        doing = parser.add_mutually_exclusive_group()
        doing.add_argument("--verify-only", action="store_true", help="Compare with the backup, and change nothing.")
        doing.add_argument("--dry-run", action="store_true", help="Say what would be done, and change nothing.")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with interruptible(), opened_repository() as repository:
                backup = restoration.opened_backup(repository, options["run"])
                self._describe(backup)
                self._restore(backup, options)
        except BackupError as error:
            raise CommandError(str(error)) from None

    def _describe(self, backup: Backup) -> None:
        manifest = backup.manifest
        self.stdout.write(
            f"Backup {manifest.run} of {manifest.started:%Y-%m-%d %H:%M:%S} UTC, software {manifest.software}, "
            f"PostgreSQL {manifest.postgresql}: {sum(manifest.rows.values())} rows, {manifest.files} files."
        )
        if unknown := restoration.unknown_migrations(manifest):
            self.stderr.write(
                f"Warning: this software does not know {len(unknown)} migrations of that database, such as "
                f"{unknown[0]}. Version {manifest.software} does."
            )

    def _restore(self, backup: Backup, options: dict[str, Any]) -> None:
        here = options["to_this_installation"]
        target = main_database() if here else _other_database(options["into_database"])
        database = options["only"] != "files"
        files = here and options["only"] != "database"
        if not database and not files:
            raise BackupError("Files go to this installation: say --to-this-installation.")
        if (options["exact"] or options["match"] != "*") and not files:
            raise BackupError("--exact and --match are about files, and none are restored.")
        if options["match"] != "*" and (database or options["exact"]):
            raise BackupError("--match restores some files, and nothing else: say --only files, without --exact.")
        if options["verify_only"]:
            self._report(self._differences(backup, target if database else None, options["match"] if files else None))
            return
        first = restoration.preparation(backup, target, replace=options["replace_database"]) if database else []
        if options["dry_run"]:
            self._announce(backup, target if database else None, emptied=bool(first), files=files)
            return
        differences = self._restore_files(backup, options["match"]) if files else []
        if database:
            differences += self._restore_database(backup, target, options["replace_database"])
        if options["exact"] and not differences:
            self.stdout.write(f"Files: {restoration.remove_strangers(backup)} deleted that are not in the backup.")
        if here:
            self._forget_answers()
        self._report(differences)
        self.stdout.write(NEXT_STEPS)

    def _restore_files(self, backup: Backup, pattern: str) -> list[str]:
        outcome = restoration.restore_files(backup, pattern)
        self.stdout.write(f"Files: {outcome.written} written, {outcome.same} were there already.")
        return outcome.differences

    def _restore_database(self, backup: Backup, target: Database, replace: str | None) -> list[str]:
        with only_one(target, Work.RESTORE):
            # Again: the files may have taken an hour.
            restoration.restore_database(backup, target, first=restoration.preparation(backup, target, replace=replace))
        self.stdout.write(f"Database: restored into {target}.")
        return restoration.database_differences(target, backup.manifest)

    def _differences(self, backup: Backup, target: Database | None, pattern: str | None) -> list[str]:
        differences = restoration.database_differences(target, backup.manifest) if target else []
        return differences + (restoration.compare_files(backup, pattern).differences if pattern else [])

    def _announce(self, backup: Backup, target: Database | None, *, emptied: bool, files: bool) -> None:
        if files:
            self.stdout.write(f"Would write those of {backup.manifest.files} files that are missing or different.")
        if target:
            self.stdout.write(
                f"Would {'empty' if emptied else 'fill'} the database {target}{' and fill it' * emptied}."
            )
        self.stdout.write("Nothing was changed.")

    def _report(self, differences: list[str]) -> None:
        if differences:
            shown = "\n".join(f"  {line}" for line in differences[:SHOWN])
            raise BackupError(f"{len(differences)} differences from the backup:\n{shown}")
        self.stdout.write(self.style.SUCCESS("Compared with the backup: no difference."))

    def _forget_answers(self) -> None:
        """Answers and renditions that were kept are of another state of the database."""
        for alias in ("default", "renditions", "responses"):
            try:
                caches[alias].clear()
            except Exception as error:  # of Redis, of the network
                self.stderr.write(f"Warning: the cache {alias} could not be emptied ({error}). Empty it by hand.")


def _other_database(name: str) -> Database:
    if name == _OF_THE_ENVIRONMENT:
        if not settings.RESTORE_DATABASE_URL:
            raise BackupError("Say which database: --into-database NAME, or set RESTORE_DATABASE_URL.")
        return Database.from_url(settings.RESTORE_DATABASE_URL)
    if "://" not in name:
        return main_database().beside(name)
    database = Database.from_url(name)
    if {"password", "sslpassword"} & database.parameters.keys():
        raise BackupError(
            "A password in a command is shown to everybody on this machine. Put that URL into RESTORE_DATABASE_URL, "
            "and say --into-database without it."
        )
    return database
