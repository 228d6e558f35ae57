"""Granian, with a stop that no client notices: `python -m cms.operations.web_server SECONDS …`.

The rest of the arguments are Granian's own. Nothing of Django is loaded here: this process only keeps the others.
"""

from __future__ import annotations

import atexit
import contextlib
import logging
import os
import sys
import threading
from typing import Any

from granian import cli
from granian.server.mp import MPServer

from cms.health.stopping import forget, marker

logger = logging.getLogger("_granian")


class DrainingServer(MPServer):
    """Goes on serving for a moment after it was told to stop.

    In that time `/health/ready` answers 503, so that whoever distributes requests stops sending them, and each answer
    closes its connection, so that none is kept alive on which a request could arrive in the very moment of the end.
    Then Granian stops by itself: it takes no more connections, ends what is being answered, and is gone. A second
    signal ends the waiting.
    """

    drain_seconds = 0.0

    def startup(self, *args: Any, **kwargs: Any) -> None:
        # What a killed server of the same process id has left behind: in a container that id is always the same.
        forget(os.getpid())
        atexit.register(lambda: forget(os.getpid()))
        super().startup(*args, **kwargs)  # type: ignore[no-untyped-call]

    def signal_handler_interrupt(self, *args: Any, **kwargs: Any) -> None:
        if os.getpid() != self.pid:
            # A process that was just forked has this handler too, until Granian gives it its own. It answers nothing
            # yet. Granian 2.8 would only take note here, in the wrong process, and kill it after its time.
            os._exit(0)
        told = marker(os.getpid())
        if self.drain_seconds <= 0 or told.exists():
            self._stop_now()
            return
        try:
            told.touch()
        except OSError:  # nowhere to write: then nobody can be told, and waiting would be for nothing
            self._stop_now()
            return
        waiting = threading.Timer(self.drain_seconds, self._stop_now)
        waiting.daemon = True
        waiting.start()

    def _respawn_workers(self, workers: list[int], *args: Any, **kwargs: Any) -> None:
        """Replace processes that work (memory, SIGHUP) or that have died.

        Those that work get a fresh one at their side, keep no connection from now on, and are stopped after
        `--respawn-interval`. One at a time, so that a stop waits for no more than one.
        """
        for index in workers:
            if self.interrupt_signal:
                return
            leaving = self.wrks[index]._id()  # type: ignore[no-untyped-call]
            try:
                with contextlib.suppress(OSError):
                    marker(leaving).touch()
                super()._respawn_workers([index], *args, **kwargs)
            finally:
                forget(leaving)

    def _stop_now(self) -> None:
        super().signal_handler_interrupt()  # type: ignore[no-untyped-call]


def main() -> None:
    """Read the seconds and hand the rest to Granian's own command line."""
    DrainingServer.drain_seconds = float(sys.argv.pop(1))
    cli.Server = DrainingServer  # type: ignore[attr-defined]
    cli.entrypoint()  # type: ignore[no-untyped-call]


if __name__ == "__main__":
    main()
