"""The browser works: it runs scripts, and shows what the live CMS serves."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.services.live import LiveCms


def test_admin_login_page_opens(live_cms: LiveCms, page: Page) -> None:
    failures: list[str] = []
    page.on("requestfailed", lambda request: failures.append(request.url))
    page.on("pageerror", lambda error: failures.append(str(error)))
    page.goto(f"{live_cms.url}/admin/login/")
    assert page.get_by_role("button", name="Sign in").is_visible()
    assert failures == []
