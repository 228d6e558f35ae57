"""When content changes by the clock, with nobody saving anything: no answer may be kept for longer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.apps import apps
from django.db.models import F, Model, QuerySet
from wagtail.models import DraftStateMixin, Page


def next_moment(after: dt.datetime) -> dt.datetime | None:
    """The first moment later than `after` at which something live changes by itself; None if nothing does.

    Live pages and snippets end at their `expire_at`. A model with other times names them in `moment_fields`. One
    query, whatever the content.
    """
    first, *others = _moments(after)
    moments = first.union(*others, all=True).order_by("moment")
    return moments.values_list("moment", flat=True).first()


def _moments(after: dt.datetime) -> Iterator[QuerySet[Model, dict[str, dt.datetime]]]:
    for model in _models():
        for name in _fields(model):
            live = model._default_manager.filter(live=True, **{f"{name}__gt": after})
            yield live.order_by().annotate(moment=F(name)).values("moment")


def _models() -> Iterator[type[Model]]:
    """Page stands for all page types, as far as their `expire_at` goes."""
    yield Page
    for model in apps.get_models():
        if issubclass(model, DraftStateMixin) and model is not Page:
            yield model


def _fields(model: type[Model]) -> list[str]:
    own: tuple[str, ...] = getattr(model, "moment_fields", ())
    return list(own) if issubclass(model, Page) and model is not Page else ["expire_at", *own]
