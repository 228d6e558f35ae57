"""Removes the demo site: exactly what was made, files included, and nothing that an editor made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import Storage
from django.core.management.base import CommandError
from django.db import transaction
from django.db.models import ProtectedError
from taggit.models import Tag
from wagtail.contrib.redirects.models import Redirect
from wagtail.contrib.search_promotions.models import Query, SearchPromotion
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Collection, ModelLogEntry, Page, PageLogEntry, Site

from cms.demo import accounts, copies, ownership, state
from cms.demo.background import deferred_work, without_chatter
from cms.demo.builders import site
from cms.demo.models import DemoObject, Seeding
from cms.demo.workshop import Say
from pages.models import AccessibilityStatement, Contact, EmergencyBanner, FooterSettings, NavigationSettings, Notice
from pages.models.published import GoneAddress

_SETTINGS: tuple[Any, ...] = (NavigationSettings, FooterSettings, EmergencyBanner, AccessibilityStatement)
_SHOWN = 5

StoredFile = tuple[Storage, str]


def remove(seeding: Seeding, say: Say) -> int:
    """Remove the demo site and return how many of its objects are gone.

    Raises CommandError, and changes nothing, while something that is not of the demo site depends on it. Also raised,
    with their names, when all is removed but for files that their store did not delete.
    """
    with without_chatter(), deferred_work() as work, transaction.atomic():
        Page.objects.select_for_update(no_key=True).get(depth=1)
        _refuse_while_used()
        count = DemoObject.objects.count()
        files = list(_files())
        try:
            _remove_rows(seeding, say)
        except ProtectedError as error:
            raise CommandError(f"The demo site is still used: {error.args[0]}") from error
        say("Indexing")
        work.run()
    accounts.accounts_path().unlink(missing_ok=True)
    # After the commit: a file cannot be brought back by a rollback.
    say("Files")
    _delete_files(files)
    return count


def _delete_files(files: list[StoredFile]) -> None:
    failed = []
    for storage, name in files:
        try:
            storage.delete(name)
        except Exception as error:  # each store has errors of its own
            failed.append(f"{name} ({error})")
    if failed:
        raise CommandError("The demo site is gone, but these files could not be deleted: " + ", ".join(failed))


def _refuse_while_used() -> None:
    found = list(ownership.foreign_uses())
    if not found:
        return
    shown = "".join(f"\n  - {use}" for use in found[:_SHOWN])
    more = f"\n  - and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
    raise CommandError(
        "Nothing was removed, because these are not part of the demo site and would be lost or broken. "
        f"Move or delete them first:{shown}{more}"
    )


def _remove_rows(seeding: Seeding, say: Say) -> None:
    say("Redirects, promoted results, settings")
    for model in (SearchPromotion, Redirect, *_SETTINGS):
        model._default_manager.filter(pk__in=state.ids_of(model)).delete()
    Query.objects.filter(pk__in=state.ids_of(Query), editors_picks=None, daily_hits=None).delete()
    say("Pages")
    site.give_back(_site_of_the_demo(), seeding.displaced)
    copies.remove_untouched()
    for home in Page.objects.filter(pk__in=state.page_ids(), depth=2):
        home.delete()
    say("Contacts, notices, library, accounts")
    made: list[Any] = [Contact, Notice, get_image_model(), get_document_model()]
    for model in made:
        model._default_manager.filter(pk__in=state.ids_of(model)).delete()
    Tag.objects.filter(pk__in=state.ids_of(Tag), taggit_taggeditem_items=None).delete()
    for collection in Collection.objects.filter(pk__in=state.ids_of(Collection)).order_by("-depth"):
        # Read anew: deleting one below changes the number of children that the tree keeps.
        Collection.objects.get(pk=collection.pk).delete()
    for user in state.users().values():
        user.delete()
    # After the deletions, which are logged too, and leave addresses behind.
    _forget_log_entries()
    GoneAddress.objects.filter(page_id__in=state.page_ids()).delete()
    DemoObject.objects.all().delete()
    seeding.delete()


def _site_of_the_demo() -> Site:
    found: Site = Site.objects.select_related("root_page").get(root_page__in=state.page_ids())
    return found


def _forget_log_entries() -> None:
    """Drop what was logged about demo objects. What demo accounts did elsewhere stays on record."""
    PageLogEntry.objects.filter(page_id__in=state.page_ids()).delete()
    for row in DemoObject.objects.values("content_type").distinct().order_by():
        content_type = ContentType.objects.get_for_id(row["content_type"])
        ids = DemoObject.objects.filter(content_type=content_type, copy_of=None).values_list("object_id", flat=True)
        entries = ModelLogEntry.objects.filter(content_type=content_type, object_id__in=[str(pk) for pk in ids])
        entries.delete()


def _files() -> Iterator[StoredFile]:
    models: list[Any] = [get_image_model(), get_document_model()]
    for model in models:
        for item in model.objects.filter(pk__in=state.ids_of(model)):
            yield item.file.storage, str(item.file.name)
    renditions = get_image_model().get_rendition_model().objects
    for rendition in renditions.filter(image__in=state.ids_of(get_image_model())):
        yield rendition.file.storage, str(rendition.file.name)
