"""What keeps a form from being flooded: a limit for each client, over the API and on the plain website together.

FORM_LIMIT_MAX messages per RATE_LIMIT_WINDOW, on top of the limit of all requests. When Redis is away messages pass
uncounted: somebody who writes to the government must be heard, and one token is still good for one message only.
"""

from __future__ import annotations

import logging

from django.conf import settings
from django.http import HttpRequest
from rest_framework.exceptions import APIException

from api import counters
from api.clients import client_network

logger = logging.getLogger(__name__)


class TooManySubmissions(APIException):
    """429. `wait` is in seconds, and becomes `Retry-After`."""

    status_code = 429
    default_detail = "Too many forms were sent from this address. Try again later."
    default_code = "too_many_submissions"

    def __init__(self, wait: int) -> None:
        super().__init__()
        self.wait = wait


def count_submission(request: HttpRequest) -> None:
    """Count one message from the client of this request. Raises TooManySubmissions when it is one too many."""
    try:
        count = counters.add("forms", _client(request), settings.RATE_LIMIT_WINDOW)
    except counters.CountersUnavailableError:
        logger.warning("A form was sent and not counted", extra={"event": "forms.not_counted"})
        return
    if count.used > settings.FORM_LIMIT_MAX:
        logger.warning("A form was refused: too many from one client", extra={"event": "forms.limited"})
        raise TooManySubmissions(wait=count.resets_in_seconds)


def _client(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    return f"user:{user.pk}" if user is not None and user.is_authenticated else f"address:{client_network(request)}"
