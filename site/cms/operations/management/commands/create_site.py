"""`create_site`: the first site of a new installation, with a home page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from wagtail.models import Locale, Page, Site

from pages.models import HomePage

_PORTS = {"https": 443, "http": 80}


class Command(BaseCommand):
    """Puts a live home page in place of Wagtail's welcome page. Refused when there is a home page already."""

    help = "Make the first home page, and the site that it belongs to, at FRONTEND_URL (or BASE_URL)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="Name of the site, which becomes the title of its home page.")

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        if HomePage.objects.exists():
            raise CommandError("There is a home page already. Further sites are made in the admin.")
        address = urlsplit(settings.FRONTEND_URL or settings.BASE_URL)
        root = Page.get_first_root_node()
        if root is None:
            raise CommandError("There is no page tree yet. Run migrate first.")
        home = root.add_child(instance=_home_page(options["name"]))
        Site.objects.update_or_create(
            is_default_site=True,
            defaults={
                "hostname": address.hostname,
                "port": address.port or _PORTS[address.scheme],
                "root_page": home,
                "site_name": options["name"],
            },
        )
        # Wagtail's own first page, unless somebody has written below it. Not before the site has let go of it.
        Page.objects.filter(depth=2, slug="home", content_type__model="page", numchild=0).delete()
        self.stdout.write(f"Created the site {options['name']} at {address.geturl()}.")


def _home_page(name: str) -> HomePage:
    # "home" is taken by Wagtail's welcome page; the slug of a site's root is in none of its addresses.
    return HomePage(title=name, slug="site-home", locale=Locale.get_default())
