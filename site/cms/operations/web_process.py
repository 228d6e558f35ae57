"""What each process of the server loads: the application, after it has tied itself to the process that keeps it."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
import sys

from cms.health.stopping import forget

_PR_SET_PDEATHSIG = 1


def _belong_to_parent() -> None:
    """End when the parent is gone, even after a kill -9: else we would hold the port, and nobody could start anew.

    Ctrl+C in a terminal goes to a whole group of processes. It is for the parent, which stops us in order.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    parent = multiprocessing.parent_process()
    if parent is not None and os.getppid() != parent.pid:
        sys.exit("The server has gone before this process of it had started.")
    os.setpgid(0, 0)


_belong_to_parent()
forget(os.getpid())  # a process with this id may have been about to be replaced when its server was killed

from cms.wsgi import application  # noqa: E402 - first of all, we belong to the parent

__all__ = ["application"]
