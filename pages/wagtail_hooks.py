"""What this app adds to Wagtail's admin: the menu of reusable content."""

from __future__ import annotations

from typing import ClassVar

from wagtail.admin.ui.tables import LiveStatusTagColumn, UpdatedAtColumn
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from pages.models import Contact, Notice


class ContactViewSet(SnippetViewSet):
    """Contacts."""

    model = Contact
    icon = "user"
    list_display: ClassVar[list[object]] = ["title", LiveStatusTagColumn(), UpdatedAtColumn()]


class NoticeViewSet(SnippetViewSet):
    """Notices."""

    model = Notice
    icon = "info-circle"
    list_display: ClassVar[list[object]] = ["title", "kind", LiveStatusTagColumn(), UpdatedAtColumn()]
    list_filter: ClassVar[list[str]] = ["kind"]


class ReusableContentGroup(SnippetViewSetGroup):
    """One entry of the main menu for all reusable content."""

    menu_label = "Reusable content"
    menu_icon = "snippet"
    menu_order = 250
    items = (ContactViewSet, NoticeViewSet)


register_snippet(ReusableContentGroup)
