"""Makes the demo site: all of it, or nothing."""

from __future__ import annotations

import contextlib
import datetime as dt

from django.db import transaction
from wagtail.models import Locale, Page

from cms.demo import accounts
from cms.demo.background import deferred_work, without_chatter
from cms.demo.builders import library, pages, site, snippets
from cms.demo.models import Seeding
from cms.demo.workshop import Say, Workshop
from cms.editorial.bootstrap import apply_declarations

CONTENT_VERSION = 1


def seed(today: dt.date, say: Say) -> accounts.Passwords:
    """Make the demo site in one transaction and return the passwords of its accounts.

    Raises CommandError when the installation has content already, or accounts under the names that are needed. Whatever
    fails, nothing stays behind: no row, and no file.
    """
    accounts.refuse_taken_names()
    workshop: Workshop | None = None
    try:
        with without_chatter(), deferred_work() as work, transaction.atomic():
            apply_declarations()
            # Two who seed at the same time: the second waits here, and then finds that the site is taken.
            Page.objects.select_for_update(no_key=True).get(depth=1)
            workshop = _open_workshop(today)
            passwords = _build(workshop, say)
            say("Indexing")
            work.run()
    except BaseException:
        if workshop is not None:
            _discard_files(workshop)
        raise
    return passwords


def _open_workshop(today: dt.date) -> Workshop:
    locales = {locale.language_code: locale for locale in Locale.objects.order_by("pk")}
    return Workshop(today=today, site=site.site_to_take_over(), locales={code: locales[code] for code in ("en", "cy")})


def _build(workshop: Workshop, say: Say) -> accounts.Passwords:
    say("Accounts")
    passwords = accounts.make_accounts(workshop)
    say("Collections and images")
    library.build_collections(workshop)
    library.build_images(workshop)
    say("Documents")
    library.build_documents(workshop)
    say("Pages: layout")
    snippets.lay_out_snippets(workshop)
    sources = pages.lay_out_pages(workshop)
    seeding = Seeding(today=workshop.today, content_version=CONTENT_VERSION)
    seeding.displaced = site.take_over(workshop.site, workshop)
    seeding.save()
    say("Contacts and notices")
    snippets.write_snippets(workshop)
    for locale in workshop.locales:
        chosen = [source for source in sources if source.locale == locale]
        say(f"Pages: content and approvals, {len(chosen)} in {locale}")
        for source in chosen:
            pages.write_page(workshop, source)
    say("Menus, footer, redirects")
    site.build_settings(workshop)
    site.build_redirects(workshop)
    site.build_promotions(workshop)
    return passwords


def _discard_files(workshop: Workshop) -> None:
    for file in workshop.files:
        if file and file._committed:  # type: ignore[attr-defined]
            # Whatever the store says now: what is to be reported is why seeding failed.
            with contextlib.suppress(Exception):
                file.storage.delete(str(file.name))
