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

_OTLP_ENDPOINT = env.url(
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    default="",
    help="Collector of traces that speaks OTLP over HTTP, such as http://collector:4318. Without it there are none. "
    "The other OTEL_ variables of OpenTelemetry's SDK work too, OTEL_TRACES_SAMPLER for example.",
)
_OTLP_TRACES_ENDPOINT = env.url(
    "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
    default="",
    help="Full address for traces, where it is not /v1/traces under OTEL_EXPORTER_OTLP_ENDPOINT.",
)
OTEL_TRACES_URL = _OTLP_TRACES_ENDPOINT or (f"{_OTLP_ENDPOINT}/v1/traces" if _OTLP_ENDPOINT else "")
OTEL_EXPORTER_OTLP_HEADERS = env.secret(
    "OTEL_EXPORTER_OTLP_HEADERS",
    default="",
    help="Headers that the collector asks for, as name=value, separated by commas.",
)
