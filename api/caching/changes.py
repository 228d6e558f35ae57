"""Which tags a change of an object touches: the answers that carry one of them are out of date, and no others need be.

The other half of the contract is in `tags` and `collecting`: what an answer depends on. Together they are what a CDN is
purged by.
"""

from __future__ import annotations

from typing import Any

from django.db.models import ForeignKey, Model, Q
from taggit.models import ItemBase, TagBase
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.contrib.settings.models import BaseGenericSetting, BaseSiteSetting
from wagtail.images import get_image_model
from wagtail.images.models import AbstractRendition
from wagtail.models import Collection, CollectionViewRestriction, Locale, Page, PageViewRestriction, Site

from api.caching.tags import ANY_CHANGE, EVERY_ANSWER, hidden_tag, object_tag, type_tag
from pages.models.site_settings import LocalisedText

_FAR_REACHING = (Collection, CollectionViewRestriction, Locale, PageViewRestriction, Site, TagBase)
_SETTINGS = (BaseSiteSetting, BaseGenericSetting, LocalisedText)
_OF_ALL_PAGES = ("feeds", "navigation", "redirects", "search", "sitemap")
"""Answers that are made of pages of which they do not know beforehand."""


def touched_by(instance: Model) -> frozenset[str]:
    """The tags that saving or deleting this object touches.

    A new address of a page is more: it is also the address of everything below it. See `touched_by_move`.
    """
    if isinstance(instance, _FAR_REACHING):
        return touched_by_move()
    return frozenset({ANY_CHANGE, *_touched(instance)})


def touched_by_move() -> frozenset[str]:
    """The tags that are touched when a page gets another place, slug or privacy: those of all answers."""
    return frozenset({ANY_CHANGE, EVERY_ANSWER})


def _touched(instance: Any) -> set[str]:
    match instance:
        case Page():
            return _touched_by_page(instance)
        case AbstractRendition():
            return _touched_by_object(get_image_model(), instance.image_id)
        case Redirect():
            return {"redirects"}
        case Query() | SearchPromotion():
            return {"search"}
        case ItemBase() if instance.content_object is not None:
            return _touched(instance.content_object)
    if isinstance(instance, _SETTINGS):
        return {"settings", "navigation"}
    page = _page_of(instance)
    return _touched_by_page(page) if page is not None else _touched_by_object(type(instance), instance.pk)


def _touched_by_object(model: type[Model], key: object) -> set[str]:
    return {object_tag(model, key), hidden_tag(model, key), type_tag(model)}


def _touched_by_page(page: Page) -> set[str]:
    """The page's own, whether it was visible or not; those of its types; those of pages that may list it."""
    model = page.specific_class or type(page)
    types = {type_tag(model), *(type_tag(parent) for parent in model._meta.get_parent_list())}
    parent_or_translation = Q(path=page.path[: -Page.steplen]) | Q(translation_key=page.translation_key)
    others = Page.objects.filter(parent_or_translation).values_list("pk", flat=True)
    listing = {object_tag(Page, key) for key in others}
    return {object_tag(Page, page.pk), hidden_tag(Page, page.pk), *types, *listing, *_OF_ALL_PAGES}


def _page_of(instance: Model) -> Page | None:
    """The page that a row is a part of, such as a link that an editor adds to it; None when they go together."""
    for field in instance._meta.get_fields():
        if isinstance(field, ForeignKey) and field.name == "page" and issubclass(field.related_model, Page):
            page: Page | None = Page.objects.filter(pk=getattr(instance, field.attname)).first()
            return page
    return None
