"""What the API says of every page beyond its own fields: its place, what is above and beside it, where its links lead.

Each field is worked out for a whole list at once; `preload` asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rest_framework.fields import Field
from rest_framework.request import Request
from wagtail.models import Page

from api.caching.tags import depend_on
from api.visibility import visible_objects
from pages.addresses import public_address
from pages.breadcrumbs import ancestors_of
from pages.links import links_of
from pages.references import references_for
from pages.schemas import Components, Schema, list_of, nullable, record, reference
from pages.translations import translations_of
from pages.versions import versions_of
from pages.visibility import http_request

_KNOWN = "_api_page_fields"
_TEXT = {"type": "string"}


class WorkedOutField(Field[Any, Any, Any, Any]):
    """A field of a page that is no attribute of it."""

    schema: Schema = {}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[Any]:
        """The value for each page."""
        raise NotImplementedError

    def bulk_load(self, rows: Sequence[Page], request: Request) -> None:
        """For `preload`."""
        for row, value in zip(rows, self.work_out(rows, request), strict=True):
            row.__dict__.setdefault(_KNOWN, {})[type(self)] = value

    def get_attribute(self, instance: Page) -> Page:
        return instance

    def to_representation(self, page: Page) -> Any:
        if type(self) not in page.__dict__.get(_KNOWN, {}):
            self.bulk_load([page], self.context["request"])
        return page.__dict__[_KNOWN][type(self)]

    def api_schema(self, model: type[Page], name: str, components: Components) -> Schema:
        """The schema of the field."""
        return self.schema


class PathField(WorkedOutField):
    """The path on the page's own site, with the prefix of its language."""

    schema = nullable(_TEXT)

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[str | None]:
        parts = [page.get_url_parts(http_request(request)) for page in pages]
        return [found[2] if found else None for found in parts]


class CanonicalUrlField(WorkedOutField):
    """The address by which search engines should know the page: that of the original, for an alias."""

    schema = nullable(_TEXT | {"format": "uri"})

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[str | None]:
        return canonical_addresses(pages, request)


class BreadcrumbsField(WorkedOutField):
    """Links from the home page down to the parent."""

    schema = list_of(reference("PageLink"))

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[list[dict[str, Any]]]:
        above = ancestors_of(pages, request)
        links = page_links([page for each in above for page in each], request)
        return [[links[page.pk] for page in each if page.pk in links] for each in above]


class TranslationsField(WorkedOutField):
    """The page in all languages that it can be read in, its own included."""

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[list[dict[str, Any]]]:
        translations = translations_of(pages, request)
        every = [page for each in translations for page in each]
        links = page_links(every, request)
        addresses = canonical_addresses(every, request)
        shown = {
            page.pk: links[page.pk]
            | {
                "locale": page.locale.language_code,
                "canonical_url": address,
                "is_alias": visible_objects(request).get(Page, page.alias_of_id) is not None,
            }
            for page, address in zip(every, addresses, strict=True)
            if page.pk in links
        }
        return [[shown[page.pk] for page in each if page.pk in shown] for each in translations]

    def api_schema(self, model: type[Page], name: str, components: Components) -> Schema:
        members = {"id": {"type": "integer"}, "type": _TEXT, "title": _TEXT, "url": _TEXT, "locale": _TEXT}
        translation = record(
            members | {"canonical_url": CanonicalUrlField.schema, "is_alias": {"type": "boolean"}},
            "The page in one language. An alias repeats what the page in another language says.",
        )
        return list_of(components.define("PageTranslation", translation))


class LinksField(WorkedOutField):
    """Every link in the page's text to something of this service."""

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[list[dict[str, Any]]]:
        return links_of(pages, references_for({"request": request}))

    def api_schema(self, model: type[Page], name: str, components: Components) -> Schema:
        kind = {"type": "string", "enum": ["page", "document"]}
        alive = record(
            {"kind": kind, "id": {"type": "integer"}, "title": _TEXT, "url": _TEXT, "status": {"const": "ok"}},
            "A link that leads somewhere.",
        )
        nothing = {"type": "null"}
        dead = record(
            {"kind": kind, "id": nothing, "title": nothing, "url": nothing, "status": {"const": "unavailable"}},
            "A link to something that is deleted, not published, or not for the requester.",
        )
        return list_of(
            {"oneOf": [components.define("InternalLink", alive), components.define("UnavailableLink", dead)]}
        )


class VersionField(WorkedOutField):
    """A text that changes with what is published. Null for a draft."""

    schema = nullable(_TEXT)

    def work_out(self, pages: Sequence[Page], request: Request) -> Sequence[str | None]:
        if getattr((request.parser_context or {}).get("view"), "shows_drafts", False):
            return [None] * len(pages)
        versions = versions_of(pages)
        return [versions[page.pk] for page in pages]


def canonical_addresses(pages: Sequence[Page], request: Request) -> list[str | None]:
    """The canonical address of each page. An original that the requester may not see is none."""
    store = visible_objects(request)
    store.load(Page, [page.alias_of_id for page in pages])
    originals = [store.get(Page, page.alias_of_id) for page in pages]
    return [public_address(original or page, request) for page, original in zip(pages, originals, strict=True)]


def page_links(pages: Sequence[Page], request: Request) -> dict[int, dict[str, Any]]:
    """Links to those of these pages that the requester may see, by their ids."""
    references = references_for({"request": request})
    references.load({Page: {page.pk for page in pages}})
    shown = {page.pk: references.represent(Page, page.pk) for page in pages}
    links = {key: link for key, link in shown.items() if link is not None}
    depend_on(request, *(f"page-{key}" for key in links))
    return links
