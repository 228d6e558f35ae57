"""The seam for a virus scanner."""

from __future__ import annotations

from typing import IO

import pytest
from django.core.exceptions import ValidationError
from pytest_django import Settings

from documents.models import CustomDocument
from documents.scanning import Verdict
from tests.factories.documents import pdf_bytes, upload

pytestmark = pytest.mark.django_db

scanned: list[bytes] = []


def scanner(file: IO[bytes]) -> Verdict:
    """A scanner that knows one virus."""
    content = file.read()
    scanned.append(content)
    return Verdict.INFECTED if b"virus" in content else Verdict.CLEAN


def broken_scanner(file: IO[bytes]) -> Verdict:
    raise ConnectionRefusedError


def indecisive_scanner(file: IO[bytes]) -> bool:
    return True


def use(settings: Settings, scan: object) -> None:
    settings.UPLOAD_SCANNER = f"{__name__}.{getattr(scan, '__name__', '')}"


def test_clean_file_is_scanned_once_and_stored_whole(settings: Settings) -> None:
    use(settings, scanner)
    scanned.clear()
    document = CustomDocument(title="x", file=upload("a.pdf", pdf_bytes()))
    document.full_clean()
    document.save()
    assert scanned == [pdf_bytes()]
    assert document.file.open().read() == pdf_bytes()


@pytest.mark.parametrize(
    ("scan", "content", "words"),
    [
        (scanner, pdf_bytes("virus"), "virus scanner refused"),
        (broken_scanner, pdf_bytes(), "could not be checked"),
        (indecisive_scanner, pdf_bytes(), "virus scanner refused"),
    ],
)
def test_file_that_is_not_called_clean_is_refused(settings: Settings, scan: object, content: bytes, words: str) -> None:
    use(settings, scan)
    with pytest.raises(ValidationError, match=words):
        CustomDocument(title="x", file=upload("a.pdf", content)).full_clean()
