"""Whether this server, or this process of it, is about to stop: it still finishes requests, and should get no more."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def marker(process: int) -> Path:
    """The file that says so: of a server by the process that starts all others, of one of those by its own."""
    return Path(tempfile.gettempdir()) / f"cms-{os.getuid()}-serve-{process}.stopping"


def forget(process: int) -> None:
    """Take back what was said of a process, or of an earlier one with its id."""
    marker(process).unlink(missing_ok=True)


def is_stopping() -> bool:
    """Whether the server that this process belongs to was told to stop."""
    return marker(os.getppid()).exists()


def keeps_connections() -> bool:
    """Whether a client may ask again over the same connection. Not when it would be cut under the next request."""
    return not is_stopping() and not marker(os.getpid()).exists()
