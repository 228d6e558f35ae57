"""Reusable content: contacts and notices."""

from __future__ import annotations

import datetime as dt

import pytest
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale
from wagtail.test.utils.form_data import nested_form_data, rich_text, streamfield

from pages.models import Contact, Notice
from tests.factories import people
from tests.factories.pages import ContactFactory, NoticeFactory
from tests.unit.pages.conftest import Context

pytestmark = pytest.mark.django_db


def test_drafts_are_hidden_from_everybody() -> None:
    NoticeFactory.create(live=False)
    shown = NoticeFactory.create()
    for reader in (AnonymousUser(), people.superuser()):
        assert list(Notice.objects.visible_to(reader)) == [shown]


def test_a_notice_whose_time_is_over_is_hidden() -> None:
    now = timezone.now()
    NoticeFactory.create(expire_at=now - dt.timedelta(seconds=1))
    current = NoticeFactory.create(expire_at=now + dt.timedelta(days=1))
    assert list(Notice.objects.visible_to(AnonymousUser())) == [current]


def test_a_draft_of_a_published_notice_is_not_shown(anonymous: Context) -> None:
    notice = NoticeFactory.create(body="<p>Published</p>")
    notice.body = "<p>Draft</p>"
    notice.save_revision()
    assert Notice.objects.get().api_representation(anonymous["request"])["body"] == "<p>Published</p>"


@pytest.mark.parametrize("name", ["contact", "notice"])
def test_a_writer_can_draft_it_in_the_admin(name: str) -> None:
    channel = {"title": "", "email": "office@example.gov.uk"}
    data = {
        "title": "Canal office",
        "description": "",
        "channels": streamfield([("email", channel)]),
        "kind": "warning",
        "body": rich_text("<p>Closed.</p>"),
    }
    browser = people.browser_of(people.writer())
    address = reverse(f"wagtailsnippets_pages_{name}:add")
    assert browser.get(address).status_code == 200
    assert browser.post(address, nested_form_data(data)).status_code == 302
    model = {"contact": Contact, "notice": Notice}[name]
    made = model.objects.get()
    assert (made.title, made.live, made.locale) == ("Canal office", False, Locale.get_default())
    assert browser.get(reverse(f"wagtailsnippets_pages_{name}:edit", args=[made.pk])).status_code == 200


@pytest.mark.parametrize("make", [ContactFactory, NoticeFactory])
def test_it_has_a_preview(make: type[ContactFactory] | type[NoticeFactory]) -> None:
    snippet = make.create(title="Canal office")
    response = snippet.make_preview_request()
    assert response.status_code == 200
    assert "Canal office" in response.content.decode()
