"""A feed as Atom (RFC 4287)."""

from __future__ import annotations

import datetime as dt
import re
from html import escape
from io import StringIO
from typing import Any

from django.utils.feedgenerator import Atom1Feed

from api.feeds.contents import Feed, Item

MEDIA_TYPE = "application/atom+xml"
_NOT_IN_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write_atom(feed: Feed) -> bytes:
    """The feed, in UTF-8."""
    atom = _Atom(
        title=_text(feed.title),
        link=feed.url,
        description=None,
        subtitle=_text(feed.summary) or None,
        language=feed.language,
        feed_url=feed.address,
        feed_guid=feed.id,
        updated=feed.updated,
        author_name=_text(feed.author.name),
        author_link=feed.author.url,
    )
    for item in feed.items:
        atom.add_item(**_entry(item))
    text = StringIO()
    atom.write(text, "utf-8")
    return text.getvalue().encode()


class _Atom(Atom1Feed):
    """Django's, except that a feed without entries has a date of its own instead of the time of the request."""

    def latest_post_date(self) -> dt.datetime:
        """When anything in the feed changed last."""
        updated: dt.datetime = self.feed["updated"]
        return updated


def _entry(item: Item) -> dict[str, Any]:
    author = item.authors[0] if item.authors else None  # without one, that of the feed holds
    return {
        "title": _text(item.title),
        "link": item.url,
        "unique_id": item.id,
        # Django declares summaries to be HTML, and ours are plain text.
        "description": escape(_text(item.summary), quote=False) or None,
        "pubdate": item.published.astimezone(dt.UTC),
        "updateddate": item.updated.astimezone(dt.UTC),
        "author_name": _text(author.name) if author else None,
        "author_link": author.url if author else None,
        "categories": [_text(topic) for topic in item.topics],
    }


def _text(text: str) -> str:
    """Without the characters that XML 1.0 has no way to write, such as a vertical tab."""
    return _NOT_IN_XML.sub("", text)
