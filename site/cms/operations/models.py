"""When regular work last went well, and which workers are alive."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class LastSuccess(models.Model):
    """One row for each kind of regular work, written by `cms.operations.successes.record_success`."""

    name = models.CharField(max_length=64, unique=True)
    succeeded_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    details = models.JSONField(default=dict)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.name} at {self.succeeded_at.isoformat()}"


class TaskWorker(models.Model):
    """A worker that is alive. It writes `seen_at` every few seconds, by the clock of the database."""

    worker_id = models.CharField(max_length=64, primary_key=True)
    started_at = models.DateTimeField(db_default=Now())
    seen_at = models.DateTimeField(db_default=Now())

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.worker_id
