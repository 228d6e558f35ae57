"""The command `prune_sessions`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command

from api.tokens.models import TokenSession
from tests.factories.people import PersonFactory
from tests.unit.api.tokens.client import SIGN_OUT, claims_of, post, sign_in

pytestmark = pytest.mark.django_db


def test_expired_sessions_are_deleted_and_nobody_is_signed_out():
    person = PersonFactory.create()
    with time_machine.travel(datetime(2030, 1, 1, tzinfo=UTC), tick=False) as clock:
        sign_in(person)
        clock.shift(timedelta(days=4))
        signed_out, here = sign_in(person), sign_in(person)
        post(SIGN_OUT, {"refresh": signed_out["refresh"]})
        clock.shift(timedelta(days=3))
        output = StringIO()

        call_command("prune_sessions", stdout=output)
        call_command("prune_sessions", stdout=StringIO())

        left = {str(pk) for pk in TokenSession.objects.values_list("pk", flat=True)}
        assert left == {claims_of(pair["refresh"])["sid"] for pair in (signed_out, here)}
    assert "Deleted 1 " in output.getvalue()


def test_command_can_be_silent():
    output = StringIO()
    call_command("prune_sessions", verbosity=0, stdout=output)
    assert output.getvalue() == ""
