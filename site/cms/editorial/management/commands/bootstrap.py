"""`manage.py bootstrap`: languages, roles and workflow as the code declares them."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from cms.editorial.bootstrap import apply_declarations


class Command(BaseCommand):
    """See the module's docstring."""

    help = (
        "Adds the languages, groups, permissions and the workflow that the code declares, and prints what it changed. "
        "May run at every deployment: what is there already stays, and nothing that somebody else made is deleted."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="Print the same and change nothing.")
        parser.add_argument(
            "--prune", action="store_true", help="Take permissions away from our groups that no role declares."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        report = apply_declarations(prune=options["prune"], dry_run=options["dry_run"])
        for change in report.changes:
            self.stdout.write(change)
        for note in report.notes:
            self.stdout.write(f"note: {note}")
        if not report.changes:
            self.stdout.write("nothing to change")
