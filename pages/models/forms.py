"""Forms that editors build, and what people send through them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.api import APIField
from wagtail.contrib.forms.forms import WagtailAdminFormPageForm
from wagtail.contrib.forms.models import AbstractEmailForm, AbstractFormField
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.fields import StreamField
from wagtail.search import index

from pages.blocks.stream import ProseStream
from pages.models.base import BasePage, BasePageForm


class FormPageForm(BasePageForm, WagtailAdminFormPageForm):
    """The checks of every page, and Wagtail's own against two fields of one name."""


class FormPage(BasePage, AbstractEmailForm):
    """A form. What people send is kept here, and sent to `to_address`, which is never public."""

    parent_page_types: ClassVar[list[str]] = ["pages.HomePage", "pages.SectionPage", "pages.OrganisationPage"]
    subpage_types: ClassVar[list[str]] = []
    page_description = "A form that people fill in, such as feedback. Do not use it for a service."

    body = StreamField(ProseStream(), blank=True, verbose_name="introduction")
    confirmation = StreamField(
        ProseStream(),
        blank=True,
        help_text="What people read when they have sent the form: what happens next, and when.",
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
    ]
    search_fields = [*BasePage.search_fields, index.SearchField("body")]
    api_fields = [*BasePage.api_fields, APIField("body"), APIField("form_fields"), APIField("confirmation")]
    api_prefetch: ClassVar[list[str]] = [*BasePage.api_prefetch, "form_fields"]
    base_form_class = FormPageForm
    template = "pages/form_page.html"
    landing_page_template = "pages/form_page_landing.html"

    class Meta:
        verbose_name = "form"


class FormField(AbstractFormField):
    """One field of a form."""

    page = ParentalKey(FormPage, on_delete=models.CASCADE, related_name="form_fields")
