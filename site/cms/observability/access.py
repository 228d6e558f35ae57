"""Who may read what is meant for those who run the service: /metrics and /health/detailed."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.http import HttpRequest


def may_read(request: HttpRequest) -> bool:
    """Whether the request has OPERATIONS_TOKEN as its bearer token. Development asks for none."""
    if settings.OPERATIONS_OPEN:
        return True
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    return scheme.lower() == "bearer" and any(_same(sent.strip(), token) for token in _accepted())


def _accepted() -> list[str]:
    """No token at all: then nothing is accepted, not even the empty one."""
    return [token for token in (settings.OPERATIONS_TOKEN, *settings.OPERATIONS_PREVIOUS_TOKENS) if token]


def _same(sent: str, token: str) -> bool:
    return secrets.compare_digest(sent.encode(), token.encode())
