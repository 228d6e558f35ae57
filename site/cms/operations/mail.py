"""Mail is queued in the database, in the transaction of the change that causes it, and sent by the worker."""

from __future__ import annotations

from django.core.mail.backends.smtp import EmailBackend


class QueuedEmailBackend(EmailBackend):
    """Placeholder."""
