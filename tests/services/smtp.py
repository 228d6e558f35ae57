"""SMTP: a server inside the pytest process that keeps each account's mail in a Maildir of its own."""

from __future__ import annotations

import logging
import mailbox
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.services.addresses import Addresses


def maildir(addresses: Addresses, account: str) -> Path:
    """Where the mail that `account` sent is kept."""
    return Path(addresses.folder) / "mail" / account


class _Keeper:
    """Writes each message down under the account that sent it, so that tests in parallel see their own mail only.

    Refuses a recipient whose address starts with `refused`, for good, and one that starts with `busy`, for now.
    """

    def __init__(self, addresses: Addresses) -> None:
        self._addresses = addresses

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("refused"):
            return "550 No such mailbox"
        if address.startswith("busy"):
            return "451 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        assert isinstance(envelope.content, bytes)
        folder = mailbox.Maildir(maildir(self._addresses, str(session.auth_data)), create=True)
        folder.add(f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n".encode() + envelope.content)
        return "250 Kept"


def start(addresses: Addresses) -> Controller:
    """Start a server that wants an account. Every user name is one, with the session's secret as password."""

    def authenticate(server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any) -> AuthResult:
        if isinstance(data, LoginPassword) and data.password.decode() == addresses.secret:
            return AuthResult(success=True, auth_data=data.login.decode())
        return AuthResult(success=False, handled=False)

    (Path(addresses.folder) / "mail").mkdir()
    logging.getLogger("mail.log").setLevel(logging.ERROR)  # it would warn about passwords without TLS
    controller = Controller(
        _Keeper(addresses),
        hostname="127.0.0.1",
        port=addresses.smtp_port,
        authenticator=authenticate,
        auth_required=True,
        auth_require_tls=False,
    )
    controller.start()
    return controller
