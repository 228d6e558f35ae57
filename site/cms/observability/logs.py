"""Log lines: one JSON object each, with the id of the request, and nothing that only the client should know.

Imported by the application server too, before there are settings: see granian_logging.json.
"""

from __future__ import annotations

import logging
import logging.config
import sys
import threading
from types import TracebackType
from typing import Any

from django.core.exceptions import DisallowedHost
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter as BaseJsonFormatter

from cms.observability import traces
from cms.observability.request_ids import current_request_id
from cms.observability.tracebacks import describe

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]

MAX_TEXT = 8000
"""Longest text of one field: collectors cut lines of 16 KiB in two, and neither half is JSON then."""

_CRASH_TOLD = "_crash_is_logged"
_uncaught = logging.getLogger("cms.uncaught")


class RequestIdFilter(logging.Filter):
    """Adds `request_id` to every record, and `trace_id` where there is a trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current_request_id()
        trace_id = traces.current_id()
        if trace_id is not None and not hasattr(record, "trace_id"):
            record.trace_id = trace_id
        return True


class DjangoFilter(logging.Filter):
    """Takes out of Django's own lines about requests what the request's one line says, and what none may say.

    `Not Found: /jane.doe@example.org/` goes, as do all refusals of Django's: the request's line has route and status.
    A crash keeps its traceback, loses its path and is told of once. A host that is not ours is worth no traceback.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if request is None:
            return True
        if _says_nothing_new(record, request):
            return False
        if record.exc_info and isinstance(record.exc_info[1], DisallowedHost):
            record.exc_info = None
        elif record.exc_info:
            setattr(request, _CRASH_TOLD, True)
        if isinstance(record.msg, str) and record.msg.endswith(": %s") and isinstance(record.args, tuple):
            record.msg, record.args = record.msg.removesuffix(": %s"), tuple(map(_without_origin, record.args[:-1]))
        return True


def _says_nothing_new(record: logging.LogRecord, request: object) -> bool:
    if record.name != "django.request" or record.exc_info:
        return False
    return getattr(record, "status_code", 500) < 500 or hasattr(request, _CRASH_TOLD)


def _without_origin(reason: object) -> object:
    """Why a form was refused, without the address that it came from: `Origin checking failed - … does not match …`."""
    return reason.partition(" - ")[0] if isinstance(reason, str) and " does not match " in reason else reason


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

    def format(self, record: logging.LogRecord) -> str:
        """The line. A record whose arguments do not fit its text is told of as well as can be."""
        try:
            return super().format(record)
        except Exception as error:
            record.msg, record.args, record.exc_info = f"{record.msg} [not formatted: {type(error).__name__}]", (), None
            return super().format(record)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Shorten what is too long, and leave out a request id where there is no request."""
        return {
            name: f"{value[:MAX_TEXT]}…" if isinstance(value, str) and len(value) > MAX_TEXT else value
            for name, value in log_data.items()
            if not (name == "request_id" and value is None)
        }

    def formatException(self, ei: ExcInfo) -> str:  # noqa: N802 - logging's name
        return describe(ei[1]) if ei[1] is not None else ""


def configure(config: dict[str, Any]) -> None:
    """Django's LOGGING_CONFIG: apply LOGGING, and send to the log what Python itself would write to standard error."""
    logging.config.dictConfig(config)
    if config["handlers"]["stdout"]["formatter"] != "json":
        return
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a broken record must not print a traceback with its arguments
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda hook: _log_uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)
    sys.unraisablehook = lambda hook: _log_uncaught(hook.exc_type, hook.exc_value, hook.exc_traceback)


def _log_uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return
    error = error or kind()
    _uncaught.critical("An error was not caught", exc_info=(kind, error, trace), extra={"event": "uncaught"})
