"""Log lines: one JSON object each, with the id of the request."""

from __future__ import annotations

import logging

from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

from cms.observability.request_ids import current_request_id


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        return True


class JsonFormatter(BaseJsonFormatter):
    """`timestamp`, `level`, `logger`, `message`, `request_id` and whatever `extra` a call adds."""

    def __init__(self) -> None:
        super().__init__(
            "%(levelname)s %(name)s %(message)s %(request_id)s",
            rename_fields={"levelname": "level", "name": "logger"},
            timestamp=True,
            # Django adds the request to its records. Its text form holds the query, and with it tokens of previews.
            reserved_attrs=[*RESERVED_ATTRS, "request"],
        )
