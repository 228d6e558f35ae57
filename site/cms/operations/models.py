"""When regular work last went well."""

from __future__ import annotations

from django.db import models


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
