"""What the demo site is made of, so that it can be told apart from an editor's own work and removed."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import models


class Seeding(models.Model):
    """The one demo site of an installation. There is a row as long as there is a demo site."""

    today = models.DateField(help_text="The day that all dates of the content are counted from.")
    content_version = models.PositiveSmallIntegerField()
    seeded_at = models.DateTimeField(auto_now_add=True)
    scale = models.PositiveIntegerField(default=1)
    displaced = models.JSONField(default=dict, help_text="What the installation had in its place before.")

    wagtail_reference_index_ignore = True

    def __str__(self) -> str:
        return f"demo site of {self.today}"


class DemoObject(models.Model):
    """One row that the command made: a page, a file, an account. What is not listed here is never removed."""

    key = models.CharField(max_length=255, unique=True)
    content_type = models.ForeignKey(ContentType, on_delete=models.CASCADE, related_name="+")
    object_id = models.BigIntegerField()
    copy_of = models.BigIntegerField(null=True, db_index=True, help_text="For load tests: the id of the original.")

    wagtail_reference_index_ignore = True

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content_type", "object_id"], name="demo_object_listed_once")]

    def __str__(self) -> str:
        return self.key
