"""What the image's HEALTHCHECK runs: whether a container does what its command says. It loads no Django.

`python -m cms.health.container` exits with 0 when it does. The command is the one that the container was started with,
so that one check fits all containers of the one image.
"""

from __future__ import annotations

import http.client
import os
import sys
from pathlib import Path

from settings import env

_WEB = {"serve", "runserver"}
_BACKGROUND = {"run_worker", "run_scheduler"}
_SECONDS = 4


def command(cmdline: Path = Path("/proc/1/cmdline")) -> str:
    """The management command of the process with this command line; empty when it runs none."""
    words = cmdline.read_bytes().split(b"\0")
    names = [word.rpartition(b"/")[2] for word in words]
    if b"manage.py" not in names:
        return ""
    return words[names.index(b"manage.py") + 1].decode(errors="replace")


def answers() -> bool:
    """Whether the server of this container answers at all. Nothing behind it is asked: restarting would not help."""
    connection = http.client.HTTPConnection("127.0.0.1", int(env.raw("PORT") or 3000), timeout=_SECONDS)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def main() -> int:
    """0 for a container that works, or that does a job which ends by itself."""
    name = command()
    if name in _BACKGROUND:
        # Their own check, in this process.
        os.execv(sys.executable, [sys.executable, "-m", "cms.health.alive", name])  # noqa: S606 - our own arguments
    return 0 if name not in _WEB or answers() else 1


if __name__ == "__main__":
    sys.exit(main())
