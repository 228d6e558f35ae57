"""Whether a process without a port is alive: `python -m cms.health.alive run_worker`.

The process writes down from time to time until when it is to be believed. A probe only reads that, so it starts in
milliseconds: nothing of Django is imported here.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
import tempfile
import time
from pathlib import Path


def path_of(name: str) -> Path:
    """The file of a process, in the temporary folder. Raises ValueError for what is no name of a command."""
    if not re.fullmatch(r"[a-z][a-z_]{0,40}", name):
        raise ValueError("The name of a command, such as run_worker, is needed.")
    return Path(tempfile.gettempdir()) / f"cms-{os.getuid()}-{name}.alive"


def beat(name: str, *, seconds: float) -> None:
    """Say that this process is alive and is to be believed for so many seconds. Fails quietly: a full disk kills no
    process here, the probe does."""
    path = path_of(name)
    draft = path.with_suffix(f".{os.getpid()}")
    with contextlib.suppress(OSError):
        draft.write_text(str(time.time() + seconds), encoding="ascii")
        draft.replace(path)


def end(name: str) -> None:
    """Say that this process has ended."""
    with contextlib.suppress(OSError):
        path_of(name).unlink(missing_ok=True)


def is_alive(name: str) -> bool:
    """Whether the process said so, and is still to be believed."""
    try:
        return time.time() <= float(path_of(name).read_text(encoding="ascii"))
    except (OSError, ValueError):
        return False


def main(arguments: list[str]) -> int:
    """Exit status of the probe: 0 alive, 1 not, 2 asked in a wrong way."""
    try:
        (name,) = arguments
        path_of(name)
    except ValueError:
        print("Usage: python -m cms.health.alive run_worker|run_scheduler", file=sys.stderr)
        return 2
    if is_alive(name):
        return 0
    print(f"{name} has not been heard of.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
