"""What people do in the admin of a running service, be it of this release or of another one."""

from __future__ import annotations

from typing import Any

import httpx
from django.conf import settings
from django.http import QueryDict

from cms.accounts.models import User
from tests.factories.people import browser_of
from tests.integration.desk import Desk


class HttpBrowser:
    """A signed-in browser: as much of Django's test client as `Desk` uses, over a new connection for each request."""

    def __init__(self, url: str, session_key: str) -> None:
        self._http = httpx.Client(
            base_url=url,
            cookies={settings.SESSION_COOKIE_NAME: session_key},
            limits=httpx.Limits(max_keepalive_connections=0),
            trust_env=False,
            timeout=60,
        )

    def get(self, url: str, follow: bool = False) -> httpx.Response:
        return self._http.get(url, follow_redirects=follow)

    def post(self, url: str, data: dict[str, Any] | QueryDict) -> httpx.Response:
        if settings.CSRF_COOKIE_NAME not in self._http.cookies:
            self._http.get("/admin/")
        token = {"X-CSRFToken": self._http.cookies[settings.CSRF_COOKIE_NAME]}
        return self._http.post(url, data=dict(data.lists()) if isinstance(data, QueryDict) else data, headers=token)


class HttpDesk(Desk):
    """The admin in front of the person whose session this is."""

    def __init__(self, url: str, session_key: str) -> None:
        self.client = HttpBrowser(url, session_key)  # type: ignore[assignment]


def session_key_of(person: User) -> str:
    """The session of a browser in which this person has signed in."""
    key: str = browser_of(person).cookies[settings.SESSION_COOKIE_NAME].value
    return key
