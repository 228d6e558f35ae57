"""The form for signing in to the admin."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.auth import LoginForm

from api.sign_in_limits import TooManyAttempts, refusal_of


class SignInForm(LoginForm):
    """Wagtail's, which says so when it was the limits that refused."""

    error_messages = {
        **LoginForm.error_messages,
        "too_many_attempts": _("Too many failed attempts to sign in. Please try again in %(minutes)s minutes."),
        "unavailable": _("Signing in is not possible at the moment. Please try again soon."),
    }

    def get_invalid_login_error(self) -> ValidationError:
        """Why this attempt failed, in words for the person at the form."""
        refusal = refusal_of(self.request)
        if refusal is None:
            error: ValidationError = super().get_invalid_login_error()
            return error
        code = "too_many_attempts" if isinstance(refusal, TooManyAttempts) else "unavailable"
        minutes = -(-refusal.wait // 60)
        return ValidationError(self.error_messages[code], code=code, params={"minutes": minutes})
