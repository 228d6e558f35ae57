"""Whatever changes a password or an account, and through whichever door, ends the sessions of the person."""

from __future__ import annotations

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from api.tokens.models import TokenSession
from cms.accounts.models import User
from tests.factories.people import PASSWORD, PersonFactory, superuser
from tests.unit.api.tokens.client import sign_in, works

pytestmark = pytest.mark.django_db

NEW = "a very different password"


def in_the_shell(person: User) -> None:
    person.set_password(NEW)
    person.save()


def with_update_fields(person: User) -> None:
    person.set_password(NEW)
    person.save(update_fields=["password"])


def by_a_query(person: User) -> None:
    User.objects.filter(pk=person.pk).update(password=make_password(NEW))


def by_bulk_update(person: User) -> None:
    person.password = make_password(NEW)
    User.objects.bulk_update([person], ["password"])


def by_sql(person: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET password = %s WHERE id = %s", [make_password(NEW), person.pk])


def by_the_command(person: User) -> None:
    with pytest.MonkeyPatch.context() as keyboard:
        keyboard.setattr("getpass.getpass", lambda **_: NEW)
        call_command("changepassword", person.username, verbosity=0)


def by_an_administrator(person: User) -> None:
    client = Client()
    client.force_login(superuser())
    response = client.post(
        reverse("wagtailusers_users:edit", args=[person.pk]),
        {
            "username": person.username, "email": person.email, "first_name": "A", "last_name": "B",
            "password1": NEW, "password2": NEW, "is_active": "on",
        },
    )  # fmt: skip
    assert response.status_code == 302, response.content[-3000:]


def by_the_person_in_the_admin(person: User) -> None:
    person.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client = Client()
    client.force_login(person)
    response = client.post(
        reverse("wagtailadmin_account"),
        {
            "name_email-first_name": "A", "name_email-last_name": "B", "name_email-email": person.email,
            "password-old_password": PASSWORD, "password-new_password1": NEW, "password-new_password2": NEW,
            "locale-preferred_language": "", "locale-current_time_zone": "", "theme-theme": "system",
            "theme-contrast": "system", "theme-density": "default", "theme-keyboard_shortcuts": "on",
        },
    )  # fmt: skip
    assert response.status_code == 302, response.content[-3000:]


@pytest.mark.parametrize(
    "change",
    [in_the_shell, with_update_fields, by_a_query, by_bulk_update, by_sql, by_the_command, by_an_administrator,
     by_the_person_in_the_admin],
)  # fmt: skip
def test_change_of_the_password_ends_every_session(change):
    person, bystander = PersonFactory.create(), PersonFactory.create()
    pairs, other = [sign_in(person), sign_in(person)], sign_in(bystander)

    change(person)

    assert User.objects.get(pk=person.pk).check_password(NEW), "the change itself must have happened"
    assert [works(pair) for pair in pairs] == [(False, False)] * 2
    assert works(other) == (True, True)


def test_change_of_the_password_is_noted_as_the_reason():
    person = PersonFactory.create()
    sign_in(person)
    in_the_shell(person)
    assert TokenSession.objects.get().revoked_reason == TokenSession.Revocation.PASSWORD


def test_same_password_set_again_ends_every_session():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.set_password(PASSWORD)
    person.save()
    assert works(pair) == (False, False)


def deactivate(person: User) -> None:
    person.is_active = False
    person.save()


def deactivate_with_update_fields(person: User) -> None:
    person.is_active = False
    person.save(update_fields=["is_active"])


def deactivate_by_a_query(person: User) -> None:
    User.objects.filter(pk=person.pk).update(is_active=False)


def deactivate_by_bulk_update(person: User) -> None:
    person.is_active = False
    User.objects.bulk_update([person], ["is_active"])


def deactivate_by_wagtails_bulk_action(person: User) -> None:
    client = Client()
    client.force_login(superuser())
    url = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    response = client.post(f"{url}?id={person.pk}", {"mark_as_active": "False"})
    assert response.status_code == 302


@pytest.mark.parametrize(
    "change",
    [deactivate, deactivate_with_update_fields, deactivate_by_a_query, deactivate_by_bulk_update,
     deactivate_by_wagtails_bulk_action],
)  # fmt: skip
def test_deactivation_ends_every_session_for_good(change):
    person, bystander = PersonFactory.create(), PersonFactory.create()
    pair, other = sign_in(person), sign_in(bystander)

    change(person)

    assert not User.objects.get(pk=person.pk).is_active
    assert works(pair) == (False, False)
    assert works(other) == (True, True)
    User.objects.filter(pk=person.pk).update(is_active=True)
    assert works(pair) == (False, False), "to be active again does not bring old sessions back"
    assert works(sign_in(person)) == (True, True)


def test_deactivation_by_sql_stops_tokens_at_once():
    person = PersonFactory.create()
    pair = sign_in(person)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET is_active = false WHERE id = %s", [person.pk])
    assert works(pair) == (False, False)


def test_deletion_of_the_user_ends_every_session():
    person = PersonFactory.create()
    pair = sign_in(person)
    person.delete()
    assert works(pair) == (False, False)


def test_other_changes_of_the_account_end_nothing():
    person = PersonFactory.create()
    pair = sign_in(person)
    person = User.objects.get(pk=person.pk)
    person.last_name = "Married"
    person.save()
    User.objects.filter(pk=person.pk).update(first_name="Another")
    assert works(pair) == (True, True)


def test_change_of_the_password_that_is_rolled_back_ends_nothing():
    person = PersonFactory.create()
    pair = sign_in(person)
    with transaction.atomic():
        in_the_shell(person)
        transaction.set_rollback(True)
    assert works(pair) == (True, True)


def test_stale_save_that_brings_the_old_password_back_does_not_bring_old_sessions_back():
    person = PersonFactory.create()
    pair = sign_in(person)
    stale = User.objects.get(pk=person.pk)
    in_the_shell(person)

    stale.save()

    assert User.objects.get(pk=person.pk).check_password(PASSWORD)
    assert works(pair) == (False, False)
