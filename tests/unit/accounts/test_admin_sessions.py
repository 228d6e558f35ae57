"""A session of the admin ends when the password or the account changes."""

from __future__ import annotations

import pytest
from django.test import Client

from cms.accounts.models import User
from tests.factories.people import browser_of, superuser

pytestmark = pytest.mark.django_db

NEW = "a very different password"


def is_signed_in(browser: Client) -> bool:
    status = browser.get("/admin/").status_code
    assert status in {200, 302}
    return status == 200


@pytest.fixture
def person() -> User:
    return superuser()


def test_change_of_the_password_ends_sessions(person: User):
    browsers = [browser_of(person), browser_of(person)]
    assert all(map(is_signed_in, browsers))

    person.set_password(NEW)
    person.save()

    assert not any(map(is_signed_in, browsers))


def test_whoever_changes_their_own_password_stays_signed_in_there_only(person: User):
    here, elsewhere = browser_of(person), browser_of(person)

    answer = here.post(
        "/admin/account/",
        {
            "name_email-first_name": "A", "name_email-last_name": "B", "name_email-email": person.email,
            "password-old_password": "correct horse battery staple",
            "password-new_password1": NEW, "password-new_password2": NEW,
            "locale-preferred_language": "", "locale-current_time_zone": "", "theme-theme": "system",
            "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    assert is_signed_in(here)
    assert not is_signed_in(elsewhere)


def test_deactivation_ends_sessions(person: User):
    browser = browser_of(person)
    assert is_signed_in(browser)
    User.objects.filter(pk=person.pk).update(is_active=False)
    assert not is_signed_in(browser)


def test_deletion_ends_sessions(person: User):
    browser = browser_of(person)
    person.delete()
    assert not is_signed_in(browser)
