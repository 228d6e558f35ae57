"""A database that is away holds one thread of a process, not all of them."""

from __future__ import annotations

import pytest
from psycopg_pool import PoolTimeout

from cms.operations.postgresql import base
from cms.operations.postgresql.base import TRIAL_PAUSE_SECONDS, Breaker


@pytest.fixture
def clock(monkeypatch):
    """The breaker's clock, which the test turns."""

    class Clock:
        now = 1000.0

        def monotonic(self) -> float:
            return self.now

    clock = Clock()
    monkeypatch.setattr(base, "time", clock)
    return clock


def test_everybody_may_try_as_long_as_nothing_is_known():
    breaker = Breaker()
    assert all(breaker.may_try() for _ in range(3))


def test_after_a_wait_in_vain_one_at_a_time_tries(clock):
    breaker = Breaker()
    breaker.failed(OSError())
    assert not breaker.may_try()
    clock.now += TRIAL_PAUSE_SECONDS
    assert [breaker.may_try() for _ in range(3)] == [True, False, False]

    breaker.failed(OSError())
    assert not breaker.may_try()
    clock.now += TRIAL_PAUSE_SECONDS
    assert breaker.may_try()


def test_after_a_trial_that_worked_everybody_may_try_again(clock):
    breaker = Breaker()
    breaker.failed(OSError())
    clock.now += TRIAL_PAUSE_SECONDS
    assert breaker.may_try()
    breaker.worked()
    assert all(breaker.may_try() for _ in range(3))


def test_operators_are_told_once_that_the_database_is_away_and_once_that_it_is_back(clock, caplog):
    breaker = Breaker()
    breaker.worked()
    for _ in range(3):
        breaker.failed(PoolTimeout())
    breaker.worked()
    breaker.worked()
    assert [(record.event, getattr(record, "reason", None)) for record in caplog.records] == [
        ("database.away", "PoolTimeout"),
        ("database.back", None),
    ]
