"""One account for each role, with random passwords that are kept in a file of this installation."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.core.management.base import CommandError

from cms.demo.workshop import Workshop
from cms.editorial.roles import ROLES

Passwords = dict[str, str]

# Reserved for examples (RFC 2606): nothing that is sent there ever arrives anywhere.
_MAIL_DOMAIN = "demo.example"


def accounts_path() -> Path:
    """Where names and passwords are kept. Only the owner may read it."""
    path: Path = settings.VAR_DIR / "demo-accounts.json"
    return path


def refuse_taken_names() -> None:
    """Raise CommandError when somebody has an account under a name that the demo site needs."""
    taken = get_user_model().objects.filter(username__in=[role.name for role in ROLES]).order_by("username")
    if taken:
        names = ", ".join(user.get_username() for user in taken)
        raise CommandError(f"There are accounts named {names} already, and they are not ours. Rename them first.")


def make_accounts(workshop: Workshop) -> Passwords:
    """Make the accounts and return their passwords, by role."""
    passwords = {}
    for role in ROLES:
        user = get_user_model()(
            username=role.name,
            email=f"{role.name}@{_MAIL_DOMAIN}",
            first_name="Demo",
            last_name=role.name.capitalize(),
        )
        passwords[role.name] = _set_password(user)
        user.save()
        user.groups.add(Group.objects.get(name=role.group))
        workshop.add("user", role.name, user)
    return passwords


def renew_passwords(users: dict[str, Any]) -> Passwords:
    """Give existing demo accounts new passwords, and return them by role."""
    passwords = {}
    for role, user in users.items():
        passwords[role] = _set_password(user)
        user.save(update_fields=["password"])
    return passwords


def write_accounts(passwords: Passwords) -> None:
    """Write the file, all or nothing, readable by its owner only."""
    content = {role: {"username": role, "password": password} for role, password in passwords.items()}
    path = accounts_path()
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(content, file, indent=2)
            file.write("\n")
        temporary.replace(path)
    except OSError:
        with contextlib.suppress(FileNotFoundError):
            temporary.unlink()
        raise


def _set_password(user: Any) -> str:
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    return password
