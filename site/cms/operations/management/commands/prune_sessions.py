"""`prune_sessions` of the tokens app, and a note of when it last went well.

Django takes this one: cms.operations stands before api.tokens in INSTALLED_APPS.
"""

from __future__ import annotations

import time
from typing import Any

from api.tokens.management.commands import prune_sessions
from cms.operations.successes import record_success


class Command(prune_sessions.Command):
    """What it is based on does the work: `api` cannot reach what keeps the note."""

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        super().handle(*args, **options)
        record_success("prune", seconds=time.monotonic() - started)
