"""The checks of what the service needs, for django-health-check. Their messages name no server and no address."""

from __future__ import annotations

import dataclasses
import functools
from datetime import datetime, timedelta
from typing import Any

import boto3
import psycopg
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.cache import caches
from django.core.files.storage import storages
from django.db import DatabaseError, InterfaceError, connection
from django.db.models import F, Q
from django.db.models.functions import Greatest, Now
from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from redis.exceptions import RedisError
from storages.backends.s3 import S3Storage

from cms.health import database, migrations_behind
from cms.operations.models import TaskWorker
from cms.operations.successes import age_of_success
from documents.storages.s3 import client_config

SCHEDULER_SILENCE = timedelta(minutes=5)
WORKER_SILENCE = timedelta(minutes=2)
TASK_WAIT = timedelta(minutes=15)

_ONE_SECOND = timedelta(seconds=1)
_TWO_SECONDS = timedelta(seconds=2)
_QUICK = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 1})
_NO_DATABASE = "The database does not answer."
_DATABASE_ERRORS = (psycopg.Error, DatabaseError, InterfaceError)


@dataclasses.dataclass
class Database(HealthCheck):
    """The database answers, and has all migrations that this code needs. One that is only full counts as healthy."""

    timeout = _ONE_SECOND

    def run(self) -> None:
        try:
            applied = database.read("SELECT app, name FROM django_migrations")
        except database.DatabaseFullError:
            return
        except _DATABASE_ERRORS as error:
            if _is_missing_table(error):
                raise ServiceUnavailable("The database is empty: migrations have not been applied.") from error
            raise ServiceUnavailable(_NO_DATABASE) from error
        if behind := migrations_behind.missing((app, name) for app, name in applied):
            raise ServiceUnavailable(f"{len(behind)} migrations of this version have not been applied.")


def _is_missing_table(error: Exception) -> bool:
    return isinstance(error, psycopg.errors.UndefinedTable) or "no such table" in str(error)


@dataclasses.dataclass
class Redis(HealthCheck):
    """Redis answers. Healthy without one: then each process keeps its own cache."""

    timeout = _TWO_SECONDS

    def run(self) -> None:
        if not settings.REDIS_URL:
            return
        try:
            redis: Any = caches["limits"]
            redis.client.get_client(write=True).ping()
        except (RedisError, OSError) as error:
            raise ServiceUnavailable("Redis does not answer.") from error


@dataclasses.dataclass
class FileStore(HealthCheck):
    """The buckets are there and ours to use. Nothing is written. Healthy without S3: then files are in a folder."""

    timeout = _TWO_SECONDS

    def run(self) -> None:
        for store in _s3_stores():
            try:
                _client(store.endpoint_url, store.region_name, store.access_key, store.secret_key).head_bucket(
                    Bucket=store.bucket_name
                )
            except ClientError as error:
                raise ServiceUnavailable(_refusal(error)) from error
            except BotoCoreError as error:
                raise ServiceUnavailable("The file store does not answer.") from error


def _s3_stores() -> list[Any]:
    by_bucket = {
        (store.endpoint_url, store.bucket_name): store
        for store in (storages[alias] for alias in ("private", "media"))
        if isinstance(store, S3Storage)
    }
    return list(by_bucket.values())


@functools.lru_cache(maxsize=4)
def _client(endpoint: str | None, region: str | None, key: str | None, secret: str | None) -> Any:
    config = client_config("path" if endpoint else "auto").merge(_QUICK)
    session = boto3.Session(aws_access_key_id=key, aws_secret_access_key=secret, region_name=region)
    return session.client("s3", endpoint_url=endpoint, config=config)


def _refusal(error: ClientError) -> str:
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode")
    return {
        401: "The file store refuses our key.",
        403: "The file store refuses our key.",
        404: "The bucket does not exist.",
    }.get(status, "The file store answers with an error.")


@dataclasses.dataclass
class Scheduler(HealthCheck):
    """The scheduler has finished a round not long ago."""

    timeout = _TWO_SECONDS

    def run(self) -> None:
        try:
            age = age_of_success("scheduler")
        except _DATABASE_ERRORS as error:
            raise ServiceUnavailable(_NO_DATABASE) from error
        finally:
            connection.close()
        if age is None:
            raise ServiceUnavailable("The scheduler has never worked.")
        if age > SCHEDULER_SILENCE:
            raise ServiceUnavailable(f"The scheduler last worked {_minutes(age)} ago.")


@dataclasses.dataclass
class Tasks(HealthCheck):
    """A worker is there, and no task has been waiting for long."""

    timeout = _TWO_SECONDS

    def run(self) -> None:
        try:
            worker_is_there = TaskWorker.objects.filter(seen_at__gte=Now() - WORKER_SILENCE).exists()
            waiting_since = _oldest_due()
        except _DATABASE_ERRORS as error:
            raise ServiceUnavailable(_NO_DATABASE) from error
        finally:
            connection.close()
        if not worker_is_there:
            raise ServiceUnavailable("No worker is running.")
        if waiting_since and timezone.now() - waiting_since > TASK_WAIT:
            raise ServiceUnavailable(f"A task has been waiting for {_minutes(timezone.now() - waiting_since)}.")


def _oldest_due() -> datetime | None:
    """Since when the longest waiting task might have been done. A task for later waits from then on."""
    due = DBTaskResult.objects.ready().filter(status=TaskResultStatus.READY)
    now = due.filter(run_after=get_date_max()).order_by("enqueued_at").values_list("enqueued_at", flat=True).first()
    later = (
        due.filter(~Q(run_after=get_date_max()))
        .annotate(since=Greatest(F("enqueued_at"), F("run_after")))
        .order_by("since")
        .values_list("since", flat=True)
        .first()
    )
    return min((since for since in (now, later) if since), default=None)


def _minutes(age: timedelta) -> str:
    minutes = int(age.total_seconds() // 60)
    return "1 minute" if minutes == 1 else f"{minutes} minutes"
