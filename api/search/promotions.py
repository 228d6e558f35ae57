"""The results that editors have put first for a query (`wagtail.contrib.search_promotions`)."""

from __future__ import annotations

from typing import Any

from rest_framework.request import Request
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.models import Locale
from wagtail.search.utils import normalise_query_string

from api.search.queries import TypedQuery
from pages.references import represent_page_link
from pages.visibility import visible_pages

MAX_PROMOTIONS = 20


def promoted(query: TypedQuery, locale: Locale, request: Request) -> list[dict[str, Any]]:
    """What is promoted for exactly this query: visible pages in the language, and other websites.

    Only looked up. Wagtail's `Query.get` would write down what people search for.
    """
    typed = normalise_query_string(query.text)
    picks = list(
        SearchPromotion.objects.filter(query__query_string=typed).order_by("sort_order", "pk")[:MAX_PROMOTIONS]
    )
    keys = {pick.page_id for pick in picks if pick.page_id}
    pages = visible_pages(request).filter(locale=locale).in_bulk(keys) if keys else {}
    links = {key: represent_page_link(page, request) for key, page in pages.items()}
    return [shown for pick in picks if (shown := _shown(pick, links))]


def _shown(pick: SearchPromotion, links: dict[int, dict[str, Any]]) -> dict[str, Any] | None:
    if pick.page_id:
        link = links.get(pick.page_id)
        title, url = (link["title"], link["url"]) if link else ("", "")
    else:
        link, url = None, pick.external_link_url
        title = pick.external_link_text or url
    return {"title": title, "url": url, "description": pick.description, "page": link} if url else None
