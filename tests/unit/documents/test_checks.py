"""What `manage.py check` says about stores and upload rules."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from django.core.checks import run_checks
from PIL import features
from pytest_django import Settings

from documents.models import CustomImage
from documents.renditions import can_write, formats_of


def problems() -> set[str]:
    return {str(message.id) for message in run_checks() if str(message.id).startswith("documents.")}


def test_the_product_as_it_is_has_no_problem() -> None:
    assert problems() == set()


@pytest.mark.parametrize(
    ("alias", "option", "value", "problem"),
    [
        ("media", "file_overwrite", True, "documents.E001"),
        ("private", "file_overwrite", True, "documents.E001"),
        ("private", "custom_domain", "cdn.example.com", "documents.E002"),
        ("private", "default_acl", "public-read", "documents.E002"),
        ("default", "querystring_auth", False, "documents.E002"),
    ],
)
def test_unsafe_store_is_reported(settings: Settings, alias: str, option: str, value: Any, problem: str) -> None:
    stores = deepcopy(settings.STORAGES)
    stores[alias]["OPTIONS"][option] = value
    settings.STORAGES = stores
    assert problems() == {problem}


@pytest.mark.parametrize("folder", ["media", "media/inside", "."])
def test_private_folder_that_is_served_is_reported(settings: Settings, tmp_path: Path, folder: str) -> None:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    local = {
        "BACKEND": "documents.storages.local.PrivateFileSystemStorage",
        "OPTIONS": {"location": str(tmp_path / folder)},
    }
    settings.STORAGES = settings.STORAGES | {"private": local}
    assert problems() == {"documents.E002"}


def test_type_that_cannot_be_recognised_is_reported(settings: Settings) -> None:
    settings.ALLOWED_FILE_TYPES = ["application/pdf", "image/jpg"]
    (message,) = [message for message in run_checks() if message.id == "documents.E003"]
    assert "image/jpg" in message.msg
    assert "image/jpeg" in message.msg


def test_scanner_that_is_not_there_is_reported(settings: Settings) -> None:
    settings.UPLOAD_SCANNER = "no.such.scanner"
    assert problems() == {"documents.E004"}


def test_format_that_pillow_cannot_write_is_left_out_and_reported(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(features, "check", lambda name: name != "avif")
    can_write.cache_clear()
    image = CustomImage(file="original_images/a.jpg", media_type="image/jpeg", width=40, height=20)
    assert formats_of(image) == ("webp", "jpeg")
    assert problems() == {"documents.W001"}
    monkeypatch.undo()
    can_write.cache_clear()
    assert formats_of(image) == ("avif", "webp", "jpeg")


def test_format_that_does_not_exist_is_refused(settings: Settings) -> None:
    settings.API_MODERN_IMAGE_FORMATS = ["jxl"]
    assert problems() == {"documents.E005"}
