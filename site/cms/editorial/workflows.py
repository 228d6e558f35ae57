"""The way of a page to the public, declared as data. `manage.py bootstrap` makes a Wagtail workflow of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from cms.editorial.roles import PUBLISHER, REVIEWER, Role


@dataclass(frozen=True)
class Step:
    """One approval. `key` identifies it for ever, so that administrators may rename the task."""

    key: str
    name: str
    approvers: Role


@dataclass(frozen=True)
class Plan:
    """A workflow: steps in their order. Different people have to approve them (docs/decisions/0005-four-eyes.md)."""

    name: str
    steps: tuple[Step, ...]


PUBLICATION: Final = Plan(
    name="Review and approval",
    steps=(
        Step(key="review", name="Review", approvers=REVIEWER),
        Step(key="approval", name="Approval to publish", approvers=PUBLISHER),
    ),
)
