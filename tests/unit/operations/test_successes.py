"""Regular work leaves a note of when it last went well."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone

from cms.operations.models import LastSuccess
from cms.operations.successes import age_of_success, record_success

pytestmark = pytest.mark.django_db


def test_note_says_when_and_how_long():
    record_success("backup", seconds=1.5, details={"bytes": 7})

    note = LastSuccess.objects.get(name="backup")
    assert (note.seconds, note.details) == (1.5, {"bytes": 7})
    assert timezone.now() - note.succeeded_at < timedelta(minutes=1)


def test_later_note_takes_the_place_of_the_earlier():
    with time_machine.travel(timezone.now() - timedelta(days=1)):
        record_success("backup", details={"bytes": 7})
    assert age_of_success("backup") > timedelta(hours=23)

    record_success("backup")

    assert LastSuccess.objects.get().details == {}
    assert age_of_success("backup") < timedelta(hours=1)


def test_what_never_went_well_has_no_age():
    assert age_of_success("backup") is None


def test_scheduler_and_pruning_leave_notes():
    call_command("run_scheduler", once=True)
    assert set(LastSuccess.objects.values_list("name", flat=True)) == {"scheduler", "prune"}


def test_pruning_alone_leaves_a_note(capsys):
    call_command("prune_sessions")
    assert "expired sessions" in capsys.readouterr().out
    assert LastSuccess.objects.get().name == "prune"
