"""`manage.py seed_demo`: the demo site, made, multiplied and removed."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from cms.demo import accounts, copies, removal, state
from cms.demo.models import Seeding


class Command(BaseCommand):
    """See the module's docstring."""

    help = (
        "Fills an empty installation with a small demo site in English and Welsh, and an account for each role. "
        "A second run changes nothing. Never in production."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today",
            type=dt.date.fromisoformat,
            help="The day from which the dates of the content count, as 2026-03-31. Default: today.",
        )
        parser.add_argument(
            "--scale", type=int, default=1, metavar="N", help="Make the site N times as large, for load tests."
        )
        parser.add_argument("--remove", action="store_true", help="Remove what this command made, and nothing else.")
        parser.add_argument("--allow-staging", action="store_true", help="Seed although this is staging.")

    def handle(self, *args: Any, **options: Any) -> None:
        self._started = time.monotonic()
        self._verbosity = options["verbosity"]
        seeding = state.seeding()
        if options["remove"]:
            self._remove(seeding)
            return
        _refuse_environment(allow_staging=options["allow_staging"])
        if options["scale"] < 1:
            raise CommandError("--scale takes a number from 1.")
        self._seed(seeding, options["today"] or timezone.localdate())
        self._scale(options["scale"])

    def _seed(self, seeding: Seeding | None, today: dt.date) -> None:
        if seeding is not None:
            self._renew_accounts()
            self.stdout.write(f"There is a demo site already, made for {seeding.today}. It was not changed.")
            return
        accounts.write_accounts(_seed(today, self._say))
        self.stdout.write(f"The demo site is ready. Its accounts are in {accounts.accounts_path()}.")

    def _renew_accounts(self) -> None:
        """Where the file is lost nobody knows the passwords any more, so there are new ones."""
        if accounts.accounts_path().exists():
            return
        accounts.write_accounts(accounts.renew_passwords(state.users()))
        self.stdout.write(f"The demo accounts have new passwords, in {accounts.accounts_path()}.")

    def _scale(self, scale: int) -> None:
        seeding = Seeding.objects.get()
        if scale > seeding.scale:
            added = copies.multiply(seeding, scale, self._say)
            self.stdout.write(f"Added {added} pages: the demo site is now {scale} times as large.")
        elif scale > 1:
            self.stdout.write(f"The demo site is {seeding.scale} times as large already.")

    def _remove(self, seeding: Seeding | None) -> None:
        if seeding is None:
            self.stdout.write("There is no demo site: nothing to remove.")
            return
        count = removal.remove(seeding, self._say)
        self.stdout.write(f"The demo site is gone: {count} objects and their files.")

    def _say(self, line: str) -> None:
        if self._verbosity > 0:
            self.stdout.write(f"{time.monotonic() - self._started:6.1f} s  {line}")
            self.stdout.flush()


def _refuse_environment(*, allow_staging: bool) -> None:
    if settings.APP_ENV == "production":
        raise CommandError("There is no demo site in production: its accounts and pages are not real.")
    if settings.APP_ENV == "staging" and not allow_staging:
        raise CommandError("This is staging. Say --allow-staging if a demo site is really wanted here.")


def _seed(today: dt.date, say: Any) -> accounts.Passwords:
    try:
        # Not at the top: the production image lacks these packages, and has to be able to refuse and to remove.
        from cms.demo.seeding import seed
    except ModuleNotFoundError as error:
        raise CommandError(f"{error.name} is missing. Install requirements/demo.txt to make a demo site.") from error
    return seed(today, say)
