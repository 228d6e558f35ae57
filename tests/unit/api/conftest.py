"""What the tests of the API share."""

from __future__ import annotations

import pytest
from django.test import Client


@pytest.fixture
def api(db: None) -> Client:
    """A client of the API that sees crashes as their answer, as everybody else does."""
    return Client(raise_request_exception=False)
