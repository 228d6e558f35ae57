"""Fixtures for all tests: a migrated database, clean caches, S3, mail, background tasks, a running server."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from django.apps import apps
from django.conf import settings as django_settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.backends.postgresql.base import DatabaseWrapper
from django.test import TransactionTestCase
from pytest_django import DjangoDbBlocker

from api.caching import generations
from cms.operations.postgresql.base import breaker
from tests.services import databases, s3, smtp
from tests.services.addresses import Addresses, current_worker
from tests.services.bucket import Bucket
from tests.services.live import LiveCms, LiveServer
from tests.services.mail import Mailbox
from tests.services.tasks import run_queued_tasks

PRODUCT_EMAIL_BACKEND = django_settings.EMAIL_BACKEND


@pytest.fixture(scope="session")
def services() -> Addresses:
    """Where the servers of this session are."""
    addresses = Addresses.inherited()
    assert addresses is not None, "the plugin tests.services.plugin has not run"
    return addresses


@pytest.fixture(scope="session")
def _bucket_of_worker(services: Addresses) -> str:
    name: str = django_settings.AWS_S3_BUCKET
    s3.create_bucket(services, name)
    return name


@pytest.fixture(scope="session")
def django_db_setup(
    services: Addresses,
    django_test_environment: None,
    django_db_blocker: DjangoDbBlocker,
    _bucket_of_worker: str,
) -> Iterator[None]:
    """A database of this worker's own, with all migrations applied, and their data in it."""
    name = str(django_settings.DATABASES["default"]["NAME"])
    dump = databases.dump_path([Path(app.path) for app in apps.get_app_configs()])
    with django_db_blocker.unblock():
        databases.provide_template(services, _migrate, dump)
        databases.renew(services, name)
        patch = pytest.MonkeyPatch()
        patch.setattr(TransactionTestCase, "_fixture_teardown", lambda _case: _renew_database(services))
        yield
        patch.undo()
        _disconnect()


def _migrate(database: str) -> None:
    own_name = connection.settings_dict["NAME"]
    _disconnect()
    connection.settings_dict["NAME"] = database
    try:
        call_command("migrate", verbosity=0, interactive=False)
    finally:
        _disconnect()
        connection.settings_dict["NAME"] = own_name


def _renew_database(services: Addresses) -> None:
    """After a test that commits. Django would empty all tables, Wagtail's root page, site and locale included."""
    _disconnect()
    databases.renew(services, str(connection.settings_dict["NAME"]))
    _disconnect()  # a thread of the test may have tried to connect meanwhile, and would make the pool pause


def _disconnect() -> None:
    connection.close()
    cast("DatabaseWrapper", connection).close_pool()


@pytest.fixture(scope="session", autouse=True)
def _mail_as_in_production(django_test_environment: None) -> None:
    """Django's test set-up keeps mail in memory; ours goes the way of the product: queued, then sent by SMTP."""
    django_settings.EMAIL_BACKEND = PRODUCT_EMAIL_BACKEND


@pytest.fixture(autouse=True)
def _clean_caches() -> None:
    """Nothing that another test cached or counted."""
    for cache in caches.settings:
        caches[cache].clear()
    # As in a process that has answered before: the first answer of one begins a generation of its own.
    generations._process.has_announced_release = True
    generations._process.owes_renewal = False


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """The database is there, whatever another test has done to its connection. Before all fixtures: they need it."""
    breaker.worked()


@pytest.fixture
def s3_bucket(services: Addresses, _bucket_of_worker: str) -> Bucket:
    """The product's bucket on the S3 server, empty."""
    bucket = Bucket(services, _bucket_of_worker)
    bucket.empty()
    return bucket


@pytest.fixture
def mailbox(services: Addresses, db: None) -> Mailbox:
    """The mail that the product sends, as it arrives at the mail server."""
    box = Mailbox(smtp.maildir(services, current_worker()))
    box.empty()
    return box


@pytest.fixture
def run_tasks(db: None) -> Callable[[], int]:
    """Call it to do all queued background work, as the worker process would. Fails when a task fails."""
    return run_queued_tasks


@pytest.fixture(scope="session")
def _live_server() -> Iterator[LiveServer]:
    server = LiveServer()
    yield server
    server.stop()


@pytest.fixture
def live_cms(transactional_db: None, _live_server: LiveServer) -> Iterator[LiveCms]:
    """The CMS as a process of its own, served as in production, on the database of this test."""
    yield from _live_server.for_test()


def pytest_make_parametrize_id(config: pytest.Config, val: object, argname: str) -> str | None:
    """Name long contents of files by their argument: some differ from process to process, and workers must agree."""
    return argname if isinstance(val, bytes) and len(val) > 60 else None
