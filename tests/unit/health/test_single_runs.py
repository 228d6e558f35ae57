"""A check that hangs costs one thread, however often somebody asks."""

from __future__ import annotations

import dataclasses
import threading
from datetime import timedelta

from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable

from cms.health.single_runs import run_checks


@dataclasses.dataclass
class Hanging(HealthCheck):
    released: threading.Event
    timeout = timedelta(seconds=-0.9)  # a second is added to it

    def run(self) -> None:
        self.released.wait()


@dataclasses.dataclass
class Failing(HealthCheck):
    def run(self) -> None:
        raise ServiceUnavailable("It is away.")


@dataclasses.dataclass
class Well(HealthCheck):
    def run(self) -> None:
        pass


def threads() -> int:
    return sum(thread.name == "health-hanging" for thread in threading.enumerate())


def test_each_check_says_for_itself():
    results = run_checks({"failing": Failing(), "well": Well()})
    assert results["well"].error is None
    assert results["failing"].error.message == "It is away."


def test_hanging_check_is_cut_off_and_started_once():
    released = threading.Event()
    for _ in range(4):
        results = run_checks({"hanging": Hanging(released), "well": Well()})
        assert "Timed out" in results["hanging"].error.message
        assert results["well"].error is None
        assert threads() == 1

    released.set()
    for thread in threading.enumerate():
        if thread.name == "health-hanging":
            thread.join()
    assert run_checks({"hanging": Hanging(released)})["hanging"].error is None, "once it answers again it is asked anew"
