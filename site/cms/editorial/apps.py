"""App configurations: ours, and Wagtail's users with our screens."""

from __future__ import annotations

from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class EditorialConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.editorial"
    label = "editorial"
    default = True

    def ready(self) -> None:
        """Put the four-eyes rule into Wagtail."""
        from cms.editorial import checks, guards

        guards.install()
        checks.register()


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's users, as settings name it in the place of "wagtail.users"."""

    user_viewset = "cms.editorial.people.UserViewSet"
    default = False
