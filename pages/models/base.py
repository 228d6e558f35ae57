"""What every page type has: fields about the page, and the date that readers see."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.text import capfirst
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.api import APIField
from wagtail.models import Page
from wagtail.search import index
from wagtail.utils.decorators import cached_classmethod

from pages.models.changes import ChangeType, PublicChange
from pages.models.headless import FrontendMixin
from pages.plain import plain_context
from pages.representations import LeadImageField, PublicChangesField, ReferenceListField

FIRST_NOTE = "First published."


class Phase(models.TextChoices):
    """How finished a page or service is, in the words of the Service Manual."""

    ALPHA = "alpha", "Alpha: an experiment"
    BETA = "beta", "Beta: still being improved"
    LIVE = "live", "Live"


class BasePageForm(WagtailAdminPageForm):
    """Asks, before a page goes to approval or live, for what a draft may lack."""

    def clean(self) -> Any:
        cleaned = super().clean()
        if not self.is_deferred_validation:
            self._require_change_note(cleaned)
            self._require_text_alternative(cleaned)
        return cleaned

    def _require_change_note(self, cleaned: dict[str, Any]) -> None:
        major = cleaned.get("change_type") == ChangeType.MAJOR
        if major and self.instance.public_updated_at and not cleaned.get("change_note"):
            self.add_error("change_note", ValidationError("Tell readers what has changed.", code="no_change_note"))

    def _require_text_alternative(self, cleaned: dict[str, Any]) -> None:
        described = cleaned.get("lead_image_alt") or cleaned.get("lead_image_decorative")
        if cleaned.get("lead_image") and not described:
            message = "Describe the image, or mark it as decorative."
            self.add_error("lead_image_alt", ValidationError(message, code="no_alt"))


class BasePage(FrontendMixin, Page):
    """The fields and behaviour that all page types share."""

    summary = models.CharField(
        max_length=300,
        blank=True,
        help_text="What the page is about, in one or two sentences. Shown in search results and above the text.",
    )
    phase = models.CharField(
        max_length=5,
        choices=Phase.choices,
        default=Phase.LIVE,
        help_text="A banner tells readers about alpha and beta.",
    )
    lead_image = models.ForeignKey(
        settings.WAGTAILIMAGES_IMAGE_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="lead image",
        help_text="Shown at the top of the page and where the page is shared.",
    )
    lead_image_alt = models.CharField(
        "alternative text", max_length=255, blank=True, help_text="What the picture tells on this page."
    )
    lead_image_decorative = models.BooleanField(
        "the image is decorative", default=False, help_text="Tick only if readers lose nothing when they cannot see it."
    )
    review_by = models.DateField(
        "review by",
        null=True,
        blank=True,
        help_text="When somebody should check that the page is still right. Websites may show it.",
    )
    change_type = models.CharField(
        "kind of change",
        max_length=5,
        choices=ChangeType.choices,
        default=ChangeType.MINOR,
        help_text="A major change sets a new “updated” date and appears in the page's public history.",
    )
    change_note = models.TextField(
        "what has changed",
        blank=True,
        help_text="For a major change: one or two sentences for readers. Empty again once it is published.",
    )
    public_updated_at = models.DateTimeField(
        "updated", null=True, blank=True, editable=False, db_index=True, help_text="When readers last needed to look."
    )

    content_panels: ClassVar[list[Any]] = [
        *Page.content_panels,
        FieldPanel("summary"),
        MultiFieldPanel(
            [FieldPanel("lead_image"), FieldPanel("lead_image_alt"), FieldPanel("lead_image_decorative")],
            heading="Lead image",
            classname="collapsed",
        ),
    ]
    main_panels: ClassVar[list[Any]] = []
    """What a type adds to its first tab."""
    tagging_panels: ClassVar[list[Any]] = [
        InlinePanel("page_organisations", heading="Organisations", label="Organisation", max_num=20),
        InlinePanel("page_topics", heading="Topics", label="Topic", max_num=20),
    ]
    change_panels: ClassVar[list[Any]] = [
        MultiFieldPanel([FieldPanel("change_type"), FieldPanel("change_note")], heading="This edit"),
        FieldPanel("review_by"),
        FieldPanel("phase"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary", boost=2),
        index.AutocompleteField("summary"),
        index.FilterField("phase"),
        index.FilterField("public_updated_at"),
        index.FilterField("review_by"),
    ]

    api_fields: ClassVar[list[APIField]] = [
        APIField("summary"),
        APIField("phase"),
        APIField("lead_image", serializer=LeadImageField()),
        APIField("organisations", serializer=ReferenceListField("page_organisations", "organisation")),
        APIField("topics", serializer=ReferenceListField("page_topics", "topic")),
        APIField("review_by"),
        APIField("public_updated_at"),
        APIField("public_changes", serializer=PublicChangesField()),
    ]
    api_meanings: ClassVar[dict[str, str]] = {
        "summary": "What the page is about, in one or two sentences.",
        "phase": "How finished the page or service is.",
        "lead_image": "Null without one, and when it is not for the requester.",
        "organisations": "Those that are responsible. The first one leads.",
        "topics": "What it is about.",
        "review_by": "When somebody should check that the page is still right.",
        "public_updated_at": "When readers last needed to look.",
        "public_changes": "The public history, newest first.",
    }
    """For the OpenAPI document: what fields mean whose names do not say it."""
    api_prefetch: ClassVar[list[str]] = ["page_organisations", "page_topics", "public_changes"]
    """What a queryset of this type prefetches before `pages.representations.prefetch`."""
    moment_fields: ClassVar[tuple[str, ...]] = ()
    """Fields with times at which what readers see changes by itself: no answer is kept beyond them. See `moments`."""

    base_form_class = BasePageForm
    exclude_fields_in_copy = ["public_updated_at"]

    class Meta:
        abstract = True

    @cached_classmethod  # type: ignore[untyped-decorator]
    def get_edit_handler(cls) -> Any:  # noqa: N805
        """Four tabs: what readers see, where it belongs, this edit, and search engines and publishing."""
        tabs = [
            ObjectList([*cls.content_panels, *cls.main_panels], heading="Content"),
            ObjectList(cls.tagging_panels, heading="Organisations and topics"),
            ObjectList(cls.change_panels, heading="Change and review"),
            ObjectList([*cls.promote_panels, *cls.settings_panels], heading="Search and publishing"),
        ]
        handler = TabbedInterface(tabs, base_form_class=cls.base_form_class)
        return handler.bind_to_model(cls)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """For the plain pages: the page, who reads it, and the words of its language."""
        context: dict[str, Any] = super().get_context(request, *args, **kwargs)
        context["site_name"] = settings.WAGTAIL_SITE_NAME
        return context | plain_context(request, self.locale.language_code)

    def clean(self) -> None:
        super().clean()
        if self.lead_image_decorative and self.lead_image_alt:
            message = "A decorative image has no alternative text: remove the text or the tick."
            raise ValidationError({"lead_image_alt": message})

    def with_content_json(self, content: dict[str, Any]) -> BasePage:
        """A revision brings back content. The date that readers saw is a fact about the page, not about a revision."""
        page: BasePage = super().with_content_json(content)
        page.public_updated_at = self.public_updated_at
        return page

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, and keep the public history when this save is what makes a revision live.

        Every way to publish ends in a full save of a live page: the admin, a workflow, the scheduler, code, and also
        the actions that do not call `publish()` (bulk actions, copies that stay live, aliases).
        """
        change = None if kwargs.get("update_fields") is not None else self._take_public_change()
        with transaction.atomic():
            super().save(*args, **kwargs)
            if change is not None:
                change.page_id = self.pk
                change.save()

    def _take_public_change(self) -> PublicChange | None:
        """Move `public_updated_at` if this save publishes something new for readers, and say what to record."""
        if not self.live:
            return None
        if self.alias_of_id:
            original = type(self).objects.filter(pk=self.alias_of_id)
            self.public_updated_at = original.values_list("public_updated_at", flat=True).first()
            return None
        first = self.public_updated_at is None
        major = self.change_type == ChangeType.MAJOR and self.live_revision_id is not None and not self._was_recorded()
        note = (self.change_note if major else "") or (FIRST_NOTE if first else "")
        self.change_type, self.change_note = ChangeType.MINOR, ""
        if not (first or major):
            return None
        self.public_updated_at = timezone.now()
        return PublicChange(revision_id=self.live_revision_id, at=self.public_updated_at, note=capfirst(note))

    def _was_recorded(self) -> bool:
        """Whether this revision was published before: publishing it again is no change for readers."""
        return PublicChange.objects.filter(page_id=self.pk, revision_id=self.live_revision_id).exists()
