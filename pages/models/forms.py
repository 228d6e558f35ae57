"""Forms that editors build, and what people send through them."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.forms import Form
from django.utils import timezone
from modelcluster.fields import ParentalKey
from wagtail.admin.mail import send_mail
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm
from wagtail.contrib.forms.models import AbstractEmailForm, AbstractFormField, FormMixin
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import ProseStream
from pages.form_builder import BoundedFormBuilder
from pages.form_mail import answers_as_text, one_line
from pages.models.base import BasePage, BasePageForm
from pages.models.submissions import NEVER_SENT, FormPageSubmission, SameAs, SubmissionReceipt

logger = logging.getLogger(__name__)

FORM_TOKEN = "form_token"  # noqa: S105 - the name of a member
HONEYPOT = "contact_homepage"
"""A field that no person sees, and that programs fill in which fill in everything."""
RESERVED_NAMES = frozenset({FORM_TOKEN, HONEYPOT, "submission_reference", "submit_time"})
DAYS_KEPT = 365
MAX_DAYS_KEPT = 3650


class FormPageForm(BasePageForm, WagtailAdminFormPageForm):
    """The checks of every page, and Wagtail's own against two fields of one name."""

    def clean_keep_submissions_for(self) -> int:
        """Nothing is kept for ever: without a number it is the usual one."""
        kept: int | None = self.cleaned_data["keep_submissions_for"]
        return DAYS_KEPT if kept is None else kept


class FormPage(BasePage, AbstractEmailForm):
    """A form. What people send is kept for a while, and mailed to `to_address`, which is never public."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "A form that people fill in, such as feedback. Do not use it for a service."

    body = StreamField(ProseStream(), blank=True, verbose_name="introduction")
    confirmation = StreamField(
        ProseStream(),
        blank=True,
        help_text="What people read when they have sent the form: what happens next, and when.",
    )

    keep_submissions_for = models.PositiveSmallIntegerField(
        "days to keep answers",
        default=DAYS_KEPT,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MAX_DAYS_KEPT)],
        help_text="Then they are deleted for good. Keep personal data no longer than you need it.",
    )

    main_panels = [
        FormSubmissionsPanel(),
        FieldPanel("body"),
        InlinePanel("form_fields", heading="Fields", label="Field", min_num=1, max_num=50),
        FieldPanel("confirmation"),
        MultiFieldPanel(
            [FieldPanel("to_address", heading="Notify"), FieldPanel("subject", heading="Subject of the mail")],
            heading="Notification",
            classname="collapsed",
        ),
        FieldPanel("keep_submissions_for"),
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body"), APIField("form_fields"), APIField("confirmation")]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "form_fields"]
    base_form_class = FormPageForm
    form_builder = BoundedFormBuilder
    template = "pages/form_page.html"
    landing_page_template = "pages/form_page_landing.html"

    class Meta:
        verbose_name = "form"

    def get_submission_class(self) -> type[FormPageSubmission]:
        """Wagtail's own table, and the reference of each submission."""
        return FormPageSubmission

    def get_submissions(self) -> models.QuerySet[FormPageSubmission]:
        """All that people have sent through this form, with their references."""
        submissions: models.QuerySet[FormPageSubmission] = super().get_submissions().select_related("receipt")
        return submissions

    def get_data_fields(self) -> list[tuple[str, Any]]:
        """The columns of the admin's list: time, reference, then the fields."""
        time, *fields = super().get_data_fields()
        return [time, ("submission_reference", "Reference"), *fields]

    def get_submissions_list_view_class(self) -> Any:
        # Wagtail's view resolves the page model when it is imported, which fails while models are being loaded.
        from pages.form_submissions import SafeSubmissionsListView

        return SafeSubmissionsListView

    def process_form_submission(self, form: Form, same: SameAs = NEVER_SENT) -> FormPageSubmission:
        """Keep the answers, and the mail about them, in one transaction; `.receipt` has their reference.

        Raises IntegrityError when this was sent before, and nothing is kept again.
        """
        with transaction.atomic():
            # Not EmailFormMixin's: that one mails before there is a reference.
            submission: FormPageSubmission = FormMixin.process_form_submission(self, form)
            receipt = SubmissionReceipt.objects.create(
                submission=submission,
                key_digest=same.key_digest,
                token_digest=same.token_digest,
                content_digest=same.content_digest,
            )
            if self.to_address:
                self.send_mail(form, receipt.reference)
        return submission

    def send_mail(self, form: Form, reference: str = "") -> None:
        """Mail the answers to those who read them. Nothing that people have written gets into a header."""
        send_mail(
            one_line(self.subject or self.title),
            f"{answers_as_text(form)}\n\nReference: {reference}",
            [address.strip() for address in self.to_address.split(",")],
            self.from_address,
        )


class FormField(AbstractFormField):
    """One field of a form."""

    page = ParentalKey(FormPage, on_delete=models.CASCADE, related_name="form_fields")

    def clean(self) -> None:
        """Refuse a label that makes no name, or one that means something else where answers are sent."""
        super().clean()
        name = self.clean_name or self.get_field_clean_name()
        if self.label and not name:
            raise ValidationError({"label": "Use at least one letter or digit."})
        if name in RESERVED_NAMES:
            raise ValidationError({"label": "This name is needed for something else. Use another one."})


def delete_old_submissions() -> int:
    """Delete what each form has kept for long enough. Returns how many submissions; each form is logged."""
    days = FormPage.objects.order_by().values_list("keep_submissions_for", flat=True).distinct()
    return sum(_delete_older_than(kept) for kept in days)


def _delete_older_than(days: int) -> int:
    """Of all forms that keep what they get for this many days."""
    forms = FormPage.objects.filter(keep_submissions_for=days)
    old = FormPageSubmission.objects.filter(page__in=forms, submit_time__lt=timezone.now() - timedelta(days=days))
    by_page = dict(old.order_by().values_list("page").annotate(models.Count("pk")))
    old.delete()
    for page, number in by_page.items():
        logger.info(
            "Old form submissions were deleted",
            extra={"event": "forms.submissions_deleted", "page": page, "number": number, "days_kept": days},
        )
    return sum(by_page.values())
