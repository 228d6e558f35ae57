"""`prune_sessions`: deletes sessions whose time is up."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from api.tokens.models import TokenSession


class Command(BaseCommand):
    """Repeatable. A revoked session stays until it would have expired: so the reuse of its tokens is recognised."""

    help = "Delete token sessions that have expired. Nobody is signed out by it."

    def handle(self, *args: Any, **options: Any) -> None:
        count, _ = TokenSession.objects.filter(expires_at__lte=timezone.now()).delete()
        if options["verbosity"]:
            self.stdout.write(f"Deleted {count} expired sessions.")
