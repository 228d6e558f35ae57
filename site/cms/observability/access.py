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
    token: str = settings.OPERATIONS_TOKEN
    return bool(token) and scheme.lower() == "bearer" and secrets.compare_digest(sent.strip().encode(), token.encode())
