"""Every link inside a page to something of this service: where it leads, or that it leads nowhere."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, cast

from django.db.models import Model
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from pages.reference_collector import Wanted, collect, collect_links
from pages.references import References

UNAVAILABLE = {"id": None, "title": None, "url": None, "status": "unavailable"}
"""All that is said of a target which is deleted, not published, or not for this requester: one cannot tell which."""


class _InOrder(dict[Any, None]):
    """A set that remembers in which order its members came."""

    def add(self, member: Any) -> None:
        self.setdefault(member)


def links_of(pages: Sequence[Model], references: References) -> list[list[dict[str, Any]]]:
    """For each page its links to pages, then those to documents, each target once, in the order of the text.

    Looks into all stream fields and rich text, and into reusable content that is shown there.
    """
    wanted = [targets_of(page) for page in pages]
    references.load(_together(wanted))
    wanted = [_with_reusable_content(each, references) for each in wanted]
    references.load(_together(wanted))
    return [_shown(each, references) for each in wanted]


def targets_of(instance: Model) -> Wanted:
    """What the text of an instance refers to, in the order of the text: the keys of each model."""
    wanted = cast("Wanted", defaultdict(_InOrder))
    for field in instance._meta.get_fields():
        if isinstance(field, StreamField):
            value = getattr(instance, field.attname)
            collect(value.stream_block, value.get_prep_value(), wanted)
        elif isinstance(field, RichTextField):
            collect_links(getattr(instance, field.attname), wanted)
    return wanted


def _with_reusable_content(wanted: Wanted, references: References) -> Wanted:
    """Together with what the contacts and notices in it refer to, as far as the requester may see those."""
    deeper = cast("Wanted", defaultdict(_InOrder, {model: _InOrder(keys) for model, keys in wanted.items()}))
    for model in wanted.keys() - {Page, get_document_model()}:
        for key in wanted[model]:
            shown = references.found(model, key)
            for kind, keys in (targets_of(shown) if shown is not None else {}).items():
                for inner in keys:
                    deeper[kind].add(inner)
    return deeper


def _together(wanted: Sequence[Wanted]) -> Wanted:
    together: Wanted = defaultdict(set)
    for each in wanted:
        for model, keys in each.items():
            together[model] |= set(keys)
    return together


def _shown(wanted: Wanted, references: References) -> list[dict[str, Any]]:
    kinds: dict[str, type[Model]] = {"page": Page, "document": get_document_model()}
    return [_link(kind, references.represent(model, key)) for kind, model in kinds.items() for key in wanted[model]]


def _link(kind: str, target: dict[str, Any] | None) -> dict[str, Any]:
    if target is None or not target.get("url"):
        return {"kind": kind} | UNAVAILABLE
    return {"kind": kind, "id": target["id"], "title": target["title"], "url": target["url"], "status": "ok"}
