"""Whether this process should be sent requests."""

from __future__ import annotations

import logging
import threading
import time

from cms.health.checks import Database
from cms.health.single_runs import run_checks
from cms.health.stopping import is_stopping

logger = logging.getLogger(__name__)

KEPT_SECONDS = 1.5
"""How long an answer of the database is used again: whoever asks more often costs it nothing."""

_STOPPING = "The server is stopping."


class Readiness:
    """Ready as long as the database answers, has the migrations of this code, and nobody told the server to stop.

    Redis and the file store are left out on purpose. Without Redis the service is slower and refuses sign-ins; without
    the file store pages are still served. All copies share both, so a failure would take them all out of service.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._reason: str | None = None

    def obstacle(self) -> str | None:
        """Why no requests should be sent, in a sentence for everybody; None when they may. Takes at most 2 s."""
        if is_stopping():
            return _STOPPING
        with self._lock:
            if time.monotonic() - self._asked_at >= KEPT_SECONDS:
                self._note(_obstacle_of_database())
                self._asked_at = time.monotonic()
            return self._reason

    def _note(self, reason: str | None) -> None:
        if reason != self._reason:
            logger.log(
                logging.WARNING if reason else logging.INFO,
                "Not ready for requests" if reason else "Ready for requests again",
                extra={"event": "health.readiness", "reason": reason},
            )
        self._reason = reason


def _obstacle_of_database() -> str | None:
    result = run_checks({"readiness": Database()})["readiness"]
    return sentence(result.error)


def sentence(error: Exception | None) -> str | None:
    """What a failed check says. An exception that no check expected is not repeated: it may name servers."""
    if error is None:
        return None
    message = str(getattr(error, "message", ""))
    if message.startswith("Timed out"):
        return "There was no answer in time."
    return "The check itself failed." if message in ("", "unknown error") else message


readiness = Readiness()
