"""What documents and images have in common: a private file, what is known of its content, and who may see it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any, ClassVar, Self

from django.db import models, router, transaction
from django.db.models.fields.files import FieldFile
from django.dispatch import Signal
from django.utils.translation import gettext_lazy as _
from wagtail.tasks import delete_file_from_storage_task

from documents.storages import PRIVATE_STORE
from documents.validation import check, facts_of, is_stored
from documents.visibility import Requester, restricted_collection_ids

updated_in_bulk = Signal()
"""Sent after a queryset of files was updated, of which Django tells nobody."""


class VisibleQuerySet(models.QuerySet[Any]):
    """Adds the question who may see what."""

    def visible_to(self, user: Requester | None) -> Self:
        """Only what `user` may read; None and AnonymousUser see what is public.

        Costs a few queries, whatever the rows. What somebody manages in the admin without being a reader of it
        is not part of this: see `visibility.may_see`.
        """
        return self.exclude(collection__in=restricted_collection_ids(user))

    def update(self, **kwargs: Any) -> int:
        """Update, and tell of it: Wagtail's bulk action moves files to another collection this way."""
        rows = super().update(**kwargs)
        updated_in_bulk.send(sender=self.model)
        return rows


class StoredFile(models.Model):
    """A model with an uploaded `file`. Saving it checks a new file, records its facts and drops the one it replaces."""

    media_type = models.CharField(_("media type"), max_length=100, blank=True, editable=False)
    sha256 = models.CharField(_("SHA-256 checksum"), max_length=64, blank=True, editable=False)

    content_fields: ClassVar[tuple[str, ...]] = ("media_type", "sha256", "file_size", "file_hash")

    file: FieldFile
    _stored_name: str | None = None

    class Meta:
        abstract = True

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        """Save. Raises ValidationError for a new file that breaks a rule, whoever forgot to ask `full_clean` before.

        The replaced file is deleted by a task of the same transaction: a rollback keeps it.
        """
        new = bool(self.file) and not is_stored(self.file)
        if new:
            check(self.file.file, self.allowed_media_types())
            self.record_content()
            if update_fields is not None:
                update_fields = {*update_fields, *self.content_fields}
        using = kwargs.get("using") or router.db_for_write(type(self), instance=self)
        with transaction.atomic(using=using):
            super().save(*args, update_fields=update_fields, **kwargs)
            self._drop_replaced()
            if new:
                self.on_file_stored()

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Remember which file the row has, to notice when it gets another one."""
        instance = super().from_db(db, field_names, values, **kwargs)
        if "file" in field_names:
            instance._stored_name = instance.file.name
        return instance

    @classmethod
    def allowed_media_types(cls) -> set[str]:
        """The media types that the file may have."""
        raise NotImplementedError

    def record_content(self) -> None:
        """Read the file and note its type, size and checksums."""
        facts = facts_of(self.file)
        self.media_type, self.sha256 = facts.media_type, facts.sha256
        self.file_size, self.file_hash = facts.size, facts.sha1

    def on_file_replaced(self) -> None:
        """Called in the transaction that saves a new file for an old one."""

    def on_file_stored(self) -> None:
        """Called in the transaction that saves a new file, after the old one is gone."""

    def _drop_replaced(self) -> None:
        replaced, self._stored_name = self._stored_name, self.file.name
        if replaced and replaced != self.file.name:
            self.on_file_replaced()
            # A row of this transaction, so a rollback takes it back.
            delete_file_from_storage_task.enqueue(PRIVATE_STORE, replaced)
