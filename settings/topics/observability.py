"""What the service tells those who run it: metrics, detailed health, slow requests, traces."""

from __future__ import annotations

import os

from settings import env

OPERATIONS_TOKEN = env.secret(
    "OPERATIONS_TOKEN",
    default="",
    min_bytes=32,
    help="Bearer token that reads /metrics and /health/detailed. Without it both answer 404.",
)
OPERATIONS_PREVIOUS_TOKENS = env.items(
    "OPERATIONS_PREVIOUS_TOKENS",
    default=[],
    secret=True,
    pattern=r".{32,}",
    wanted="secrets of at least 32 characters, separated by commas",
    help="Further values of OPERATIONS_TOKEN that are accepted, separated by commas. For a rotation.",
)
SLOW_REQUEST_THRESHOLD = env.duration(
    "SLOW_REQUEST_THRESHOLD",
    default="1s",
    help="A request that takes longer is logged with its number of SQL statements.",
)
OPERATIONS_OPEN = False  # development shows both to everybody
METRICS_FOLDER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")  # set by `serve`, for its processes
