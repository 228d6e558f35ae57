"""Where the API's rules hold for the plain website too."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from wagtail import hooks
from wagtail.models import Page

from api.forms.spam import TooManySubmissions, count_submission
from pages.models.forms import FormPage
from pages.plain import WORDS


@hooks.register("before_serve_page")  # type: ignore[untyped-decorator]
def limit_submissions(page: Page, request: HttpRequest, serve_args: Any, serve_kwargs: Any) -> HttpResponse | None:
    """Refuse a form that is one too many from its client: 429, in words for people."""
    if request.method != "POST" or not isinstance(page, FormPage):
        return None
    try:
        count_submission(request)
    except TooManySubmissions as refusal:
        words = WORDS.get(page.locale.language_code, WORDS["en"])
        headers = {"Retry-After": str(refusal.wait), "Cache-Control": "no-store"}
        return HttpResponse(words["too_many_sent"], "text/plain; charset=utf-8", 429, headers=headers)
    return None
