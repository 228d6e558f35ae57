"""What counts as a change of the content."""

from __future__ import annotations

import pytest
from wagtail.models import COMMENTS_RELATION_NAME

from cms.editorial.contributions import same_content

PAGE = {"pk": 7, "title": "Opening hours", "body": "[]", "links": [{"pk": 1, "url": "/a"}], "live": False}


@pytest.mark.parametrize(
    "bookkeeping",
    [
        {COMMENTS_RELATION_NAME: [{"pk": 3, "text": "Which holidays?"}]},
        {"latest_revision_created_at": "2026-01-01T00:00:00Z"},
        {"live": True, "live_revision": 4, "last_published_at": "2026-01-01T00:00:00Z"},
        {"locked": True, "locked_by": 5},
        {"links": [{"pk": None, "url": "/a"}]},
    ],
)
def test_bookkeeping_is_no_change(bookkeeping: dict[str, object]) -> None:
    assert same_content(PAGE, PAGE | bookkeeping)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Opening times"},
        {"slug": "new"},
        {"go_live_at": "2026-01-01T00:00:00Z"},
        {"links": [{"pk": 1, "url": "/b"}]},
        {"links": []},
        {"links": [{"pk": 1, "url": "/a", "children": [{"pk": 1, "text": "More"}]}]},
    ],
)
def test_anything_else_is_a_change(change: dict[str, object]) -> None:
    assert not same_content(PAGE, PAGE | change)
