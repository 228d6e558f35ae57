"""How long what people have sent is kept, and what recognises it when it is sent again."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

from pages.models.forms import delete_old_submissions
from pages.models.submissions import forget_digests

KEY_LIFETIME = timedelta(hours=24)


def tidy_forms() -> None:
    """Delete answers that their form has kept for long enough, and forget what recognises a second sending.

    That is remembered for a day, and for as long as the token works that came with it: else it would work twice.
    """
    delete_old_submissions()
    forget_digests(max(KEY_LIFETIME, settings.FORM_LIFETIME))
