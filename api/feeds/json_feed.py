"""A feed as JSON Feed 1.1 (https://www.jsonfeed.org/version/1.1/)."""

from __future__ import annotations

from typing import Any

from api.feeds.contents import Author, Feed, Item

MEDIA_TYPE = "application/feed+json"
VERSION = "https://jsonfeed.org/version/1.1"

_URL = {"type": "string", "format": "uri"}
_TIME = {"type": "string", "format": "date-time"}
_AUTHORS = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["name", "url"],
        "additionalProperties": False,
        "properties": {"name": {"type": "string"}, "url": _URL},
    },
}
_PAGE = {
    "type": "object",
    "description": "An extension: the page in the API.",
    "required": ["id", "type"],
    "additionalProperties": False,
    "properties": {"id": {"type": "integer"}, "type": {"type": "string"}},
}
_ITEM = {
    "type": "object",
    "required": [
        "id",
        "url",
        "title",
        "content_text",
        "date_published",
        "date_modified",
        "authors",
        "tags",
        "language",
        "_page",
    ],
    "additionalProperties": False,
    "properties": {
        "id": {"type": "string", "description": "A tag URI, which stays the same when the page is moved."},
        "url": _URL,
        "title": {"type": "string"},
        "content_text": {"type": "string", "description": "The summary, or the title of a page without one."},
        "date_published": _TIME,
        "date_modified": _TIME,
        "authors": _AUTHORS | {"description": "Organisations of the page."},
        "tags": {"type": "array", "items": {"type": "string"}, "description": "Titles of its topics."},
        "language": {"type": "string"},
        "_page": _PAGE,
    },
}
SCHEMA = {
    "type": "object",
    "required": ["version", "title", "home_page_url", "feed_url", "language", "authors", "items"],
    "additionalProperties": False,
    "properties": {
        "version": {"const": VERSION},
        "title": {"type": "string"},
        "home_page_url": _URL,
        "feed_url": _URL,
        "description": {"type": "string"},
        "language": {"type": "string"},
        "authors": _AUTHORS,
        "items": {"type": "array", "maxItems": 100, "items": _ITEM},
    },
}


def as_json_feed(feed: Feed) -> dict[str, Any]:
    """The feed, by `SCHEMA`."""
    members = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.address,
        "language": feed.language,
        "authors": [_author(feed.author)],
        "items": [_item(item, feed.language) for item in feed.items],
    }
    return members | ({"description": feed.summary} if feed.summary else {})


def _item(item: Item, language: str) -> dict[str, Any]:
    return {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_text": item.summary or item.title,
        "date_published": item.published,
        "date_modified": item.updated,
        "authors": [_author(author) for author in item.authors],
        "tags": list(item.topics),
        "language": language,
        "_page": {"id": item.page_id, "type": item.type},
    }


def _author(author: Author) -> dict[str, str]:
    return {"name": author.name, "url": author.url}
