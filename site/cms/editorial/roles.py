"""The roles, declared as data. `manage.py bootstrap` makes groups of them; nothing else hands out permissions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Role:
    """What one group of people may do. Actions are Wagtail's own words, without the name of a model."""

    name: str
    group: str
    pages: tuple[str, ...] = ()
    """On every page: add, change, publish (which here means withdraw, unschedule, restrict, move), lock, unlock, …"""
    images: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    collections: tuple[str, ...] = ()
    """On collections themselves."""
    snippets: tuple[str, ...] = ()
    """On every snippet, also on those that are written later. Actions that a snippet does not know are left out."""
    site_settings: bool = False
    permissions: tuple[str, ...] = ()
    """Any other permission, as app_label.codename."""


_ADMIN: Final = "wagtailadmin.access_admin"
_TRANSLATE: Final = "simple_translation.submit_translation"
_FORM_ANSWERS: Final = "wagtailforms.view_formsubmission"


def _all_of(app_label: str, *models: str) -> tuple[str, ...]:
    return tuple(f"{app_label}.{action}_{model}" for model in models for action in ("add", "change", "delete"))


WRITER: Final = Role(
    name="writer",
    group="Writers",
    pages=("add", "change"),
    images=("add", "choose"),
    documents=("add", "choose"),
    snippets=("add", "change"),
    permissions=(_ADMIN, _TRANSLATE),
)

REVIEWER: Final = Role(
    name="reviewer",
    group="Reviewers",
    pages=("change", "lock", "unlock"),
    images=("choose",),
    documents=("choose",),
    snippets=("change", "lock", "unlock"),
    permissions=(_ADMIN,),
)

PUBLISHER: Final = Role(
    name="publisher",
    group="Publishers",
    pages=("change", "publish", "lock", "unlock"),
    images=("add", "change", "choose"),
    documents=("add", "change", "choose"),
    snippets=("change", "publish", "lock", "unlock"),
    permissions=(_ADMIN, _FORM_ANSWERS),
)

ADMINISTRATOR: Final = Role(
    name="administrator",
    group="Administrators",
    pages=("add", "change", "publish", "bulk_delete", "lock", "unlock"),
    images=("add", "change", "choose"),
    documents=("add", "change", "choose"),
    collections=("add", "change", "delete"),
    snippets=("add", "change", "delete", "publish", "lock", "unlock"),
    site_settings=True,
    permissions=(
        _ADMIN,
        _TRANSLATE,
        _FORM_ANSWERS,
        "wagtailforms.delete_formsubmission",
        # Without delete_group: a group is named by the workflow and by restrictions on pages.
        "auth.add_group",
        "auth.change_group",
        *_all_of("accounts", "user"),
        *_all_of("wagtailcore", "site", "locale", "workflow", "task"),
        *_all_of("wagtailredirects", "redirect"),
        *_all_of("wagtailsearchpromotions", "searchpromotion"),
    ),
)

READER: Final = Role(name="reader", group="Readers")
"""Signs in on a website, not here: sees pages and collections that are restricted to this group."""

ROLES: Final = (WRITER, REVIEWER, PUBLISHER, ADMINISTRATOR, READER)
