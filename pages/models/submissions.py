"""What people send through forms: how it is called, how a second sending is recognised, and how long it is kept."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from wagtail.contrib.forms.models import FormSubmission

# Neither vowels, so that no word comes out, nor what looks or sounds like something else.
_ALPHABET = "2345679BCDFGHJKMNPQRTVWXZ"
_GROUPS, _GROUP_LENGTH = 3, 4


def new_reference() -> str:
    """A name for a submission that nobody can guess, and that people can read out: `7KQD-2XMB-R4TW`."""
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


@dataclass(frozen=True)
class SameAs:
    """By what a second sending of the same answers is recognised: digests, from which nothing can be read."""

    key_digest: str | None = None
    """Of what the sender calls this sending."""
    token_digest: str | None = None
    """Of the permission to send once."""
    content_digest: str = ""
    """Of the answers."""


NEVER_SENT = SameAs()
"""Nothing recognises it: what the plain website sends."""


class FormPageSubmission(FormSubmission):
    """Wagtail's submission, shown with its reference."""

    shown_in_api = False

    class Meta:
        proxy = True

    def get_data(self) -> dict[str, Any]:
        """The answers by name, and what the list shows besides."""
        data: dict[str, Any] = super().get_data()
        receipt: SubmissionReceipt | None = getattr(self, "receipt", None)
        return data | {"submission_reference": receipt.reference if receipt else ""}


class SubmissionReceipt(models.Model):
    """The reference of one submission and, for a day or so, what recognises a second sending of it."""

    shown_in_api = False

    submission = models.OneToOneField(FormSubmission, on_delete=models.CASCADE, related_name="receipt")
    reference = models.CharField(max_length=14, unique=True, default=new_reference, editable=False)
    key_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    token_digest = models.CharField(max_length=64, null=True, unique=True, editable=False)
    content_digest = models.CharField(max_length=64, blank=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    def __str__(self) -> str:
        return self.reference


def earlier_receipts(same: SameAs) -> Iterator[SubmissionReceipt]:
    """The receipts of earlier sendings with the same key, then of those with the same token."""
    for name in ("key_digest", "token_digest"):
        if digest := getattr(same, name):
            yield from SubmissionReceipt.objects.filter(**{name: digest})


def forget_digests(lifetime: timedelta) -> int:
    """Forget what recognises a second sending of submissions that are older than this. Returns how many."""
    old = SubmissionReceipt.objects.filter(created_at__lt=timezone.now() - lifetime)
    remembered = old.exclude(key_digest=None, token_digest=None, content_digest="")
    return remembered.update(key_digest=None, token_digest=None, content_digest="")
