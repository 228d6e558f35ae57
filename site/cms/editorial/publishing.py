"""Publishing at the end of a workflow."""

from __future__ import annotations

from typing import Any


def publish_after_approval(workflow_state: Any, user: Any = None) -> None:
    """Publish the revision that was approved. Placeholder."""
    from wagtail.workflows import publish_workflow_state

    publish_workflow_state(workflow_state, user=user)
