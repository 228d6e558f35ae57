"""What is set once for a website: menus, footer, emergency banner, accessibility statement.

Each setting belongs to a site. Its text is written once for each language, in rows of its own, because Wagtail's site
settings know nothing about languages. A language without text falls back to that of the site's home page, and then to
the default one.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.api import APIField
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField
from wagtail.models import Locale

from pages.blocks.stream import FooterStream, MenuStream, ProseStream
from pages.validators import validate_web_address


class LocalisedSetting(ClusterableModel, BaseSiteSetting):
    """A site setting with one row of text for each language."""

    api_public: ClassVar[bool] = False
    """Whether the API shows it, as far as `api_fields` here and on the rows name what is for readers."""
    api_fields: ClassVar[list[APIField]] = []

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.verbose_name}: {self.site}"

    def text_in(self, locale: Locale) -> Any:
        """The row for this language, or else for that of the site's home page, or for the default one, or None."""
        return self._first_in(locale, {row.locale_id: row for row in self.texts.all()})

    def for_readers(self, locale: Locale) -> tuple[LocalisedSetting, Any]:
        """The setting and its text (or None) as everybody may see them. A setting that can be off overrides this."""
        return self, self.text_in(locale)

    def _first_in(self, locale: Locale, rows: dict[int, Any]) -> Any:
        if locale.pk in rows or not rows:
            return rows.get(locale.pk)
        return rows.get(self.site.root_page.locale_id) or rows.get(Locale.get_default().pk)


class LocalisedText(models.Model):
    """The text of a setting in one language."""

    locale = models.ForeignKey(Locale, on_delete=models.PROTECT, related_name="+", verbose_name="language")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return str(self.locale)


@register_setting(icon="list-ul", order=100)
class NavigationSettings(LocalisedSetting):
    """The menus of a website. The API has an endpoint of its own for them: see pages/navigation.py."""

    panels = [InlinePanel("texts", heading="Menus", label="Menu")]

    class Meta:
        verbose_name = "navigation"

    def menu(self, name: str, locale: Locale) -> NavigationMenu | None:
        """The menu of this name in this language, or in another as in `text_in`, or None. Without items it is none."""
        found: NavigationMenu | None = self._first_in(
            locale, {row.locale_id: row for row in self.texts.all() if row.name == name and row.items}
        )
        return found


class MenuName(models.TextChoices):
    """Where a menu is on the page."""

    MAIN = "main", "Main menu"
    SERVICE = "service", "Second menu, above the main one"


class NavigationMenu(LocalisedText):
    """One menu in one language."""

    setting = ParentalKey(NavigationSettings, on_delete=models.CASCADE, related_name="texts")
    name = models.CharField("menu", max_length=10, choices=MenuName.choices, default=MenuName.MAIN)
    items = StreamField(MenuStream(), blank=True)

    panels = [FieldRowPanel([FieldPanel("name"), FieldPanel("locale")]), FieldPanel("items")]

    class Meta:
        verbose_name = "menu"
        constraints = [models.UniqueConstraint(fields=["setting", "name", "locale"], name="one_menu_for_each_language")]


@register_setting(icon="order-down", order=110)
class FooterSettings(LocalisedSetting):
    """The footer of a website."""

    panels = [InlinePanel("texts", heading="Footer", label="Language")]
    api_public = True

    class Meta:
        verbose_name = "footer"


class FooterText(LocalisedText):
    """The footer in one language."""

    setting = ParentalKey(FooterSettings, on_delete=models.CASCADE, related_name="texts")
    columns = StreamField(FooterStream(), blank=True)
    licence = models.CharField(
        max_length=255, blank=True, help_text="Under which licence the content may be used, in one sentence."
    )
    licence_url = models.URLField("address of the licence", blank=True, validators=[validate_web_address])

    panels = [
        FieldPanel("locale"),
        FieldPanel("columns"),
        FieldRowPanel([FieldPanel("licence"), FieldPanel("licence_url")]),
    ]
    api_fields = [APIField("columns"), APIField("licence"), APIField("licence_url")]

    class Meta:
        verbose_name = "footer text"
        constraints = [models.UniqueConstraint(fields=["setting", "locale"], name="one_footer_for_each_language")]


class EmergencyKind(models.TextChoices):
    """Why there is a banner: GOV.UK's three reasons."""

    NATIONAL = "national_emergency", "National emergency"
    LOCAL = "local_emergency", "Local emergency"
    NOTABLE_DEATH = "notable_death", "Death of a notable person"


@register_setting(icon="warning", order=120)
class EmergencyBanner(LocalisedSetting):
    """A banner on every page of a website, for the rare day on which everybody must see it."""

    active = models.BooleanField(
        "show the banner", default=False, help_text="As soon as you save, it is on every page of the website."
    )
    kind = models.CharField(max_length=20, choices=EmergencyKind.choices, default=EmergencyKind.NATIONAL)

    panels = [
        FieldRowPanel([FieldPanel("active"), FieldPanel("kind")]),
        InlinePanel("texts", heading="Text", label="Language"),
    ]
    api_public = True
    api_fields: ClassVar[list[APIField]] = [APIField("active"), APIField("kind")]

    class Meta:
        verbose_name = "emergency banner"

    def for_readers(self, locale: Locale) -> tuple[LocalisedSetting, Any]:
        """Nothing of a banner that is prepared for another day, not even why there will be one."""
        text = self.text_in(locale)
        if self.active and text is not None:
            return self, text
        off = EmergencyBanner(site=self.site, active=False)
        off.kind = ""
        return off, None


class EmergencyBannerText(LocalisedText):
    """The banner in one language."""

    setting = ParentalKey(EmergencyBanner, on_delete=models.CASCADE, related_name="texts")
    heading = models.CharField(max_length=120)
    description = models.CharField(max_length=255, blank=True)
    link_text = models.CharField(max_length=120, blank=True)
    link_url = models.URLField("address of the link", blank=True, validators=[validate_web_address])

    panels = [
        FieldPanel("locale"),
        FieldPanel("heading"),
        FieldPanel("description"),
        FieldRowPanel([FieldPanel("link_text"), FieldPanel("link_url")]),
    ]
    api_fields = [APIField("heading"), APIField("description"), APIField("link_text"), APIField("link_url")]

    class Meta:
        verbose_name = "text of the banner"
        constraints = [models.UniqueConstraint(fields=["setting", "locale"], name="one_banner_for_each_language")]

    def clean(self) -> None:
        super().clean()
        if bool(self.link_text) != bool(self.link_url):
            raise ValidationError("A link needs both a text and an address.")


class Compliance(models.TextChoices):
    """How far a website meets WCAG 2.2 AA, in the words that the regulations ask for."""

    FULL = "full", "Fully compliant"
    PARTIAL = "partial", "Partially compliant"
    NONE = "none", "Not compliant"


@register_setting(icon="view", order=130)
class AccessibilityStatement(LocalisedSetting):
    """The statement that the Public Sector Bodies Accessibility Regulations 2018 require."""

    compliance = models.CharField(max_length=10, choices=Compliance.choices, default=Compliance.PARTIAL)
    prepared_on = models.DateField("first prepared on", null=True, blank=True)
    reviewed_on = models.DateField("last reviewed on", null=True, blank=True)
    tested_on = models.DateField("last tested on", null=True, blank=True)
    tested_by = models.CharField(max_length=150, blank=True)
    contact = models.ForeignKey(
        "pages.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Where people report problems.",
    )

    panels = [
        FieldPanel("compliance"),
        FieldRowPanel([FieldPanel("prepared_on"), FieldPanel("reviewed_on")]),
        FieldRowPanel([FieldPanel("tested_on"), FieldPanel("tested_by")]),
        FieldPanel("contact"),
        InlinePanel("texts", heading="Text", label="Language"),
    ]
    api_public = True
    api_fields: ClassVar[list[APIField]] = [
        APIField("compliance"),
        APIField("prepared_on"),
        APIField("reviewed_on"),
        APIField("tested_on"),
        APIField("tested_by"),
        APIField("contact"),
    ]

    class Meta:
        verbose_name = "accessibility statement"


class AccessibilityStatementText(LocalisedText):
    """The statement in one language."""

    setting = ParentalKey(AccessibilityStatement, on_delete=models.CASCADE, related_name="texts")
    body = StreamField(ProseStream(), verbose_name="text")

    panels = [FieldPanel("locale"), FieldPanel("body")]
    api_fields = [APIField("body")]

    class Meta:
        verbose_name = "text of the statement"
        constraints = [models.UniqueConstraint(fields=["setting", "locale"], name="one_statement_for_each_language")]
