"""The id of the request that is being worked on, for logs, error answers and the response header."""

from __future__ import annotations

import re
import uuid
from contextvars import ContextVar

_current: ContextVar[str | None] = ContextVar("request_id", default=None)
_ACCEPTABLE = re.compile(r"[A-Za-z0-9._-]{8,128}")


def current_request_id() -> str | None:
    """The id of the current request; None outside of one."""
    return _current.get()


def begin(sent_by_client: str | None) -> str:
    """Start a request: take the id that a proxy sent, if it is a harmless one, else make one up."""
    request_id = sent_by_client if sent_by_client and _ACCEPTABLE.fullmatch(sent_by_client) else uuid.uuid4().hex
    _current.set(request_id)
    return request_id
