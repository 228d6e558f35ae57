"""Signing in to the admin."""

from __future__ import annotations

from django.http import HttpResponse
from wagtail.admin.views.account import LoginView

from api.sign_in_limits import refusal_of
from cms.accounts.forms import SignInForm


class SignInView(LoginView):
    """Wagtail's, with the status that belongs to a refusal by the limits: 429 or 503, and `Retry-After`."""

    def get_form_class(self) -> type[SignInForm]:
        return SignInForm

    def form_invalid(self, form: SignInForm) -> HttpResponse:
        response: HttpResponse = super().form_invalid(form)
        if refusal := refusal_of(self.request):
            response.status_code = refusal.status_code
            response["Retry-After"] = str(refusal.wait)
        return response
