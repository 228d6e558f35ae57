"""The main job, as people do it: draft, submit, review, approve, read. In a browser, on the served CMS."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from cms.accounts.models import User
from documents.models import CustomDocument
from tests.factories import people
from tests.factories.pages import section
from tests.services.live import LiveCms

SignIn = Callable[[User], Page]


@pytest.fixture
def sign_in(browser: Browser, live_cms: LiveCms) -> SignIn:
    """A browser window in which somebody has signed in to the admin."""

    def open_window(person: User) -> Page:
        page = browser.new_context(viewport={"width": 1400, "height": 1000}).new_page()
        page.goto(f"{live_cms.url}/admin/login/")
        page.get_by_label("Username").fill(person.username)
        page.get_by_label("Password").fill(people.PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        expect(page).to_have_url(f"{live_cms.url}/admin/")
        return page

    return open_window


def choose_action(page: Page, name: str) -> None:
    """Press a button in the drop-down of the bar at the bottom of the editor."""
    page.get_by_role("button", name="More actions").last.click()
    page.get_by_role("button", name=re.compile(f"^{name}")).first.click()


def approve(page: Page, title: str) -> None:
    """Open what waits on the dashboard and approve it."""
    page.get_by_role("link", name=title).first.click()
    expect(page.get_by_role("button", name="Save draft").first).to_be_visible()
    choose_action(page, "Approve$")
    expect(page.get_by_text("has been updated").first).to_be_visible()


def test_page_is_drafted_approved_by_two_others_and_read_over_the_api(live_cms: LiveCms, sign_in: SignIn) -> None:
    news = section("News")
    writer, reviewer, publisher = people.writer(), people.reviewer(), people.publisher()

    desk = sign_in(writer)
    desk.goto(f"{live_cms.url}/admin/pages/add/pages/newsarticlepage/{news.pk}/")
    desk.get_by_placeholder("Page title").fill("The tide tables are out")
    desk.get_by_role("textbox", name="Summary").fill("Times for every harbour, for the whole year.")
    desk.get_by_role("button", name="Insert a block").first.click()
    desk.get_by_role("option", name="Text").first.click()
    desk.locator("[contenteditable=true]").last.click()
    desk.keyboard.type("High water at Lowestoft is at noon.")
    # The editor hands over what was typed a moment later.
    expect(desk.locator("input[name='body-0-value']")).to_have_value(re.compile("Lowestoft"))
    choose_action(desk, "Submit to")
    expect(desk.get_by_text("submitted for moderation").first).to_be_visible()
    assert live_cms.http.get("/api/v2/pages/", params={"slug": "the-tide-tables-are-out"}).json()["items"] == []

    approve(sign_in(reviewer), "The tide tables are out")
    approve(sign_in(publisher), "The tide tables are out")

    (found,) = live_cms.http.get(
        "/api/v2/pages/",
        params={"type": "pages.NewsArticlePage", "slug": "the-tide-tables-are-out", "fields": "summary,body"},
    ).json()["items"]
    assert found["summary"] == "Times for every harbour, for the whole year."
    assert "High water at Lowestoft" in found["body"][0]["value"]


def test_document_is_uploaded_protected_and_downloaded(live_cms: LiveCms, sign_in: SignIn, tmp_path) -> None:
    report = tmp_path / "report.csv"
    report.write_text("year,visits\n2026,12\n")
    people.writer()
    publisher = people.publisher()

    desk = sign_in(publisher)
    desk.goto(f"{live_cms.url}/admin/documents/multiple/add/")
    desk.locator("input[type=file]").first.set_input_files(report)
    expect(desk.get_by_text("Upload successful").first).to_be_visible()

    document = CustomDocument.objects.get()
    public = live_cms.http.get(f"/api/v2/documents/{document.pk}/download/")
    assert public.status_code == 302
    assert "X-Amz-Signature" in public.headers["Location"]


def test_writer_finds_no_way_to_publish_or_approve(live_cms: LiveCms, sign_in: SignIn) -> None:
    news = section("News")
    writer = people.writer()
    desk = sign_in(writer)
    desk.goto(f"{live_cms.url}/admin/pages/add/pages/newsarticlepage/{news.pk}/")
    desk.get_by_role("button", name="More actions").last.click()
    expect(desk.get_by_role("button", name=re.compile("^Submit to")).first).to_be_visible()
    assert desk.get_by_role("button", name="Publish").count() == 0
