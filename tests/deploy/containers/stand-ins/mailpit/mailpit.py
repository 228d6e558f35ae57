#!/venv/bin/python
"""A mail catcher with as much of Mailpit's interface as the tests use. `/mailpit readyz` says whether it is ready."""

from __future__ import annotations

import email
import email.policy
import json
import sys
import threading
import urllib.request
import uuid
from email.message import EmailMessage
from email.utils import parseaddr
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, cast

from aiosmtpd.controller import Controller

MESSAGES: list[dict[str, Any]] = []


class Catcher:
    """Keeps each message in memory."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - the name is aiosmtpd's
        message = cast("EmailMessage", email.message_from_bytes(envelope.content, policy=email.policy.default))
        body = message.get_body(("plain",))
        MESSAGES.insert(
            0,
            {
                "ID": uuid.uuid4().hex,
                "From": _person(message["From"]),
                "To": [_person(address) for address in envelope.rcpt_tos],
                "Subject": str(message["Subject"]),
                "Text": body.get_content() if body else "",
            },
        )
        return "250 OK"


def _person(address: str) -> dict[str, str]:
    name, place = parseaddr(str(address))
    return {"Name": name, "Address": place}


class Pages(BaseHTTPRequestHandler):
    """The messages as JSON, and as a plain page."""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/api/v1/messages":
            self._answer({"total": len(MESSAGES), "messages": [_summary(message) for message in MESSAGES]})
        elif path.startswith("/api/v1/message/"):
            wanted = [message for message in MESSAGES if message["ID"] == path.rpartition("/")[2]]
            self._answer(wanted[0] if wanted else None)
        elif path in {"/readyz", "/livez", "/"}:
            self._answer({"messages": len(MESSAGES)})
        else:
            self._answer(None)

    def _answer(self, content: Any) -> None:
        self.send_response(404 if content is None else 200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(content).encode())

    def log_message(self, format: str, *arguments: Any) -> None:
        """Quiet."""


def _summary(message: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in message.items() if name != "Text"}


def main() -> int:
    if sys.argv[1:] == ["readyz"]:
        return urllib.request.urlopen("http://127.0.0.1:8025/readyz", timeout=3).status != 200
    Controller(Catcher(), hostname="0.0.0.0", port=1025).start()
    threading.Thread(target=ThreadingHTTPServer(("0.0.0.0", 8025), Pages).serve_forever, daemon=True).start()
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
