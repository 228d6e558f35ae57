"""What happens first in every request to the delivery API, and the base of the endpoints that are not Wagtail's."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import prefetch_related_objects
from django.urls import URLPattern
from django.utils.functional import cached_property
from rest_framework.request import Request
from rest_framework.viewsets import ViewSet
from wagtail.models import Locale, Site

from api.caching.collecting import note_stores
from api.caching.policy import is_public_question
from api.errors import BadInput, unknown_parameters
from api.openapi.operations import Operation
from api.sites import choose_site


class EntryMixin:
    """Who asks, how often, and about which site."""

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Raises what REST framework raises for a bad token or too many requests, and BadInput for an unknown site."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        if request.user.is_authenticated:
            # Wagtail asks for them once for every view restriction.
            prefetch_related_objects([request.user], "groups")
        choose_site(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Also notes what the answer depends on."""
        if is_public_question(request._request):
            note_stores(request)
        return super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]


class DeliveryEndpoint(EntryMixin, ViewSet):
    """Base of the endpoints that answer something else than Wagtail's lists and details.

    A subclass declares its `operations`, which name the only query parameters that it takes, and its URL patterns; the
    one without parameters in its path is named `listing`.
    """

    model = None
    operations: ClassVar[tuple[Operation, ...]] = ()
    # Looked at here, not by ApiMiddleware: each operation has its own.
    query_parameters = None

    @classmethod
    def get_urlpatterns(cls) -> list[URLPattern]:
        """The addresses of the endpoint, below its name."""
        raise NotImplementedError

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Also raises BadInput for parameters that the operation does not have."""
        super().initial(request, *args, **kwargs)
        if self.action is None:
            return  # not a method of this address, which is what will be said
        operation = next((known for known in self.operations if known.action == self.action), None)
        known = {parameter.name for parameter in operation.parameters} if operation else set()
        if unknown := request.GET.keys() - known:
            raise unknown_parameters(unknown)

    @cached_property
    def site(self) -> Site:
        """The site that is asked about. Raises BadInput where the host has none."""
        site: Site | None = Site.find_for_request(self.request)
        if site is None:
            raise BadInput("There is no site for this host name.", "query", "site", code="unknown")
        return site

    @cached_property
    def locale(self) -> Locale:
        """The language that is asked for, or that of the site's home page. Raises BadInput for an unknown one."""
        code = self.request.GET.get("locale")
        if code is None:
            return self.site.root_page.locale
        locale: Locale | None = Locale.objects.filter(language_code=code).first()
        if locale is None:
            raise BadInput(f"There is no locale '{code}'.", "query", "locale", code="unknown")
        return locale
