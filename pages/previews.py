"""Drafts that a frontend may show to whoever holds a preview link.

wagtail-headless-preview keeps the draft; the token is ours. The package's own one names the page and the second, so
two editors could share it, and it never expires. This one is random, works for PREVIEW_LIFETIME, and only its hash is
stored.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import cast

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.utils import timezone
from wagtail.models import Page
from wagtail_headless_preview.models import PagePreview

_SIGNER_SALT = "pages.previews"
_MAX_TOKEN_LENGTH = 200


def keep_draft(page: Page) -> str:
    """Keep the page as it is in memory, saved or not, and return the token that reads it."""
    token = _signer().sign(secrets.token_urlsafe(32))
    PagePreview.objects.create(token=_hash(token), content_type=page.content_type, content_json=page.to_json())
    return token


def read_draft(token: str) -> Page | None:
    """The draft that was kept under the token. None for a token that is wrong, has expired, or was never given out."""
    if len(token) > _MAX_TOKEN_LENGTH:
        return None
    try:
        _signer().unsign(token, max_age=settings.PREVIEW_LIFETIME)
    except BadSignature:
        return None
    kept = PagePreview.objects.filter(token=_hash(token)).first()
    return cast("Page", kept.as_page()) if kept else None


def forget_old_drafts() -> None:
    """Delete drafts whose links have expired. Only the day of each is known (PagePreview.created_at is a date)."""
    day = (timezone.now() - settings.PREVIEW_LIFETIME).date() - timedelta(days=1)
    PagePreview.objects.filter(created_at__lt=day).delete()


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=_SIGNER_SALT)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
