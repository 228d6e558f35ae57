"""Whatever is sent, the answer is one that the description of the API knows."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.forms import token as tokens
from pages.models import FormPage
from tests.contract.openapi import assert_as_documented
from tests.unit.api.forms.conftest import ANSWERS

pytestmark = pytest.mark.django_db

SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20))
NASTY = st.sampled_from(
    ["=1+1", "0000-00-00", "2030-02-30", "9999-12-31T23:59:60Z", "http://[", "a@b", "\U0010ffff", ""]
)
VALUES = st.recursive(
    st.one_of(SCALARS, NASTY), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner)
)
NAMES = st.one_of(st.sampled_from([*ANSWERS, "form_token", "contact_homepage"]), st.text(max_size=8))
BODIES = st.dictionaries(NAMES, VALUES, max_size=6)


@given(changes=BODIES)
@settings(
    max_examples=150,
    deadline=None,
    database=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_body_is_answered(api: Client, form: FormPage, changes: dict[str, Any]) -> None:
    body = ANSWERS | {"form_token": tokens.issue(form.pk)} | changes
    address = f"/api/v2/forms/{form.pk}/submissions/"

    response = api.post(address, body, content_type="application/json")

    assert response.status_code in {201, 400, 409, 422}, changes
    assert_as_documented("post", address, response)
