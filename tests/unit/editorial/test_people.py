"""Managing accounts: administrators do, except for those of superusers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from cms.accounts.models import User
from tests.factories.people import administrator, browser_of, publisher, superuser, writer

pytestmark = pytest.mark.django_db

SECRET = "a new and long enough password"


def _details(**more: str) -> dict[str, str]:
    names = {"first_name": "Alys", "last_name": "Rees", "email": "alys@example.gov.uk"}
    return {"username": "alys", "password1": SECRET, "password2": SECRET, "is_active": "on"} | names | more


def _add(manager: User, **more: str) -> None:
    browser_of(manager).post(reverse("wagtailusers_users:add"), _details(**more))


def _change(manager: User, target: User, **more: str) -> None:
    data = _details(username=target.username, **more)
    browser_of(manager).post(reverse("wagtailusers_users:edit", args=[target.pk]), data)


def test_administrator_adds_a_person_with_a_role() -> None:
    manager = administrator()
    _add(manager, groups=str(Group.objects.get(name="Writers").pk))
    assert User.objects.get(username="alys").groups.get().name == "Writers"


def test_administrator_changes_a_person() -> None:
    target = writer()
    _change(administrator(), target)
    target.refresh_from_db()
    assert target.first_name == "Alys"


def test_publisher_does_not_manage_accounts() -> None:
    _add(publisher())
    assert not User.objects.filter(username="alys").exists()


def test_administrator_cannot_make_a_superuser() -> None:
    _add(administrator(), is_superuser="on")
    assert not User.objects.get(username="alys").is_superuser


def test_administrator_cannot_promote_somebody() -> None:
    target = writer()
    _change(administrator(), target, is_superuser="on")
    target.refresh_from_db()
    assert target.first_name == "Alys"
    assert not target.is_superuser


def test_administrator_cannot_set_the_password_of_a_superuser() -> None:
    target = superuser()
    _change(administrator(), target)
    target.refresh_from_db()
    assert not target.check_password(SECRET)


def test_superuser_makes_a_superuser() -> None:
    _add(superuser(), is_superuser="on")
    assert User.objects.get(username="alys").is_superuser


@pytest.mark.parametrize(("manager", "active"), [(administrator, True), (superuser, False)])
def test_only_superusers_switch_off_superusers_in_bulk(manager: Callable[[], User], active: bool) -> None:
    target = superuser()
    url = reverse("wagtail_bulk_action", args=["accounts", "user", "set_active_state"])
    browser_of(manager()).post(f"{url}?id={target.pk}", {"mark_as_active": "False"})
    target.refresh_from_db()
    assert target.is_active == active
