"""Requests of people who read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory
from rest_framework.request import Request

Context = dict[str, Any]


@pytest.fixture
def context_for(db: None) -> Callable[..., Context]:
    """Call it with a user (nobody, by default) and a query string to get a serializer's context for a new request."""

    def make(user: Any = None, query: str = "") -> Context:
        request = RequestFactory().get(f"/api/v2/pages/?{query}", HTTP_HOST="testserver")
        request.user = user or AnonymousUser()
        wrapped = Request(request)
        wrapped.user = request.user
        return {"request": wrapped}

    return make


@pytest.fixture
def anonymous(context_for: Callable[..., Context]) -> Context:
    """A serializer's context for somebody who has not signed in."""
    return context_for()
