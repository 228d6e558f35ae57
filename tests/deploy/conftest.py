"""A Docker Engine for the tests that build and run containers. The others do not start it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from containers.engine import Engine, running_engine


@pytest.fixture(scope="session")
def engine() -> Iterator[Engine]:
    """The engine, with the images cms-backend:test and cms-backend:development."""
    with running_engine() as engine:
        yield engine


@pytest.fixture(scope="module")
def network_of_engine(engine: Engine) -> Iterator[None]:
    """Ports that containers publish on 127.0.0.1 can be reached from the tests of this module."""
    with engine.network():
        yield
