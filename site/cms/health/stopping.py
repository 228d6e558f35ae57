"""Whether this server has been told to stop: it still finishes requests, and should be sent no more."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def marker(main_process: int) -> Path:
    """The file that says so. `main_process` is the process of the server that starts all others."""
    return Path(tempfile.gettempdir()) / f"cms-{os.getuid()}-serve-{main_process}.stopping"


def is_stopping() -> bool:
    """Whether the server that this process belongs to was told to stop."""
    return marker(os.getppid()).exists()
