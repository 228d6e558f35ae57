"""What the contract tests share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.test import Client

from cms.accounts.models import User
from tests.contract.world import World, make_world
from tests.factories import people

Credentials = Callable[[User], dict[str, str]]


@pytest.fixture
def api(db: None) -> Client:
    """A client of the API that sees crashes as their answer, as everybody else does."""
    return Client(raise_request_exception=False)


@pytest.fixture
def credentials(api: Client) -> Credentials:
    """Signs somebody in over the API; the headers to send from then on."""

    def sign_in(user: User) -> dict[str, str]:
        body = {"username": user.username, "password": people.PASSWORD}
        response = api.post("/api/auth/token/", body, content_type="application/json")
        assert response.status_code == 200, response.content
        return {"authorization": f"Bearer {response.json()['access']}"}

    return sign_in


@pytest.fixture
def world(db: None, s3_bucket: object) -> World:
    """A website with something hidden in every way."""
    people.reader()  # makes the groups
    world = make_world()
    call_command("update_index", verbosity=0)
    return world
