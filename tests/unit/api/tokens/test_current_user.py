"""GET /api/auth/me/: who the bearer of the token is."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, Permission
from wagtail.models import GroupPagePermission, Page

from tests.factories.people import PersonFactory
from tests.unit.api.problems import problem_of
from tests.unit.api.tokens.client import ME, get, sign_in

pytestmark = pytest.mark.django_db


def test_reader_learns_who_they_are_and_that_they_may_do_nothing():
    person = PersonFactory.create(first_name="Rhian", last_name="Evans")

    response = get(ME, sign_in(person)["access"])

    assert response.status_code == 200
    assert response.json() == {
        "id": person.pk,
        "username": person.username,
        "first_name": "Rhian",
        "last_name": "Evans",
        "email": person.email,
        "groups": [],
        "is_superuser": False,
        "can_access_admin": False,
        "permissions": [],
        "page_permissions": [],
    }
    assert response["Cache-Control"] == "private, no-store"


def test_editor_learns_their_groups_and_permissions():
    group = Group.objects.create(name="Policy team")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    change_page = Permission.objects.get(content_type__app_label="wagtailcore", codename="change_page")
    GroupPagePermission.objects.create(group=group, page=Page.objects.get(depth=2), permission=change_page)
    person = PersonFactory.create()
    person.groups.add(group)

    answer = get(ME, sign_in(person)["access"]).json()

    assert answer["groups"] == ["Policy team"]
    assert answer["can_access_admin"] is True
    assert answer["permissions"] == ["wagtailadmin.access_admin"]
    assert answer["page_permissions"] == ["change_page"]


def test_role_that_is_taken_away_is_gone_from_the_next_request_on():
    group = Group.objects.create(name="Policy team")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    person = PersonFactory.create()
    person.groups.add(group)
    access = sign_in(person)["access"]
    assert get(ME, access).json()["can_access_admin"] is True

    person.groups.clear()

    assert get(ME, access).json()["can_access_admin"] is False


def test_number_of_queries_does_not_grow_with_the_groups(django_assert_num_queries):
    person = PersonFactory.create()
    access = sign_in(person)["access"]
    for count in range(3):
        person.groups.add(Group.objects.create(name=f"Team {count}"))
        with django_assert_num_queries(5):  # session with user, groups, two kinds of permission, pages
            get(ME, access)


def test_anonymous_is_asked_for_a_token():
    response = get(ME)
    problem_of(response, 401)
    assert response["WWW-Authenticate"] == 'Bearer realm="api"'


def test_session_cookie_of_the_admin_is_no_credential(client):
    client.force_login(PersonFactory.create())
    problem_of(client.get(ME), 401)
