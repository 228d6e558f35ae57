"""App configuration."""

from __future__ import annotations

from django.apps import AppConfig


class ObservabilityConfig(AppConfig):
    """See the package's docstring."""

    name = "cms.observability"
    label = "observability"

    def ready(self) -> None:
        """Count SQL statements, connections and scans."""
        from django.core.signals import request_finished, request_started

        from cms.observability import meters, pool, statements
        from documents.scanning import file_scanned

        statements.watch_connections()
        for moment in (request_started, request_finished):  # the second after Django has given the connection back
            moment.connect(pool.note, dispatch_uid="cms.observability.pool")
        file_scanned.connect(meters.count_scan, dispatch_uid="cms.observability.scans")
