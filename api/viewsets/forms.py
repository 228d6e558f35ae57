"""Forms: GET what a website needs to show one, POST what people have filled in."""

from __future__ import annotations

from http import HTTPStatus
from typing import ClassVar
from urllib.parse import urlencode

from django.urls import URLPattern, path, reverse
from django.utils import translation
from rest_framework.exceptions import NotFound
from rest_framework.fields import DateTimeField
from rest_framework.parsers import JSONParser
from rest_framework.request import Request
from rest_framework.response import Response
from wagtail.api.utils import get_full_url
from wagtail.models import Page

from api.caching.tags import depend_on
from api.forms import token
from api.forms.operations import SHOW, SUBMIT
from api.forms.schema import body_schema, questions_of, ui
from api.forms.submissions import submit
from api.openapi.operations import Operation
from api.viewsets.entry import DeliveryEndpoint
from pages.models.forms import FormPage
from pages.plain import WORDS
from pages.references import references_for
from pages.visibility import visible_pages


class FormsViewSet(DeliveryEndpoint):
    """Form pages that the requester may see. Who reads the answers is nowhere in here."""

    operations: ClassVar[tuple[Operation, ...]] = (SHOW, SUBMIT)
    parser_classes = (JSONParser,)

    def detail_view(self, request: Request, pk: int) -> Response:
        """The form, in the language that is asked for, and the permission to send it once."""
        page = self._in_locale(self._visible_form(pk))
        questions = questions_of(page)
        body = {
            "page": references_for({"request": request}).represent(Page, page.pk),
            "locale": page.locale.language_code,
            "schema": body_schema(page, questions),
            "ui": ui(page, questions),
            "form_token": token.issue(page.pk),
            "form_token_expires_at": DateTimeField().to_representation(token.expiry()),
            "submit_url": self._submit_url(page),
        }
        return _never_kept(Response(body), page)

    def submit_view(self, request: Request, pk: int) -> Response:
        """Keep an answer, and say what comes next."""
        page = self._visible_form(pk)
        language = page.locale.language_code
        with translation.override(language):
            receipt = submit(page, request)
        body = {
            "id": receipt.reference,
            "message": WORDS.get(language, WORDS["en"])["sent"],
            "confirmation": page.confirmation.stream_block.get_api_representation(
                page.confirmation, {"request": request}
            ),
        }
        return _never_kept(Response(body, status=HTTPStatus.CREATED), page)

    def _visible_form(self, pk: int) -> FormPage:
        """The live form page with this id. Raises NotFound where there is none that the requester may see."""
        page = visible_pages(self.request).type(FormPage).filter(pk=pk).specific().first()
        if not isinstance(page, FormPage):
            raise NotFound
        depend_on(self.request, f"page-{page.pk}")
        return page

    def _in_locale(self, page: FormPage) -> FormPage:
        """The translation that `locale` asks for, if it does."""
        if "locale" not in self.request.GET or page.locale_id == self.locale.pk:
            return page
        siblings = visible_pages(self.request).type(FormPage).filter(translation_key=page.translation_key)
        translated = siblings.filter(locale=self.locale).first()
        if translated is None:
            raise NotFound
        return self._visible_form(translated.pk)

    def _submit_url(self, page: FormPage) -> str:
        address = get_full_url(self.request, reverse("wagtailapi_v2:forms:submissions", args=[page.pk]))
        site = self.request.GET.get("site")
        return f"{address}?{urlencode({'site': site})}" if site else address

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """There is no list: `pages/?type=pages.FormPage` is one."""
        return [
            path("<int:pk>/", cls.as_view({"get": "detail_view"}), name="detail"),
            path("<int:pk>/submissions/", cls.as_view({"post": "submit_view"}), name="submissions"),
        ]


def _never_kept(response: Response, page: FormPage) -> Response:
    response["Cache-Control"] = "no-store"
    response["Content-Language"] = page.locale.language_code
    return response
