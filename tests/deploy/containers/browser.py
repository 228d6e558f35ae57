"""A person in front of the admin and the API, over HTTP alone: nothing of the product is imported."""

from __future__ import annotations

import json
import re
import ssl
from html.parser import HTMLParser
from typing import Any, Self

import httpx


class Browser:
    """A browser with cookies, which follows no redirect. `certificate` is the file of one to trust."""

    def __init__(self, url: str, certificate: str = "") -> None:
        self.http = httpx.Client(base_url=url, verify=_trusting(certificate), trust_env=False, timeout=60)

    def get(self, url: str, **headers: str) -> httpx.Response:
        """Ask for an address."""
        return self.http.get(url, headers=headers)

    def api(self, path: str, **headers: str) -> Any:
        """What the API answers, which has to be good news."""
        answer = self.get(f"/api/{path}", **headers)
        assert answer.status_code == 200, f"{path} answers {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def sign_in(self, username: str, password: str) -> Self:
        """Sign in to the admin."""
        answer = self.fill_in("/admin/login/", username=username, password=password)
        assert answer.status_code == 302, answer.text[:2000]
        assert self.get("/admin/").status_code == 200
        return self

    def token(self, username: str, password: str) -> dict[str, str]:
        """The header with which a program signs in to the API."""
        answer = self.http.post("/api/auth/token/", json={"username": username, "password": password})
        assert answer.status_code == 200, answer.text
        return {"Authorization": f"Bearer {answer.json()['access']}"}

    def fill_in(self, url: str, files: dict[str, Any] | None = None, **fields: Any) -> httpx.Response:
        """Fill in the form at `url` and send it."""
        page = self.get(url)
        assert page.status_code == 200, f"{url} answers {page.status_code} {page.headers.get('Location')}"
        form = Form(page.text)
        data = {name: values for name, values in form.fields.items() if name not in fields} | fields
        return self.http.post(url, data=data, files=files, headers={"Referer": str(page.url)})

    def press(self, url: str, shown_at: str = "/admin/", **fields: str) -> httpx.Response:
        """Press a button that sends `fields` to `url`, as a script of the page at `shown_at` does."""
        token = re.search(r'"CSRF_TOKEN": "(?P<token>[^"]+)"', self.get(shown_at).text)
        assert token, f"{shown_at} has no token"
        referer = str(self.http.base_url.join(shown_at))
        return self.http.post(url, data=fields, headers={"X-CSRFToken": token["token"], "Referer": referer})


def _trusting(certificate: str) -> ssl.SSLContext | bool:
    return ssl.create_default_context(cafile=certificate) if certificate else True


class Form(HTMLParser):
    """What a browser would send of the forms on a page if nobody changed anything."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self._text: str | None = None
        self._select: str | None = None
        self._options: list[str] = []
        self._is_list = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note the values of fields."""
        found = dict(attrs)
        name, value = found.get("name"), found.get("value")
        if tag == "input" and name:
            self._input(name, found)
        elif tag == "textarea":
            self._text = name
            self.fields[name or ""] = [""]
        elif tag == "select":
            self._select, self._options = name, []
            self._is_list = "multiple" in found
        elif tag == "option" and self._select:
            self._options.append(value or "")
            if "selected" in found:
                self.fields.setdefault(self._select, []).append(value or "")

    def _input(self, name: str, attributes: dict[str, str | None]) -> None:
        kind, value = attributes.get("type"), attributes.get("value") or ""
        if kind in ("submit", "button", "file", "search") or "__prefix__" in name:
            return
        if kind in ("checkbox", "radio"):
            if "checked" not in attributes:
                return
            value = value or "on"
        self.fields.setdefault(name, []).append(value)

    def handle_endtag(self, tag: str) -> None:
        """The end of a field."""
        if tag == "textarea":
            self._text = None
        elif tag == "select":
            if self._select and self._options and not self._is_list:
                # A browser sends the first one when none was chosen.
                self.fields.setdefault(self._select, self._options[:1])
            self._select = None

    def handle_data(self, data: str) -> None:
        """What is written in a large field."""
        if self._text:
            self.fields[self._text] = [data.removeprefix("\n")]


class Editor(Browser):
    """Somebody who writes or approves pages."""

    def create(self, page_type: str, parent: int, title: str, button: str = "submit", **fields: Any) -> None:
        """Fill in the form of a new page, with a paragraph of text, and press the button."""
        slug = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
        body = _text(title) if page_type == "newsarticlepage" else {"body-count": "0"}
        pressed = {f"action-{button}": "true"} if button else {}
        fields = {"title": title, "slug": slug, **body, **pressed, **fields}
        answer = self.fill_in(f"/admin/pages/add/pages/{page_type}/{parent}/", **fields)
        assert answer.status_code == 302, answer.text[:3000]

    def approve(self, title: str) -> None:
        """Approve, from the dashboard, the page of this title."""
        action = _approval_of(title, self.get("/admin/").text)
        assert action, f"{title} does not await approval by this person."
        answer = self.press(action, comment="")
        assert answer.status_code in (200, 302), answer.text[:3000]


def _approval_of(title: str, dashboard: str) -> str | None:
    """The address of the button with which the page of this title is approved."""
    page = re.search(rf'/admin/pages/(?P<id>[0-9]+)/edit/"[^>]*>{re.escape(title)}<', dashboard)
    action = page and re.search(rf'"(?P<url>/admin/pages/workflow/action/{page["id"]}/approve/[0-9]+/)"', dashboard)
    return action["url"] if action else None


def _text(text: str) -> dict[str, str]:
    """What the script of the page editor sends for a body of one paragraph."""
    block = {
        "key": "00000",
        "text": text,
        "type": "unstyled",
        "depth": 0,
        "inlineStyleRanges": [],
        "entityRanges": [],
    }
    return {
        "body-count": "1",
        "body-0-deleted": "",
        "body-0-order": "0",
        "body-0-type": "text",
        "body-0-id": "",
        "body-0-value": json.dumps({"blocks": [block], "entityMap": {}}),
    }
