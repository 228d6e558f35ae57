"""Search over the pages of a site, and suggestions while somebody types."""

from __future__ import annotations

from typing import Any

from django.urls import URLPattern, path
from rest_framework.fields import DateTimeField
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.models import Page

from api.caching.tags import depend_on
from api.errors import BadInput
from api.pagination import with_links
from api.search.facets import Counted, count_facets
from api.search.highlights import highlight
from api.search.matches import Matches
from api.search.operations import MAX_SUGGESTIONS, OPERATIONS
from api.search.promotions import promoted
from api.search.queries import TypedQuery
from api.search.questions import Question, typed_query
from api.search.suggestions import completions, corrected
from api.viewsets.entry import DeliveryEndpoint
from pages.references import represent_page_link

FRESHNESS = {"Cache-Control": "public, max-age=0, s-maxage=60"}
"""Shorter than for other answers: many different searches, each seldom asked again. Personal answers stay private."""


class SearchViewSet(DeliveryEndpoint):
    """Finds pages that are live and that the requester may see. What people search for is not written down."""

    operations = OPERATIONS

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """Results, and suggestions."""
        return [
            path("", cls.as_view({"get": "listing"}), name="listing"),
            path("suggest/", cls.as_view({"get": "suggest"}), name="suggest"),
        ]

    def listing(self, request: Request) -> Response:
        """Results with all that a page of results shows. Raises BadInput for what does not exist."""
        question = Question.parse(request.GET)
        matches = Matches(question, self.locale, request)
        number = matches.pages.count()
        pages = self._page_of(matches) if number > question.offset else []
        facets = count_facets(matches, request)
        picks = promoted(question.query, self.locale, request)
        self._depend_on([page.pk for page in pages], facets, picks)
        answer = Response(
            {
                "meta": {"total_count": number},
                "items": [self._shown(page, question.query) for page in pages],
                "facets": facets,
                "promoted": picks,
                "did_you_mean": None if number else self._did_you_mean(question),
            },
            headers=FRESHNESS,
        )
        return with_links(request, answer, number)

    def suggest(self, request: Request) -> Response:
        """Titles. Raises BadInput for more than there may be."""
        limit = int(request.GET.get("limit", MAX_SUGGESTIONS))
        if limit > MAX_SUGGESTIONS:
            raise BadInput(f"limit cannot be higher than {MAX_SUGGESTIONS}", "query", "limit", code="out_of_range")
        self._depend_on([], {}, [])
        titles = completions(typed_query(request.GET), self.locale, request, limit)
        return Response({"items": titles}, headers=FRESHNESS)

    def _page_of(self, matches: Matches) -> list[Page]:
        """The results of one page, as their own types, which takes a query for each type."""
        question = matches.question
        keys = list(matches.sorted().values_list("pk", flat=True)[question.offset : question.offset + question.limit])
        pages = {page.pk: page for page in Page.objects.filter(pk__in=keys).specific()}
        return [pages[key] for key in keys if key in pages]

    def _shown(self, page: Page, query: TypedQuery) -> dict[str, Any]:
        updated = getattr(page, "public_updated_at", None)
        return represent_page_link(page, self.request) | {
            "summary": getattr(page, "summary", ""),
            "locale": self.locale.language_code,
            "public_updated_at": updated and DateTimeField().to_representation(updated),
            "highlight": highlight(page, query.stems()),
        }

    def _did_you_mean(self, question: Question) -> str | None:
        """A similar query, if it finds something with the same filters."""
        other = corrected(question.query, self.locale, self.request)
        if other is None:
            return None
        similar = Question(**(vars(question) | {"query": TypedQuery.parse(other)}))
        return other if Matches(similar, self.locale, self.request).pages.exists() else None

    def _depend_on(self, pages: list[int], facets: dict[str, Counted], picks: list[dict[str, Any]]) -> None:
        keys = {*pages, *(pick["page"]["id"] for pick in picks if pick["page"])}
        keys |= {counted["value"] for name in ("organisation", "topic") for counted in facets.get(name, [])}
        tags = [f"page-{key}" for key in keys]
        depend_on(self.request, "search", f"site-{self.site.pk}", f"locale-{self.locale.language_code}", *tags)
