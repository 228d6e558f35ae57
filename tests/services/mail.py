"""The mail that one worker's tests have sent."""

from __future__ import annotations

import email.policy
import mailbox
import shutil
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

from tests.services.tasks import run_queued_tasks


class Mailbox:
    """Messages as the mail server got them. `X-Envelope-To` holds the recipients it was told, Bcc included."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def deliver(self) -> list[EmailMessage]:
        """Do the queued background work, sending mail among it, and return all messages that have arrived."""
        run_queued_tasks()
        return self.messages()

    def messages(self) -> list[EmailMessage]:
        """All messages that have arrived, oldest first."""
        if not (self._folder / "cur").exists():  # which is made last
            return []
        parser = BytesParser(policy=email.policy.default)
        box = mailbox.Maildir(self._folder, create=False)
        found = [parser.parsebytes(box.get_bytes(key)) for key in sorted(box.keys(), key=_arrival)]
        return [message for message in found if isinstance(message, EmailMessage)]

    def empty(self) -> None:
        """Throw all messages away."""
        shutil.rmtree(self._folder, ignore_errors=True)


def _arrival(key: str) -> tuple[int, int]:
    """Maildir keys are `<seconds>.M<microseconds>P…Q<serial number>.<host>` (the standard library's mailbox)."""
    return int(key.split(".")[0]), int(key.split("Q")[1].split(".")[0])
