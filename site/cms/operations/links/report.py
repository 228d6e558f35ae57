"""The report of links that lead nowhere: page by page, for those who can mend them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from itertools import islice

from django.conf import settings
from django.urls import reverse
from wagtail.models import Page

from cms.operations.links.websites import problems
from pages.broken_links import dead_targets, external_addresses, public_pages

_BATCH = 100


@dataclass(frozen=True)
class BrokenLink:
    """One link that leads nowhere."""

    page_id: int
    page_title: str
    edit_url: str
    target: str
    """`page 12`, `document 3`, or an address."""
    reason: str

    def as_dict(self) -> dict[str, str | int]:
        """As JSON has it."""
        return asdict(self)


def broken_links(*, external: bool, delay_seconds: float = 1) -> Iterator[BrokenLink]:
    """All of them in public pages: those to things of this service, then those to other websites if these are asked."""
    linking: dict[str, list[Page]] = {}
    for batch in _batches(public_pages()):
        for dead in dead_targets(batch):
            yield _broken(dead.page, f"{dead.kind} {dead.key}", dead.reason)
        for page in batch if external else ():
            for address in external_addresses(page):
                linking.setdefault(address, []).append(Page(pk=page.pk, title=page.title))
    found = problems(linking, private_hosts=settings.LINK_CHECK_PRIVATE_HOSTS, delay_seconds=delay_seconds)
    for address, problem in found.items():
        for page in linking[address]:
            yield _broken(page, address, problem)


def _broken(page: Page, target: str, reason: str) -> BrokenLink:
    edit_url = settings.BASE_URL + reverse("wagtailadmin_pages:edit", args=[page.pk])
    return BrokenLink(page.pk, page.title, edit_url, target, reason)


def _batches(pages: Iterable[Page]) -> Iterator[list[Page]]:
    pages = iter(pages)
    while batch := list(islice(pages, _BATCH)):
        yield batch
