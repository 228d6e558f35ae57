"""The application server, Granian: the command `serve` starts it with these."""

from __future__ import annotations

from settings import env
from settings.topics.database import DATABASE_POOL_MAX

HOST = env.text("HOST", default="0.0.0.0", help="Address to listen on.")  # noqa: S104 - a container's default
PORT = env.integer("PORT", default=3000, minimum=1, maximum=65535, help="Port to listen on.")
WEB_WORKERS = env.integer("WEB_WORKERS", default=2, minimum=1, maximum=64, help="Server processes in one container.")
WEB_THREADS = env.integer(
    "WEB_THREADS",
    default=4,
    minimum=1,
    maximum=256,
    help="Requests that each process works on at a time. No more than DATABASE_POOL_MAX.",
)
if WEB_THREADS > DATABASE_POOL_MAX:
    raise env.ConfigurationError(
        "WEB_THREADS", str(WEB_THREADS), f"a number no larger than DATABASE_POOL_MAX ({DATABASE_POOL_MAX})"
    )
WEB_WORKER_MAX_MEMORY = env.integer(
    "WEB_WORKER_MAX_MEMORY",
    default=0,
    minimum=0,
    maximum=65536,
    help="MiB of memory at which a server process is replaced by a fresh one, without losing a request. 0: never.",
)
SHUTDOWN_DELAY = env.duration(
    "SHUTDOWN_DELAY",
    default="2s",
    minimum="0s",
    maximum="5m",
    help="How long the server goes on after it was told to stop, while /health/ready says 503 and each answer closes "
    "its connection. Longer than the proxy in front takes to notice, unless that is told beforehand.",
)
