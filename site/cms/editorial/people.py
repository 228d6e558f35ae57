"""Managing accounts in the admin, where only superusers make superusers.

The permission to change accounts is what administrators need, and in Wagtail it is enough to tick "Administrator" on
one's own second account, or to set a new password for a superuser.
"""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from wagtail.users.views.users import CreateView, EditView
from wagtail.users.views.users import UserViewSet as WagtailUserViewSet

from cms.editorial.refusals import Refusal


class _SuperuserFieldMixin:
    request: HttpRequest

    def get_form(self, *args: Any, **kwargs: Any) -> BaseForm:
        form: BaseForm = super().get_form(*args, **kwargs)  # type: ignore[misc]
        field = form.fields.get("is_superuser")
        if field is not None and not may_manage(self.request.user, superusers=True):
            field.disabled = True  # then Django ignores what was sent for it
        return form


class CreatePersonView(_SuperuserFieldMixin, CreateView):
    """Adds a person."""


class EditPersonView(_SuperuserFieldMixin, EditView):
    """Changes a person."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Refuse to change a superuser, unless the one who asks is one."""
        require_manageable(request.user, [self.object])
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


class UserViewSet(WagtailUserViewSet):
    """Wagtail's screens for accounts, with the rule above."""

    add_view_class = CreatePersonView
    edit_view_class = EditPersonView


def require_manageable(manager: Any, people: Any) -> None:
    """Raise Refusal when one of `people` is a superuser and `manager` is not."""
    if not may_manage(manager, superusers=any(person.is_superuser for person in people)):
        raise Refusal(_("Only a superuser may change the account of a superuser."))


def may_manage(manager: Any, *, superusers: bool) -> bool:
    """Whether `manager` may manage accounts; with `superusers`, those of superusers too."""
    return not superusers or manager.is_superuser
