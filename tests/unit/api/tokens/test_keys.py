"""Changing the key that signs tokens, without signing anybody out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from pytest_django import Settings

from tests.factories.people import PersonFactory
from tests.unit.api.tokens.client import ME, forge, get, refresh, sign_in

pytestmark = pytest.mark.django_db

ROOT = Path(__file__).resolve().parents[4]
NEW_KEY = "the new key, of more than thirty-two bytes"


def rotate(settings: Settings, *previous: str) -> None:
    settings.SIMPLE_JWT = settings.SIMPLE_JWT | {"SIGNING_KEY": NEW_KEY}
    settings.JWT_PREVIOUS_SECRETS = list(previous)


def test_token_of_an_earlier_key_works_while_that_key_is_listed(settings: Settings):
    pair = sign_in(PersonFactory.create())

    rotate(settings, "another previous key of enough bytes", settings.JWT_SECRET)

    assert get(ME, pair["access"]).status_code == 200
    assert refresh(pair["refresh"]).status_code == 200


def test_token_of_an_earlier_key_is_refused_once_that_key_is_forgotten(settings: Settings):
    pair = sign_in(PersonFactory.create())

    rotate(settings)

    assert get(ME, pair["access"]).status_code == 401
    assert refresh(pair["refresh"]).status_code == 401


def test_new_tokens_are_signed_with_the_new_key(settings: Settings):
    old = settings.JWT_SECRET
    rotate(settings, old)
    access = sign_in(PersonFactory.create())["access"]

    settings.JWT_PREVIOUS_SECRETS = []

    assert get(ME, access).status_code == 200


def test_expired_token_of_an_earlier_key_is_expired_and_not_garbage(settings: Settings):
    pair = sign_in(PersonFactory.create())
    expired = forge(pair["access"], exp=1_000_000_000)
    rotate(settings, settings.JWT_SECRET)
    assert get(ME, expired).json()["code"] == "token_expired"


def check_settings(**variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import settings.development"],
        env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'site'}"} | variables,
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_previous_keys_are_read_from_a_list():
    assert check_settings(JWT_PREVIOUS_SECRETS=f"{'a' * 32}, {'b' * 40}").returncode == 0


def test_short_previous_key_stops_the_start_and_is_not_printed():
    done = check_settings(JWT_PREVIOUS_SECRETS=f"{'a' * 32},hunter2")
    assert done.returncode == 1
    assert done.stderr.startswith("Configuration error: JWT_PREVIOUS_SECRETS")
    assert "hunter2" not in done.stderr
