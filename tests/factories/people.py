"""People by role, as `manage.py bootstrap` makes the roles.

page = ...
desk(writer()).submit(page)
"""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import Group
from django.test import Client

from cms.accounts.models import User
from cms.editorial.bootstrap import apply_declarations
from cms.editorial.roles import ADMINISTRATOR, PUBLISHER, READER, REVIEWER, ROLES, WRITER, Role


class PersonFactory(factory.django.DjangoModelFactory[User]):
    """A user without any role. Its password is the one of `PASSWORD`."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda number: f"person{number}")
    email = factory.LazyAttribute(lambda person: f"{person.username}@example.gov.uk")
    first_name = factory.Faker("first_name")
    last_name = factory.Faker("last_name")

    @factory.post_generation
    def password(self: User, create: bool, extracted: str | None, **kwargs: Any) -> None:
        """Set the password, hashed."""
        self.set_password(extracted or PASSWORD)
        self.save()


PASSWORD = "correct horse battery staple"


def person(*roles: Role, **fields: Any) -> User:
    """A user with these roles. The first one makes the groups and the workflow too, if they are not there yet."""
    if not Group.objects.filter(name=ROLES[-1].group).exists():
        apply_declarations()
    someone = PersonFactory.create(**fields)
    someone.groups.set(Group.objects.filter(name__in=[role.group for role in roles]))
    return someone


def writer(**fields: Any) -> User:
    """Drafts and submits."""
    return person(WRITER, **fields)


def reviewer(**fields: Any) -> User:
    """Approves the first step."""
    return person(REVIEWER, **fields)


def publisher(**fields: Any) -> User:
    """Approves the last step."""
    return person(PUBLISHER, **fields)


def administrator(**fields: Any) -> User:
    """Manages people and settings. Not a superuser."""
    return person(ADMINISTRATOR, **fields)


def reader(**fields: Any) -> User:
    """May see what is restricted to readers; no access to the admin."""
    return person(READER, **fields)


def outsider(**fields: Any) -> User:
    """Has an account and no role."""
    return person(**fields)


def superuser(**fields: Any) -> User:
    """May do everything that Django knows of."""
    return person(is_superuser=True, is_staff=True, **fields)


def browser_of(someone: User) -> Client:
    """A client that is signed in as `someone`."""
    client = Client()
    client.force_login(someone)
    return client
