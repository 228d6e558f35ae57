"""Reusable content: contacts and notices, kept in one place and shown on many pages."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import models
from django.utils import timezone
from wagtail.admin.panels import FieldPanel, FieldRowPanel, PublishingPanel
from wagtail.api import APIField
from wagtail.fields import RichTextField, StreamField
from wagtail.models import (
    DraftStateMixin,
    LockableMixin,
    PreviewableMixin,
    RevisionMixin,
    TranslatableMixin,
    WorkflowMixin,
)
from wagtail.search import index

from pages.blocks.stream import ChannelStream
from pages.blocks.text import RICH_TEXT_FEATURES
from pages.plain import plain_context
from pages.references import references_for
from pages.representations import RichTextReferenceField
from pages.schemas import Components, Schema, block_schema, one_of, record, reference, summary_of


class VisibleQuerySet(models.QuerySet[Any]):
    """Reusable content of one type."""

    def visible_to(self, user: Any) -> VisibleQuerySet:
        """What is published and whose time is not over. Drafts are for the admin only, whoever asks."""
        return self.filter(live=True).exclude(expire_at__lte=timezone.now())


class ReusableContent(
    PreviewableMixin,
    WorkflowMixin,
    DraftStateMixin,
    LockableMixin,
    RevisionMixin,
    TranslatableMixin,
    index.Indexed,
    models.Model,
):
    """What all reusable content has: drafts, approval, languages, a preview."""

    api_public: ClassVar[bool] = False
    """Whether the API lists it, as far as `api_fields` name what is for readers."""
    api_fields: ClassVar[list[APIField]] = []

    title = models.CharField(max_length=200)
    live = models.BooleanField(default=False, editable=False)
    """False at first, unlike Wagtail's own: a copy for translation takes the newest draft (wagtail/actions/
    copy_for_translation.py) and would put it in front of readers as it is."""

    exclude_fields_in_copy: ClassVar[list[str]] = [
        "live",
        "live_revision",
        "first_published_at",
        "last_published_at",
        "go_live_at",
        "expire_at",
        "expired",
        "locked",
        "locked_at",
        "locked_by",
    ]

    search_fields: ClassVar[list[index.BaseField]] = [
        index.FilterField("title"),
        index.FilterField("locale_id"),
        index.FilterField("live"),
        index.FilterField("expire_at"),
    ]

    objects = VisibleQuerySet.as_manager()

    class Meta(TranslatableMixin.Meta):
        abstract = True
        ordering: ClassVar[list[str]] = ["title", "pk"]

    def __str__(self) -> str:
        return self.title

    def get_preview_template(self, request: Any, mode_name: str) -> str:
        return "pages/snippet_preview.html"

    def get_preview_context(self, request: Any, mode_name: str) -> dict[str, Any]:
        context: dict[str, Any] = super().get_preview_context(request, mode_name)
        plain = plain_context(request, self.locale.language_code)
        value = self.api_representation(plain["reader"]["request"])
        return context | plain | {"kind": self._meta.model_name, "value": value}

    def api_representation(self, request: Any) -> dict[str, Any]:
        """The public fields."""
        raise NotImplementedError

    @classmethod
    def api_schema(cls, components: Components) -> Schema:
        """The schema of what `api_representation` returns, under the name of the model."""
        raise NotImplementedError

    @classmethod
    def _named_schema(cls, components: Components, members: dict[str, Schema]) -> Schema:
        every: dict[str, Schema] = {
            "id": {"type": "integer", "minimum": 1},
            "type": {"type": "string", "const": cls._meta.label},
            "title": {"type": "string", "maxLength": 200},
        }
        return components.define(cls.__name__, record(every | members, summary_of(cls)))


class Contact(ReusableContent):
    """How to reach a team or an office."""

    description = models.TextField(blank=True, help_text="What people can ask here, and when they get an answer.")
    channels = StreamField(ChannelStream(), verbose_name="ways to get in touch")

    panels = [FieldPanel("title"), FieldPanel("description"), FieldPanel("channels"), PublishingPanel()]
    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("description"),
        index.SearchField("channels"),
        *ReusableContent.search_fields,
    ]
    api_public = True
    api_fields: ClassVar[list[APIField]] = [APIField("title"), APIField("description"), APIField("channels")]

    class Meta(ReusableContent.Meta):
        verbose_name = "contact"

    def api_representation(self, request: Any) -> dict[str, Any]:
        """The public fields."""
        block = self.channels.stream_block
        return {
            "id": self.pk,
            "type": self._meta.label,
            "title": self.title,
            "description": self.description,
            "channels": block.get_api_representation(self.channels, {"request": request}),
        }

    @classmethod
    def api_schema(cls, components: Components) -> Schema:
        """What `api_representation` returns."""
        stream: Any = cls._meta.get_field("channels")
        channels = block_schema(stream.stream_block, components)
        members = {"description": {"type": "string"}, "channels": channels}
        return cls._named_schema(components, members)


class NoticeKind(models.TextChoices):
    """How a notice stands out."""

    INFORMATION = "information", "Information"
    WARNING = "warning", "Warning"


class Notice(ReusableContent):
    """A message for readers of several pages, such as “These rules change on 6 April”."""

    kind = models.CharField(max_length=15, choices=NoticeKind.choices, default=NoticeKind.INFORMATION)
    body = RichTextField("text", features=RICH_TEXT_FEATURES)

    panels = [FieldRowPanel([FieldPanel("title"), FieldPanel("kind")]), FieldPanel("body"), PublishingPanel()]
    search_fields = [
        index.SearchField("title", boost=2),
        index.AutocompleteField("title"),
        index.SearchField("body"),
        index.FilterField("kind"),
        *ReusableContent.search_fields,
    ]
    api_public = True
    api_fields: ClassVar[list[APIField]] = [
        APIField("title"),
        APIField("kind"),
        APIField("body", serializer=RichTextReferenceField()),
    ]

    class Meta(ReusableContent.Meta):
        verbose_name = "notice"

    def api_representation(self, request: Any) -> dict[str, Any]:
        """The public fields."""
        return {
            "id": self.pk,
            "type": self._meta.label,
            "title": self.title,
            "kind": self.kind,
            "body": references_for({"request": request}).rich_text(self.body),
        }

    @classmethod
    def api_schema(cls, components: Components) -> Schema:
        """What `api_representation` returns."""
        return cls._named_schema(components, {"kind": one_of(NoticeKind.values), "body": reference("RichText")})
