"""The report of broken links in the admin: what the last check found."""

from __future__ import annotations

from typing import Any

from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from cms.operations.models import LastSuccess


class BrokenLinksView(WagtailAdminTemplateMixin, TemplateView):
    """A table of links and the pages that have them. For everybody who may enter the admin: those pages are public."""

    template_name = "operations/broken_links.html"
    page_title = "Broken links"
    header_icon = "link"
    breadcrumbs_items = (*WagtailAdminTemplateMixin.breadcrumbs_items, {"url": "", "label": page_title})

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With `check`, the last one; None when there was none yet."""
        check = LastSuccess.objects.filter(name="link_check").first()
        return super().get_context_data(check=check, **kwargs)
