"""What people do in the admin, over HTTP: fill in its forms and press its buttons."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup
from django.contrib.messages import get_messages
from django.http import HttpResponse, QueryDict
from django.test import Client
from django.urls import reverse
from wagtail.models import Page
from wagtail.test.utils.form_data import nested_form_data, querydict_from_html, rich_text, streamfield

from cms.accounts.models import User
from pages.models import NewsArticlePage
from tests.factories.people import browser_of


class Desk:
    """The admin in front of one person."""

    def __init__(self, person: User) -> None:
        self.person = person
        self.client: Client = browser_of(person)

    def create(
        self, parent: Page, button: str = "", page_type: type[Page] = NewsArticlePage, **fields: Any
    ) -> HttpResponse:
        """Fill in the form for a new page and press the button: "submit", "publish" or none, which saves a draft."""
        url = reverse("wagtailadmin_pages:add", args=[page_type._meta.app_label, page_type._meta.model_name, parent.pk])
        text = "<p>Something happened.</p>" if page_type is NewsArticlePage else None
        return self.send(url, button, {**_body(text), **fields})

    def edit(self, page: Page, button: str = "", **fields: Any) -> HttpResponse:
        """Change fields of a page and press the button."""
        return self.send(reverse("wagtailadmin_pages:edit", args=[page.pk]), button, {**body_of(page), **fields})

    def create_snippet(self, snippet_type: Any, button: str = "", **fields: Any) -> HttpResponse:
        """Fill in the form for new reusable content and press the button."""
        return self.send(reverse(snippet_type.snippet_viewset.get_url_name("add")), button, fields)

    def edit_snippet(self, snippet: Any, button: str = "", **fields: Any) -> HttpResponse:
        """Change fields of reusable content and press the button."""
        return self.send(reverse(snippet.snippet_viewset.get_url_name("edit"), args=[snippet.pk]), button, fields)

    def submit(self, page: Page, **fields: Any) -> HttpResponse:
        """Send the page for approval."""
        return self.edit(page, "submit", **fields)

    def decide(self, page: Page, action: str, comment: str = "") -> HttpResponse:
        """Approve ("approve") or request changes ("reject"), in the dialog that the dashboard offers."""
        page = Page.objects.get(pk=page.pk)
        return self.decide_about(page, page.current_workflow_task_state, action, comment)

    def decide_about(self, page: Page, task_state: Any, action: str, comment: str = "") -> HttpResponse:
        """As decide(), for a step that may be over by now."""
        url = reverse("wagtailadmin_pages:workflow_action", args=[page.pk, action, task_state.pk])
        return self.client.post(url, {"comment": comment})

    def approve(self, page: Page) -> HttpResponse:
        """Approve the step that the page waits in."""
        return self.decide(page, "approve")

    def approve_in_editor(self, page: Page, **fields: Any) -> HttpResponse:
        """Press Approve below the page's form, after changing `fields`."""
        fields |= {"action-workflow-action": "true", "workflow-action-name": "approve"}
        return self.edit(page, **fields)

    def approve_snippet(self, snippet: Any) -> HttpResponse:
        """Approve the step that the reusable content waits in."""
        snippet = type(snippet).objects.get(pk=snippet.pk)
        task_state = snippet.current_workflow_task_state
        url_name = snippet.snippet_viewset.get_url_name("workflow_action")
        return self.client.post(reverse(url_name, args=[snippet.pk, "approve", task_state.pk]), {"comment": ""})

    def sees(self, url: str) -> str:
        """The text of an admin page."""
        return self.client.get(url, follow=True).content.decode()

    def send(self, url: str, button: str = "", fields: dict[str, Any] | None = None) -> HttpResponse:
        """Fill in the page's form at `url` and press the button."""
        data = self._form(url)
        for name, value in (fields or {}).items():
            data[name] = value
        if button:
            data[f"action-{button}"] = "true"
        return self.client.post(url, data)

    def _form(self, url: str) -> QueryDict:
        response = self.client.get(url)
        assert response.status_code == 200, f"{url} answers {response.status_code} {response.headers.get('Location')}"
        form = BeautifulSoup(response.content, "html.parser").select_one("form[data-edit-form]")
        return querydict_from_html(str(form))


def body_of(page: Page) -> dict[str, Any]:
    """What the form of a page sends for its body, which the browser builds by script: one text, as it is now."""
    blocks = page.specific.get_latest_revision_as_object().body.raw_data
    if not blocks:
        return _body(None)
    return _body(blocks[0]["value"]) | {"body-0-id": blocks[0]["id"]}


def _body(text: str | None) -> dict[str, Any]:
    blocks = [] if text is None else [("text", rich_text(text))]
    data: dict[str, Any] = nested_form_data({"body": streamfield(blocks)})
    return data


def messages_of(response: HttpResponse) -> str:
    """What the admin tells the person: on this page, or on the next one when this is a redirect."""
    storage = get_messages(response.wsgi_request)
    waiting = storage._queued_messages  # for the next page; without them this page has shown what there was
    return " ".join(str(message) for message in waiting or storage)
