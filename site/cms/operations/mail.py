"""Mail is a task row in the transaction of the change that causes it, and the worker sends it.

So a mail server that is slow or down never fails an editor's save, and nothing is mailed about a change that was
rolled back. A message that could not be handed over is tried again, eight times within about two days.

Each message is sent at least once. When the worker dies after the mail server has taken a message and before that is
noted, it is sent again, under the same Message-ID, by which most mail systems show it once.
"""

from __future__ import annotations

import base64
import logging
import smtplib
from collections.abc import Sequence
from datetime import timedelta
from email.utils import make_msgid
from typing import Any

from django.conf import settings
from django.core.mail import DNS_NAME, EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone
from django_tasks import task

logger = logging.getLogger(__name__)

RETRY_DELAYS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 720, 1440)]
"""How long to wait after each failed attempt; after the last one the message is given up and logged as an error."""

_ADDRESS_FIELDS = ("to", "cc", "bcc", "reply_to")


class QueuedEmailBackend(BaseEmailBackend):
    """Django's mail backend that queues: each message becomes one task."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the messages and return how many had a recipient."""
        queued = [message for message in email_messages if message.recipients()]
        for message in queued:
            send_queued_message.enqueue(as_data(message))
        return len(queued)


@task(queue_name="mail")
def send_queued_message(data: dict[str, Any], failures: int = 0) -> str:
    """Send one message, described as `as_data` does. Returns what became of it: sent, postponed or refused."""
    message = from_data(data)
    try:
        message.connection = delivery_connection()
        message.send()
    except smtplib.SMTPResponseException as error:
        if 500 <= error.smtp_code < 600 and not isinstance(error, smtplib.SMTPAuthenticationError):
            logger.error("Mail was refused for good", extra={"event": "mail.refused", "smtp_code": error.smtp_code})
            return "refused"
        return _postpone(data, failures, error)
    except smtplib.SMTPRecipientsRefused as error:
        codes = sorted({code for code, _ in error.recipients.values()})
        if all(code >= 500 for code in codes):
            logger.error("Mail was refused for good", extra={"event": "mail.refused", "smtp_code": codes})
            return "refused"
        return _postpone(data, failures, error)
    except (smtplib.SMTPException, OSError) as error:
        return _postpone(data, failures, error)
    return "sent"


def delivery_connection() -> BaseEmailBackend:
    """The way out: SMTP, or files under VAR_DIR/mail where no server is named."""
    if settings.SMTP_HOST:
        return get_connection("django.core.mail.backends.smtp.EmailBackend")
    folder = settings.VAR_DIR / "mail"
    return get_connection("django.core.mail.backends.filebased.EmailBackend", file_path=str(folder))


def _postpone(data: dict[str, Any], failures: int, error: Exception) -> str:
    if failures >= len(RETRY_DELAYS):
        logger.error("Mail was given up", extra={"event": "mail.given_up", "error": type(error).__name__})
        return "refused"
    delay = RETRY_DELAYS[failures]
    logger.warning(
        "Mail is tried again later",
        extra={"event": "mail.postponed", "error": type(error).__name__, "seconds": delay.total_seconds()},
    )
    send_queued_message.using(run_after=timezone.now() + delay).enqueue(data, failures + 1)
    return "postponed"


def as_data(message: EmailMessage) -> dict[str, Any]:
    """The message as JSON-able data. Attachments must be plain (name, content, type); others raise TypeError."""
    return {
        "subject": str(message.subject),
        "body": str(message.body),
        "subtype": message.content_subtype,
        "from": str(message.from_email),
        "headers": _identified({name: str(value) for name, value in message.extra_headers.items()}),
        "alternatives": [
            [str(content), str(mimetype)]
            for content, mimetype in (getattr(message, "alternatives", None) or [])  # only multipart messages have them
        ],
        "attachments": [_attachment_as_data(attachment) for attachment in message.attachments],
    } | {field: [str(address) for address in getattr(message, field)] for field in _ADDRESS_FIELDS}


def _identified(headers: dict[str, str]) -> dict[str, str]:
    known = any(name.lower() == "message-id" for name in headers)
    return headers if known else headers | {"Message-ID": make_msgid(domain=str(DNS_NAME))}


def from_data(data: dict[str, Any]) -> EmailMultiAlternatives:
    """The message that `as_data` described."""
    message = EmailMultiAlternatives(
        subject=data["subject"],
        body=data["body"],
        from_email=data["from"],
        headers=data["headers"],
        alternatives=[tuple(alternative) for alternative in data["alternatives"]],
        **{field: data[field] for field in _ADDRESS_FIELDS},
    )
    message.content_subtype = data["subtype"]
    for name, content, mimetype in data["attachments"]:
        message.attach(name, base64.b64decode(content), mimetype)
    return message


def _attachment_as_data(attachment: Any) -> list[str | None]:
    if not isinstance(attachment, tuple):
        raise TypeError("Only attachments of the form (name, content, type) can be queued.")
    name, content, mimetype = attachment
    content_bytes = content.encode() if isinstance(content, str) else bytes(content)
    return [name, base64.b64encode(content_bytes).decode(), mimetype]
