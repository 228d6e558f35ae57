"""The public history of a page: when it changed in a way that matters to readers, and how."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page, Revision


class ChangeType(models.TextChoices):
    """Whether readers need to know of an edit."""

    MAJOR = "major", "Major: readers need to know about it"
    MINOR = "minor", "Minor: a correction that changes nothing for readers"


class PublicChange(models.Model):
    """A major change that was published. Not part of a page's revisions: going back to one does not undo history."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="public_changes")
    revision = models.ForeignKey(Revision, on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    note = models.TextField()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = "public change"
        constraints = [
            models.UniqueConstraint(fields=["page", "revision"], name="one_public_change_for_each_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.note}"
