"""Finds what is not of the demo site and yet would suffer from its removal."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Exists, OuterRef, Q
from django.db.models.functions import Cast
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.settings.models import BaseSiteSetting
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, Page, ReferenceIndex, RevisionMixin

from cms.demo import state
from cms.demo.models import DemoObject
from pages.models import Contact, Notice

_CONTENT = (Page, RevisionMixin, BaseSiteSetting, Redirect)


def foreign_uses() -> Iterator[str]:
    """Say in words what stands in the way of removing the demo site: one line for each."""
    yield from _pages_below()
    yield from _members_of_collections()
    yield from _references()


def _pages_below() -> Iterator[str]:
    for home in Page.objects.filter(pk__in=state.page_ids(), depth=2):
        for page in home.get_descendants().exclude(pk__in=state.page_ids()).order_by("path"):
            yield f'the page "{page.get_admin_display_title()}" (id {page.pk}), which is below a demo page'


def _members_of_collections() -> Iterator[str]:
    ours = state.ids_of(Collection)
    for model in (get_image_model(), get_document_model()):
        for item in model._default_manager.filter(collection__in=ours).exclude(pk__in=state.ids_of(model)):
            yield f'the {model._meta.verbose_name} "{item}", which is in a demo collection'
    for collection in Collection.objects.filter(pk__in=ours):
        for below in collection.get_descendants().exclude(pk__in=ours):
            yield f'the collection "{below}", which is below a demo collection'


def _references() -> Iterator[str]:
    """Links and choices that point at demo content. Accounts do not count: who wrote a page may leave."""
    for to_type, ids in _targets().items():
        references = ReferenceIndex.objects.filter(to_content_type=to_type, to_object_id__in=ids)
        for reference in references.exclude(_is_ours("object_id")).order_by("pk"):
            model = reference.content_type.model_class()
            if model is None or not issubclass(model, _CONTENT):
                continue
            source = model._default_manager.filter(pk=reference.object_id).first()
            if source is not None and not getattr(source, "automatically_created", False):
                yield f'the {model._meta.verbose_name} "{source}", which uses demo content'


def _targets() -> dict[ContentType, list[str]]:
    """Ids of what may be linked to or chosen, by the type under which references to it are kept."""
    targets: dict[ContentType, list[str]] = {}
    for models in ((*state.page_models(),), (get_image_model(),), (get_document_model(),), (Contact,), (Notice,)):
        kept_under = ContentType.objects.get_for_model(models[0])
        originals = DemoObject.objects.filter(copy_of=None, object_id__in=state.ids_of(*models))
        targets[kept_under] = [str(pk) for pk in originals.values_list("object_id", flat=True)]
    return targets


def _is_ours(field: str) -> Q:
    listed = DemoObject.objects.annotate(as_text=Cast("object_id", CharField())).filter(as_text=OuterRef(field))
    of_pages = listed.filter(content_type__in=ContentType.objects.get_for_models(*state.page_models()).values())
    page_type = ContentType.objects.get_for_model(Page)
    same_type = Q(Exists(listed.filter(content_type=OuterRef("base_content_type"))))
    return same_type | Q(base_content_type=page_type) & Q(Exists(of_pages))
