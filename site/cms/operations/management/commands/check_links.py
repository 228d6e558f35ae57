"""`check_links`: which links in public pages lead nowhere."""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from cms.operations.links.report import broken_links
from cms.operations.successes import record_success

KEPT = 500
"""How many are kept for the report in the admin."""


class Command(BaseCommand):
    """Prints one JSON object for each broken link. That there are some is no failure of the command."""

    help = "Find links in public pages that lead nowhere: to what is deleted, unpublished or restricted."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--external",
            action=BooleanOptionalAction,
            default=None,
            help="Ask other websites too. Default: LINK_CHECK_EXTERNAL.",
        )
        parser.add_argument("--delay", type=float, default=1, help="Seconds between two questions to one host.")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        external = settings.LINK_CHECK_EXTERNAL if options["external"] is None else options["external"]
        kept: list[dict[str, str | int]] = []
        number = 0
        for link in broken_links(external=external, delay_seconds=options["delay"]):
            number += 1
            self.stdout.write(json.dumps(link.as_dict(), ensure_ascii=False))
            if len(kept) < KEPT:
                kept.append(link.as_dict())
        details = {"broken": number, "external": external, "links": kept}
        record_success("link_check", seconds=time.monotonic() - started, details=details)
