"""The description of the API at /api/docs/: readable, usable with a keyboard, and every address can be tried."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.factories import pages as build
from tests.services.live import LiveCms


@pytest.fixture
def docs(live_cms: LiveCms, page: Page) -> Page:
    """The page, and what the browser refused on it."""
    page.failures = []  # type: ignore[attr-defined]
    page.on("requestfailed", lambda request: page.failures.append(request.url))  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.failures.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda message: page.failures.append(message.text) if message.type == "error" else None)  # type: ignore[attr-defined]
    page.goto(f"{live_cms.url}/api/docs/")
    return page


def test_address_can_be_tried(docs: Page) -> None:
    build.home_page()
    section = docs.locator("#pages_listing")
    section.get_by_text("Try it").click()
    section.get_by_label("limit", exact=True).fill("1")
    section.get_by_role("button").click()

    expect(section.locator("output")).to_contain_text("GET /api/v2/pages/?limit=1\n200")
    expect(section.locator("output")).to_contain_text('"title": "Home"')


def test_variable_part_of_an_address_can_be_filled_in(docs: Page) -> None:
    home = build.home_page()
    section = docs.locator("#pages_detail")
    section.get_by_text("Try it").click()
    section.get_by_label("pk").fill(str(home.pk))
    section.get_by_role("button").click()

    expect(section.locator("output")).to_contain_text(f"GET /api/v2/pages/{home.pk}/\n200")


def test_token_is_sent(docs: Page) -> None:
    docs.get_by_label("Access token").fill("nonsense")
    section = docs.locator("#auth_current_user")
    section.get_by_text("Try it").click()
    section.get_by_role("button").click()

    expect(section.locator("output")).to_contain_text('"code": "token_not_valid"')


def test_schema_is_one_click_away(docs: Page) -> None:
    docs.locator("#pages_detail").get_by_text("Answers").click()
    docs.locator("#pages_detail").get_by_role("link", name="Page", exact=True).click()

    expect(docs.locator("#schema-Page")).to_be_in_viewport()
    assert docs.url.endswith("#schema-Page")


def test_nothing_comes_from_elsewhere_and_nothing_is_refused(docs: Page, live_cms: LiveCms) -> None:
    loaded = docs.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")

    assert loaded
    assert [address for address in loaded if not address.startswith((live_cms.url, "data:"))] == []
    assert docs.failures == []  # type: ignore[attr-defined]


def test_page_has_no_accessibility_faults(docs: Page) -> None:
    docs.locator("#pages_listing").get_by_text("Parameters of").click()
    docs.locator("#pages_listing").get_by_text("Try it").click()

    found = Axe().run(docs, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})

    assert found.violations_count == 0, found.generate_report()
