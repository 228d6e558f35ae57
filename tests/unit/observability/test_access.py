"""Who may read what is meant for those who run the service."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from pytest_django import Settings

from cms.observability.access import may_read

TOKEN, EARLIER = "a-token-of-the-operators-0123456789", "an-earlier-token-of-theirs-0123456789"


def reads(authorization: str | None) -> bool:
    headers = {} if authorization is None else {"authorization": authorization}
    return may_read(RequestFactory().get("/metrics", headers=headers))


@pytest.mark.parametrize("sent", [f"Bearer {TOKEN}", f"bearer {TOKEN}", f"Bearer  {TOKEN} ", f"Bearer {EARLIER}"])
def test_holder_of_a_token_may_read(settings: Settings, sent: str) -> None:
    settings.OPERATIONS_TOKEN, settings.OPERATIONS_PREVIOUS_TOKENS = TOKEN, [EARLIER]
    assert reads(sent)


@pytest.mark.parametrize(
    "sent",
    [None, "", "Bearer", "Bearer ", TOKEN, f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"],
)
def test_others_may_not(settings: Settings, sent: str | None) -> None:
    settings.OPERATIONS_TOKEN, settings.OPERATIONS_PREVIOUS_TOKENS = TOKEN, [EARLIER]
    assert not reads(sent)


@pytest.mark.parametrize("sent", [None, "Bearer ", f"Bearer {TOKEN}"])
def test_without_a_token_nobody_may(settings: Settings, sent: str | None) -> None:
    settings.OPERATIONS_TOKEN, settings.OPERATIONS_PREVIOUS_TOKENS = "", []
    assert not reads(sent)


def test_development_asks_for_none(settings: Settings) -> None:
    settings.OPERATIONS_OPEN = True
    assert reads(None)
