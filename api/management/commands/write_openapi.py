"""Writes the OpenAPI document to a file."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from api.openapi.snapshot import written
from api.urls import document


class Command(BaseCommand):
    """The same code and settings give the same file."""

    help = "Write the OpenAPI document of the API to a file."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path)

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        path.write_text(written(document()), encoding="utf-8")
