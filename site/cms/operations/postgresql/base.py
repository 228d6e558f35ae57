"""The connection to PostgreSQL."""

from __future__ import annotations

import logging
import threading
import time
from typing import Any

import psycopg
from django.db.backends.postgresql import base

logger = logging.getLogger(__name__)

TRIAL_PAUSE_SECONDS = 1.0


class DatabaseAwayError(psycopg.OperationalError):
    """A moment ago another request waited for a connection in vain, so this one does not."""


class Breaker:
    """After a wait for a connection in vain only one request at a time tries again; the others fail at once.

    Each would hold a thread for DATABASE_POOL_TIMEOUT. With a few threads and many requests a queue grows that outlives
    the trouble, and in that queue the liveness probe waits too: a database that is away would get the servers killed.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._tripped = False
        self._next_trial = 0.0

    def may_try(self) -> bool:
        """Whether to ask for a connection. Who gets True after the breaker was tripped is the one that tries."""
        if not self._tripped:
            return True
        with self._lock:
            now = time.monotonic()
            if self._tripped and now < self._next_trial:
                return False
            # Nobody else for a good while: this trial says when the next one may come.
            self._next_trial = now + 60
            return True

    def failed(self, error: Exception) -> None:
        """A wait was in vain."""
        with self._lock:
            if not self._tripped:
                about = {"event": "database.away", "reason": type(error).__name__}
                logger.warning("The database cannot be reached; until it can, requests fail at once", extra=about)
            self._tripped = True
            self._next_trial = time.monotonic() + TRIAL_PAUSE_SECONDS

    def worked(self) -> None:
        """There was a connection."""
        if self._tripped:
            self._tripped = False
            logger.warning("The database is reached again", extra={"event": "database.back"})


breaker = Breaker()


class DatabaseWrapper(base.DatabaseWrapper):
    """Django's, with a breaker in front of the pool, and an own look at what comes out of it."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if not self.pool:
            return super().get_new_connection(conn_params)
        if not breaker.may_try():
            raise DatabaseAwayError("The database could not be reached a moment ago.")
        try:
            connection = self._working_connection(conn_params)
        except Exception as error:
            breaker.failed(error)
            raise
        breaker.worked()
        return connection

    def _working_connection(self, conn_params: dict[str, Any]) -> Any:
        """A connection that answers.

        When one has died, the database was restarted, as a rule, and all have died. So all are replaced at once. The
        pool's own check draws the dead ones one by one and pauses in between, longer each time: with a few of them the
        first request after a failover would wait until it fails.
        """
        connection = super().get_new_connection(conn_params)
        try:
            self.pool.check_connection(connection)
        except psycopg.Error:
            self.pool.drain()
            self.pool.putconn(connection)  # after that: it is older, so it is replaced too
            return super().get_new_connection(conn_params)
        except BaseException:
            self.pool.putconn(connection)
            raise
        return connection
