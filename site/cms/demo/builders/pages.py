"""The pages, in both languages."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from wagtail.models import Page, PageViewRestriction

from cms.demo.builders.fields import set_plain_fields, set_rows, set_streams
from cms.demo.history import History
from cms.demo.sources import HOME, PageSource, read_pages
from cms.demo.workshop import Workshop

_NAMESPACE = uuid.UUID("0a5a7dd6-0f6e-5d52-8a4f-3a3a0f7a8f21")
_SIGNED_IN = "signed-in"
# Sections and the like, which nobody would call an article, are as old as the site. What waits for approval is new.
_OLDEST, _NEWEST = "-930d", "-3d"
_WAITING = {"draft", "in_review", "approved_once", "changes_needed", "scheduled"}


def lay_out_pages(workshop: Workshop) -> list[PageSource]:
    """Make all pages as empty drafts, so that their texts can link to each other. Returns their sources in order."""
    sources = [source for locale in workshop.locales for source in read_pages(locale)]
    for source in sources:
        _lay_out(workshop, source)
    return sources


def write_page(workshop: Workshop, source: PageSource) -> None:
    """Give a page its content, and take it through its history to the state that its source names."""
    page = workshop.get("page", source.key, source.locale)
    _fill(page, source.head, source.texts, workshop, source)
    page.save(clean=False)
    history = History(workshop, page, source.head)
    state = str(source.head.get("state", "live"))
    history.begin(workshop.day(source.head.get("published", _NEWEST if state in _WAITING else _OLDEST)))
    history.reach(state)
    for update in source.head.get("updates", []):
        page = _revised(page, source, update, workshop)
        page.change_type, page.change_note = "major", update["note"]
        history.update(page, workshop.day(update["on"]))
    if "draft" in source.head:
        history.redraft(_revised(page, source, source.head["draft"], workshop))
    history.settle()
    _restrict(page, source.head.get("audience"), workshop)


def _lay_out(workshop: Workshop, source: PageSource) -> None:
    model = apps.get_model("pages", source.head["type"])
    page = model(
        title=source.head["title"],
        draft_title=source.head["title"],
        slug=source.slug,
        locale=workshop.locales[source.locale],
        translation_key=uuid.uuid5(_NAMESPACE, source.key),
        owner=workshop.person("writer"),
        show_in_menus=source.parent_key == HOME,
        live=False,
    )
    if source.parent_key is None:
        parent = Page.get_first_root_node()
    else:
        parent = workshop.get("page", source.parent_key, source.locale)
    parent.add_child(instance=page)
    workshop.add("page", source.key, page, source.locale)


def _fill(page: Any, head: dict[str, Any], texts: dict[str, str], workshop: Workshop, source: PageSource) -> None:
    set_plain_fields(page, head, workshop, source.locale)
    set_rows(page, head, workshop, source.locale)
    set_streams(page, texts, workshop, source.key, source.locale)


def _revised(page: Any, source: PageSource, changes: dict[str, Any], workshop: Workshop) -> Any:
    """Return the latest version of the page with changes: fields, and text that is added to the body."""
    latest = page.get_latest_revision_as_object()
    fields = {name: value for name, value in changes.items() if name not in ("append", "note", "on")}
    set_plain_fields(latest, fields, workshop, source.locale)
    if "append" in changes:
        body = f"{source.texts['body']}\n\n{changes['append'].strip()}"
        set_streams(latest, {"body": body}, workshop, source.key, source.locale)
    return latest


def _restrict(page: Page, audience: str | None, workshop: Workshop) -> None:
    if audience is None:
        return
    kind = PageViewRestriction.LOGIN if audience == _SIGNED_IN else PageViewRestriction.GROUPS
    restriction = PageViewRestriction(page=Page.objects.get(pk=page.pk), restriction_type=kind)
    restriction.save(user=workshop.person("publisher"))
    if kind == PageViewRestriction.GROUPS:
        restriction.groups.add(Group.objects.get(name=audience))
