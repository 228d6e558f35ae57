"""The scheduler's rounds: what fails in one place is done in the others, and a probe sees that it lives."""

from __future__ import annotations

import os
import signal
import threading

import pytest
from django.core.management import call_command

from cms.health import alive
from cms.operations.management.commands import run_scheduler
from cms.operations.models import LastSuccess

pytestmark = pytest.mark.django_db


def test_step_of_tidying_that_fails_keeps_nothing_else_from_being_done(monkeypatch, caplog):
    def fail():
        raise ConnectionError("the store is away")

    tidied = []
    monkeypatch.setattr(run_scheduler, "forget_old_drafts", fail)
    monkeypatch.setattr(run_scheduler, "remove_misplaced", lambda: tidied.append("renditions"))
    call_command("run_scheduler", once=True)
    assert tidied == ["renditions"]
    assert set(LastSuccess.objects.values_list("name", flat=True)) == {"scheduler", "prune"}
    assert "Tidying up failed" in caplog.text


@pytest.mark.django_db(transaction=True)
def test_scheduler_is_alive_until_it_is_told_to_stop(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    seen = []

    def look_and_stop(*_):
        seen.append(alive.is_alive("run_scheduler"))
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(run_scheduler, "publish_due", lambda: look_and_stop() or 0)
    before = {signum: signal.getsignal(signum) for signum in (signal.SIGTERM, signal.SIGINT)}
    assert threading.current_thread() is threading.main_thread()
    try:
        call_command("run_scheduler", interval=60)
    finally:
        for signum, handler in before.items():
            signal.signal(signum, handler)
    assert seen == [True]
    assert not alive.is_alive("run_scheduler")
