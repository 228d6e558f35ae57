"""A demo site that many tests share: made once for a module, in a transaction that is rolled back at its end."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from pytest_django import DjangoDbBlocker
from wagtail.models import Page

from cms.demo import accounts
from cms.demo.models import DemoObject
from cms.editorial.bootstrap import apply_declarations

Counts = dict[str, int]


@dataclass
class DemoSite:
    """What the command said, and what was in the tables before it."""

    output: str
    before: Counts


@contextmanager
def demo_site(blocker: DjangoDbBlocker, **options: Any) -> Iterator[DemoSite]:
    """A demo site until the end of the block. Tests inside get savepoints of their own from the fixture `db`."""
    accounts.accounts_path().unlink(missing_ok=True)
    try:
        with blocker.unblock(), transaction.atomic():
            apply_declarations()
            before = row_counts()
            yield DemoSite(output=seed_demo(**options), before=before)
            transaction.set_rollback(True)
    finally:
        accounts.accounts_path().unlink(missing_ok=True)


def seed_demo(*arguments: str, **options: Any) -> str:
    """Run the command and return what it printed."""
    out = io.StringIO()
    call_command("seed_demo", *arguments, stdout=out, **options)
    return out.getvalue()


def row_counts() -> Counts:
    """How many rows each table has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}


def demo_page(key: str, locale: str = "en") -> Any:
    """A page of the demo site, by its place in content/pages/."""
    row = DemoObject.objects.get(key=f"page:{locale}:{key}")
    return Page.objects.get(pk=row.object_id).specific


def demo_object(key: str) -> Any:
    """Anything else of the demo site, by its key."""
    row = DemoObject.objects.get(key=key)
    return row.content_type.get_object_for_this_type(pk=row.object_id)
