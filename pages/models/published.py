"""What the service remembers of what was public: addresses that are gone, and the content of the last publication."""

from __future__ import annotations

from django.db import models
from wagtail.models import Page, Site


class GoneAddress(models.Model):
    """An address at which everybody could read a page, and where it is no longer. Nothing of its content is kept."""

    # Without a constraint in the database: what is deleted together with a site is noted before the site goes.
    site = models.ForeignKey(Site, on_delete=models.CASCADE, db_constraint=False, related_name="+")
    path = models.CharField(max_length=2048)
    """Within the site, with the prefix of the language, decoded."""
    page_id = models.BigIntegerField(db_index=True)
    gone_at = models.DateTimeField()

    class Meta:
        verbose_name = "address that is gone"
        verbose_name_plural = "addresses that are gone"
        constraints = [models.UniqueConstraint(fields=["site", "path"], name="address_gone_once")]

    def __str__(self) -> str:
        return self.path


class ContentDigest(models.Model):
    """A digest of the content of a live page, made whenever the whole page is saved."""

    page = models.OneToOneField(Page, on_delete=models.CASCADE, primary_key=True, related_name="+")
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = "digest of published content"
        verbose_name_plural = "digests of published content"

    def __str__(self) -> str:
        return self.digest
