"""What operations adds to the admin."""

from __future__ import annotations

from django.urls import URLPattern, path, reverse
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from cms.operations.links.views import BrokenLinksView


@hooks.register("register_admin_urls")  # type: ignore[untyped-decorator]
def report_urls() -> list[URLPattern]:
    """The report of broken links."""
    return [path("reports/broken-links/", BrokenLinksView.as_view(), name="broken_links")]


@hooks.register("register_reports_menu_item")  # type: ignore[untyped-decorator]
def report_menu_item() -> MenuItem:
    """Its entry under Reports."""
    return MenuItem("Broken links", reverse("broken_links"), name="broken-links", icon_name="link", order=1500)
