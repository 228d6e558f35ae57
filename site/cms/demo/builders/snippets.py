"""Contacts and notices, kept once and shown on many pages."""

from __future__ import annotations

import uuid
from typing import Any

from django.apps import apps
from wagtail.log_actions import log

from cms.demo.builders.fields import set_plain_fields, set_streams
from cms.demo.history import History
from cms.demo.sources import read_toml
from cms.demo.workshop import Workshop

_NAMESPACE = uuid.UUID("5d1e8c0e-8b8f-5d0c-a9f2-19f1b6b0c8d3")
_PUBLISHED = "-400d"


def lay_out_snippets(workshop: Workshop) -> None:
    """Make contacts and notices as empty drafts, so that pages can name them."""
    for kind in ("contact", "notice"):
        model = apps.get_model("pages", kind)
        for key, languages in read_toml(f"{kind}s").items():
            for locale, entry in languages.items():
                snippet = model(
                    title=entry["title"],
                    locale=workshop.locales[locale],
                    translation_key=uuid.uuid5(_NAMESPACE, f"{kind}:{key}"),
                    live=False,
                )
                snippet.save()
                workshop.add(kind, key, snippet, locale)
                log(instance=snippet, action="wagtail.create", user=workshop.person("writer"), content_changed=True)


def write_snippets(workshop: Workshop) -> None:
    """Give contacts and notices their content and take them through the workflow. Links in them need the pages."""
    for kind, field in (("contact", "channels"), ("notice", "text")):
        for key, languages in read_toml(f"{kind}s").items():
            for locale, entry in languages.items():
                _write(workshop, kind, key, locale, entry, field)


def _write(workshop: Workshop, kind: str, key: str, locale: str, entry: dict[str, Any], text: str) -> None:
    snippet = workshop.get(kind, key, locale)
    head = {name: value for name, value in entry.items() if name != text}
    set_plain_fields(snippet, head, workshop, locale)
    target = "body" if text == "text" else text
    set_streams(snippet, {target: entry[text]}, workshop, f"{kind}:{key}", locale)
    snippet.save()
    history = History(workshop, snippet, entry)
    history.begin(workshop.day(_PUBLISHED))
    history.reach(entry.get("state", "live"))
    history.settle()
