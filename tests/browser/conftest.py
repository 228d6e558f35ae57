"""Chromium for the tests in this folder: `page`, from pytest-playwright, shows what `live_cms` serves."""

from __future__ import annotations

from typing import Any

import pytest

from tests.services import browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The machine's Chromium, where it has one."""
    arguments = browser.launch_arguments()
    if arguments is None:
        pytest.fail(browser.MISSING, pytrace=False)
    return browser_type_launch_args | arguments
