"""Why an approval or a publication was refused, in words for the person who asked for it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.core.exceptions import PermissionDenied


class Refusal(PermissionDenied):
    """The four-eyes rule, or the state of the workflow, forbids what was asked. Its text is meant for people.

    A PermissionDenied, because that is what Wagtail's views and APIs know to handle.
    """

    conflict = False
    """Whether somebody else was faster or changed the thing: looking again and trying again makes sense (409)."""

    def __init__(self, reason: str, about: Any = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about
        collected = _collected.get()
        if collected is not None:
            collected.append(self)


class FourEyesRefusal(Refusal):
    """A second person has to do this."""


class Conflict(Refusal):
    """The thing has changed, or was decided already."""

    conflict = True


_collected: ContextVar[list[Refusal] | None] = ContextVar("refusals", default=None)


@contextmanager
def collected_refusals() -> Iterator[list[Refusal]]:
    """A list of the refusals that happen inside the block.

    Wagtail's admin swallows every PermissionDenied and answers with one sentence for all of them
    (wagtail/admin/auth.py, require_admin_access). This keeps the reason.
    """
    refusals: list[Refusal] = []
    token = _collected.set(refusals)
    try:
        yield refusals
    finally:
        _collected.reset(token)
