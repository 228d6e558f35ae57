"""The report of broken links in the admin."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.test import Client

from tests.factories.pages import NewsArticlePageFactory
from tests.factories.people import browser_of, reader, writer

REPORT = "/admin/reports/broken-links/"


@pytest.mark.django_db
def test_report_lists_what_the_last_check_found() -> None:
    browser = browser_of(writer())
    before = browser.get(REPORT)
    assert "have not been checked yet" in before.content.decode()
    assert [item["label"] for item in before.context["breadcrumbs_items"]] == ["Home", "Broken links"]
    page = NewsArticlePageFactory(title="<Refers>", body=[("text", '<p><a linktype="page" id="987654">there</a></p>')])

    call_command("check_links", verbosity=0)
    shown = browser.get(REPORT).content.decode()

    assert "1 broken link in public pages" in shown
    assert "&lt;Refers&gt;" in shown
    assert f"/admin/pages/{page.pk}/edit/" in shown
    assert "page 987654" in shown
    assert REPORT in browser.get("/admin/").content.decode()


@pytest.mark.django_db
def test_report_says_when_all_is_well() -> None:
    call_command("check_links", verbosity=0)

    assert "no broken links" in browser_of(writer()).get(REPORT).content.decode()


@pytest.mark.django_db
def test_report_is_for_people_of_the_admin_only() -> None:
    assert Client().get(REPORT).status_code == 302
    assert browser_of(reader()).get(REPORT).status_code == 302
