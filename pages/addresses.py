"""Where readers find a page: its address on the website that shows it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from wagtail.models import Page, Site

from pages.visibility import http_request

_DEFAULT_SITE = "_pages_default_site"


def public_address(page: Page, request: Any) -> str | None:
    """The absolute address of a page, with the prefix of its language; None for a page outside all sites.

    The default site is shown by the website at FRONTEND_URL where there is one. Any other site is at its own host.
    Costs no query for each page: what it needs of the sites is kept with the request.
    """
    parts = page.get_url_parts(http_request(request))
    if parts is None or parts[2] is None:
        return None
    site_id, root_url, path = parts
    return f"{website_of(site_id, root_url, request)}{path}"


def website_of(site_id: int, root_url: str, request: Any) -> str:
    """The address of the website that shows a site, without a slash at its end."""
    if settings.FRONTEND_URL and site_id == _default_site_id(request):
        return str(settings.FRONTEND_URL).rstrip("/")
    return root_url


def _default_site_id(request: Any) -> int | None:
    """Asked once for a request."""
    holder = http_request(request)
    known = getattr(holder, _DEFAULT_SITE, False)
    if known is False:
        known = Site.objects.filter(is_default_site=True).values_list("pk", flat=True).first()
        if holder is not None:
            setattr(holder, _DEFAULT_SITE, known)
    return known
