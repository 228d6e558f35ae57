"""Takes pages and snippets through the real workflow, and then dates what it recorded as if it had happened in time.

Nothing is faked but the clock: revisions, approvals and log entries are made by Wagtail, by the demo accounts, under
the four-eyes rule. Afterwards each row gets the date of the step in which it was made.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db.models import DateTimeField, Model
from django.utils import timezone
from wagtail.log_actions import registry as log_registry
from wagtail.models import Page, TaskState

from cms.demo import moments
from cms.demo.workshop import Workshop

Head = dict[str, Any]

_AGE_OF_THE_CMS = dt.timedelta(days=120)
_COMMENTS = ("", "Checked against the figures.", "", "Fine. I shortened the second sentence.", "")


class History:
    """The life of one page or snippet so far.

    Args:
        head: what its source says; `goes_live`, `expires` and `review_comment` are read here.
    """

    def __init__(self, workshop: Workshop, item: Any, head: Head) -> None:
        self.workshop = workshop
        self.item = item
        self.head = head
        self._clock: list[tuple[dt.datetime, dt.datetime]] = []

    def begin(self, published: dt.date) -> None:
        """Write the first version, some days before it is published."""
        self._published = published
        self._turn_clock(published - dt.timedelta(days=4))
        if "goes_live" in self.head:
            self.item.go_live_at = self.workshop.moment(self.head["goes_live"])
        if "expires" in self.head:
            self.item.expire_at = self.workshop.moment(self.head["expires"])
        self._save_version()

    def reach(self, state: str) -> None:
        """Bring it to a state. Raises KeyError when there is no such state."""
        _STATES[state](self)

    def update(self, item: Any, on: dt.date) -> None:
        """Publish a newer version on a day, through the workflow."""
        self.item, self._published = item, on
        self._turn_clock(on - dt.timedelta(days=4))
        self._save_version()
        self.publish()

    def redraft(self, item: Any) -> None:
        """Save a newer version and leave it, or submit it where the state says so."""
        self.item = item
        self._turn_clock(self.workshop.today - dt.timedelta(days=3))
        self._save_version()
        if self.head["state"] == "new_version_in_review":
            self.submit(self.workshop.today - dt.timedelta(days=2))

    def submit(self, day: dt.date | None = None) -> None:
        """Start the workflow in the writer's name."""
        self._turn_clock(day or self._published - dt.timedelta(days=3))
        self.item.get_workflow().start(self.item, self.workshop.person("writer"))

    def review(self, action: str = "approve", comment: str = "") -> None:
        """Decide about the first step in the reviewer's name."""
        self._turn_clock(self._published - dt.timedelta(days=1))
        self._decide("reviewer", action, comment or self._usual_comment())

    def approve(self) -> None:
        """Decide about the last step in the publisher's name, which publishes or schedules it."""
        self._turn_clock(self._published)
        self._decide("publisher", "approve", "")

    def publish(self) -> None:
        """All steps of the workflow, one after the other. What is very old came over from an earlier website."""
        if self.workshop.today - self._published > _AGE_OF_THE_CMS:
            self._turn_clock(self._published)
            self._stored().latest_revision.publish()
            return
        self.submit()
        self.review()
        self.approve()

    def withdraw(self, *, expired: bool) -> None:
        """Take it off the website again: by hand, or because its time is over."""
        self.publish()
        self._turn_clock(self.workshop.day(self.head.get("expires", "-30d")))
        page = self._stored()
        user = None if expired else self.workshop.person("publisher")
        page.unpublish(set_expired=expired, user=user)

    def settle(self) -> None:
        """Give every row that was made the date of its step."""
        self._date(self.item.revisions.all(), ("created_at",))
        self._date(log_registry.get_logs_for_instance(self.item), ("timestamp",))
        self._date(self.item.workflow_states.all(), ("created_at",))
        self._date(TaskState.objects.for_instance(self.item), ("started_at", "finished_at"))
        model = type(self.item)
        names = ["first_published_at", "last_published_at", "latest_revision_created_at", "public_updated_at"]
        present = {field.name for field in model._meta.get_fields() if isinstance(field, DateTimeField)}
        self._date(model._default_manager.filter(pk=self.item.pk), tuple(name for name in names if name in present))
        if isinstance(self.item, Page):
            self._date(self.item.public_changes.all(), ("at",))

    def _save_version(self) -> None:
        self.item.save_revision(user=self.workshop.person("writer"), log_action=True, clean=False)

    def _decide(self, role: str, action: str, comment: str) -> None:
        task_state = self._stored().current_workflow_state.current_task_state
        task = task_state.task.specific
        task.on_action(task_state, self.workshop.person(role), action, comment=comment)

    def _stored(self) -> Any:
        return type(self.item)._default_manager.get(pk=self.item.pk)

    def _usual_comment(self) -> str:
        return _COMMENTS[self.item.pk % len(_COMMENTS)]

    def _turn_clock(self, day: dt.date) -> None:
        pretended = moments.in_office_hours(min(day, self.workshop.today), of=f"{self.item}{len(self._clock)}")
        pretended = min(pretended, timezone.now())
        if self._clock:
            pretended = max(pretended, self._clock[-1][1] + dt.timedelta(minutes=7))
        self._clock.append((timezone.now(), pretended))

    def _date(self, rows: Any, names: tuple[str, ...]) -> None:
        changed: list[Model] = []
        for row in rows:
            for name in names:
                real = getattr(row, name)
                if real is not None:
                    setattr(row, name, self._pretended(real))
            changed.append(row)
        if changed:
            type(changed[0])._base_manager.bulk_update(changed, names)

    def _pretended(self, real: dt.datetime) -> dt.datetime:
        """The moment in the step that had begun then. What is older belongs to the first step; order is kept."""
        begun, pretended = next((step for step in reversed(self._clock) if step[0] <= real), self._clock[0])
        return pretended + (real - begun)


def _written_only(history: History) -> None:
    """Leave it at that: never submitted."""


def _in_review(history: History) -> None:
    history.submit(history.workshop.today - dt.timedelta(days=2))


def _approved_once(history: History) -> None:
    history.submit(history.workshop.today - dt.timedelta(days=5))
    history.review()


def _changes_needed(history: History) -> None:
    history.submit(history.workshop.today - dt.timedelta(days=6))
    history.review("reject", history.head["review_comment"])


_STATES: dict[str, Callable[[History], None]] = {
    "draft": _written_only,
    "in_review": _in_review,
    "approved_once": _approved_once,
    "changes_needed": _changes_needed,
    "live": History.publish,
    "new_draft": History.publish,
    "new_version_in_review": History.publish,
    "scheduled": History.publish,
    "expired": lambda history: history.withdraw(expired=True),
    "unpublished": lambda history: history.withdraw(expired=False),
}
"""What a source may say about its state, and how it gets there."""
