"""Links in public pages that lead nowhere for the public, and the addresses of other websites that pages link to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from html import unescape
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, URLField
from django.http import HttpRequest
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page, Site

from pages.links import targets_of
from pages.reference_collector import Wanted
from pages.visibility import public_pages_of_all_sites

GONE, NOT_PUBLISHED, RESTRICTED = "deleted", "not published", "not for everybody"

_IN_TAG = re.compile(r"""href=["'](https?://[^"']+)["']""", re.IGNORECASE)
_ALONE = re.compile(r"https?://\S+", re.IGNORECASE)
_BATCH = 200


@dataclass(frozen=True)
class DeadTarget:
    """Something of this service that a page links to and that the public does not get."""

    page: Page
    kind: str
    """`page` or `document`."""
    key: int
    reason: str


def public_pages() -> Iterator[Page]:
    """All pages that everybody may see, of all sites, as instances of their types."""
    yield from public_pages_of_all_sites(_nobody()).order_by("pk").specific().iterator(chunk_size=_BATCH)


def dead_targets(pages: Sequence[Page]) -> Iterator[DeadTarget]:
    """What these pages link to in vain, one batch of pages at a time."""
    wanted = [_with_reusable_content(page) for page in pages]
    for kind, model in (("page", Page), ("document", get_document_model())):
        keys = {key for each in wanted for key in each.get(model, ())}
        reasons = _reasons(model, keys)
        for page, each in zip(pages, wanted, strict=True):
            for key in dict.fromkeys(each.get(model, ())):
                if key in reasons:
                    yield DeadTarget(page, kind, key, reasons[key])


def external_addresses(page: Page) -> list[str]:
    """The http and https addresses of other websites in a page's text and fields, each once."""
    own = tuple(root_url for _, root_url in _sites() if root_url)
    found = dict.fromkeys(address for text in _texts(page) for address in _addresses(text))
    return [address for address in found if not address.startswith(own)]


def _nobody() -> HttpRequest:
    """A request of somebody who is not signed in."""
    request = HttpRequest()
    request.user = AnonymousUser()
    return request


def _sites() -> Iterator[tuple[int, str]]:
    for path in Site.get_site_root_paths():
        yield path.site_id, path.root_url


def _with_reusable_content(page: Page) -> dict[type[Model], list[Any]]:
    """What a page refers to, together with what the contacts and notices in it refer to."""
    wanted = _lists(targets_of(page))
    for model in wanted.keys() - {Page, get_document_model()}:
        for shown in model._default_manager.filter(pk__in=wanted[model]):
            for kind, keys in _lists(targets_of(shown)).items():
                wanted.setdefault(kind, []).extend(keys)
    return wanted


def _lists(wanted: Wanted) -> dict[type[Model], list[Any]]:
    return {model: list(keys) for model, keys in wanted.items()}


def _reasons(model: type[Model], keys: set[Any]) -> dict[Any, str]:
    """What is wrong with those of these objects that the public does not get. Without their titles: not for all."""
    public = set(_for_everybody(model).filter(pk__in=keys).values_list("pk", flat=True))
    there: dict[Any, Any] = model._default_manager.in_bulk(keys - public)
    return {key: _reason(there.get(key)) for key in keys - public}


def _for_everybody(model: Any) -> Any:
    """The objects of a model that people who are not signed in may see."""
    if model is Page:
        return public_pages_of_all_sites(_nobody())
    return model._default_manager.visible_to(AnonymousUser())


def _reason(instance: Any) -> str:
    if instance is None:
        return GONE
    return RESTRICTED if getattr(instance, "live", True) else NOT_PUBLISHED


def _texts(page: Page) -> Iterator[str]:
    for field in page._meta.get_fields():
        if isinstance(field, StreamField):
            yield from _strings(list(getattr(page, field.attname).raw_data))
        elif isinstance(field, RichTextField | URLField):
            yield getattr(page, field.attname) or ""


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(list(value.values()))
    elif isinstance(value, Iterable):
        for inner in value:
            yield from _strings(inner)


def _addresses(text: str) -> list[str]:
    """All of rich text, or the text itself where it is an address and nothing else."""
    stripped = text.strip()
    if _ALONE.fullmatch(stripped):
        return [stripped]
    return [unescape(address) for address in _IN_TAG.findall(text)]
